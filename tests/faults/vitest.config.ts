import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The tests that seeded faults are shown to, the likeliest to see one first: the first that fails ends the run. */
const compiling = [
  'tests/transformation/[a-gi-z]',
  'tests/transformation/histories',
  'tests/plan/',
  'tests/quality/premise-sql',
  'tests/proof/naive/plan-tables',
  'tests/proof/naive/evaluate',
];
const random = ['tests/proof/naive/random/random'];
const proving = [
  'tests/proof/made-tables',
  'tests/proof/prove',
  'tests/proof/golden',
  'tests/proof/zero',
  'tests/build/trace',
];
const others = ['tests/transformation/hostile', 'tests/sql/', 'tests/proof/naive/random/laws'];
const { FAULT_FILE = '', FAULT_QUICK, FAULT_CACHE } = process.env;
const cases = FAULT_FILE.startsWith('src/proof/') ? [proving, compiling] : [compiling, proving];
const order = FAULT_QUICK === undefined ? [...cases.flat(), ...random, ...others] : cases.flat();

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = order.findIndex((path) => new RegExp(path).test(moduleId));
      return found < 0 ? order.length : found;
    };
    return [...files].sort((left, right) => place(left) - place(right) || (left.moduleId < right.moduleId ? -1 : 1));
  }
}

/** Used by run.mjs in a copy of the tree: one process, no build, ended by the first failure. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: order.map((path) => `${path}*.test.ts`),
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    bail: 1,
    // Between runs in one copy of the tree only the file with the fault is read anew.
    experimental: FAULT_CACHE === undefined ? {} : { fsModuleCache: true, fsModuleCachePath: FAULT_CACHE },
    sequence: { sequencer: QuickestFirst },
    testTimeout: 600_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
