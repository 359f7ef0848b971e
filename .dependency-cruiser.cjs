// The rooms of src/ and the one direction that imports take between them. The table is ARCHITECTURE.md's; the rules are made
// from it, so that a room is added in one line. tests/architecture/ shows that each rule bites and that all modules were seen.
const agents = ['intent', 'discovery', 'modeling', 'transformation', 'quality', 'packaging'];

/** From top to bottom: a room imports only from floors below its own; rooms on the same floor never import each other. */
const floors = [
  ['cli'],
  ['pipeline'],
  agents,
  ['proof'],
  ['catalog'],
  ['engine'],
  ['llm'],
  ['governance'],
  ['sql'],
  ['plan'],
  ['support'],
];

const inside = (rooms) => `^src/(${rooms.join('|')})/`;

const downward = floors.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    name: `${room}-imports-downward`,
    comment: `src/${room}/ imports only itself and the rooms below it in the table of rooms.`,
    severity: 'error',
    from: { path: inside([room]) },
    to: { path: '^src/', pathNot: inside([room, ...floors.slice(floor + 1).flat()]) },
  })),
);

module.exports = {
  forbidden: [
    ...downward,
    {
      name: 'every-module-has-a-room',
      comment: 'A file outside the rooms would escape their order.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(floors.flat()) },
      to: {},
    },
    {
      name: 'naive-evaluator-is-independent',
      comment:
        'It is the second opinion on what the engine computes: only the plan, the support room and itself may speak into it.',
      severity: 'error',
      from: { path: '^src/proof/naive/' },
      to: { pathNot: '^src/(proof/naive|plan|support)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that import each other in a circle can be neither read nor tested apart.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that imports nothing and is imported by nothing is dead.',
      severity: 'error',
      from: { orphan: true },
      to: {},
    },
    {
      name: 'terminal-only-in-cli',
      comment: 'Only the command line talks to a terminal, so only it may use the libraries for that.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: 'node_modules/(chalk|ora|cli-table3|commander)/' },
    },
    {
      name: 'processes-only-in-engine-and-cli',
      comment: 'Child processes are started where their limits and their end are looked after.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(engine|cli)/' },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'nothing-unresolvable',
      comment: 'An import that does not resolve is hidden from all other rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'only-declared-packages',
      comment: 'What src/ imports when it runs stands in dependencies, or a fresh install without dev packages breaks.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'src-imports-no-tests',
      comment: 'The product never depends on its tests, its build or its data scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tests|dist|data|bin|fixtures)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
