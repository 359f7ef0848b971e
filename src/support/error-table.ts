/** What kind of trouble it is: decides whether trying again, other input or a repair of dpb helps. */
export type ErrorClass = 'usage' | 'data' | 'transient' | 'permanent' | 'bug';

interface ErrorEntry<Parameters> {
  readonly errorClass: ErrorClass;
  /** Exit codes: 1 failed, 2 usage or refused, 3 needs clarification, 74 input/output, 75 locked. */
  readonly exitCode: number;
  readonly what: (parameters: Parameters) => string;
  readonly hint: (parameters: Parameters) => string;
}

const define = <Parameters>(entry: ErrorEntry<Parameters>): ErrorEntry<Parameters> => entry;

const nearest = (near: readonly string[]): string =>
  near.length === 0 ? '' : ` Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`;

/** The tools of others that dpb starts: what they are on PATH, what they are called, and how they come to be there. */
const tools = {
  dbt: {
    program: 'dbt',
    called: 'dbt',
    hint: 'Install dbt (`pip install dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==1.5.5`), or name it with DPB_DBT or, for --engine, --tool FILE.',
  },
  python: {
    program: 'python3',
    called: 'Python with duckdb',
    hint: 'Install Python 3.9 or later and its duckdb (`pip install duckdb==1.5.5`), or name the Python with --tool FILE or DPB_PYTHON.',
  },
  gx: {
    program: 'python3',
    called: 'Python with great_expectations',
    hint: 'Install Great Expectations (`pip install great_expectations==1.24.1 pyarrow==26.0.1`), or name the Python that has it with DPB_PYTHON.',
  },
} as const;

/** Every error that dpb raises on purpose: one line of what happened, one of what to do, typed by its parameters. */
export const errorTable = {
  'bug.assertion': define<{ what: string }>({
    errorClass: 'bug',
    exitCode: 1,
    what: ({ what }) => `this is a bug in dpb: ${what}`,
    hint: () => 'Please report it with the command that you ran.',
  }),
  'io.read': define<{ path: string; reason: string }>({
    errorClass: 'permanent',
    exitCode: 74,
    what: ({ path, reason }) => `cannot read ${path}: ${reason}`,
    hint: () => 'Check that the path exists and that you may read it.',
  }),
  'io.write': define<{ path: string; reason: string }>({
    errorClass: 'permanent',
    exitCode: 74,
    what: ({ path, reason }) => `cannot write ${path}: ${reason}`,
    hint: () => 'Check free space and permissions, or choose another folder.',
  }),
  'io.locked': define<{ path: string }>({
    errorClass: 'transient',
    exitCode: 75,
    what: ({ path }) => `${path} is in use by another dpb`,
    hint: () => 'Try again when the other command has ended.',
  }),
  'input.invalid': define<{ what: string; problem: string; near?: readonly string[] }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ what, problem }) => `${what}: ${problem}`,
    hint: ({ near }) => `Correct it there and run again.${nearest(near ?? [])}`,
  }),
  'input.secret': define<Record<string, never>>({
    errorClass: 'usage',
    exitCode: 2,
    what: () => 'the request holds a secret, or what looks like one (a key, a token, a password)',
    hint: () => 'Its words would stand in runs, products and prompts: say it without.',
  }),
  'data.no_datasets': define<{ folder: string; unreadable?: readonly { path: string; reason: string }[] }>({
    errorClass: 'data',
    exitCode: 2,
    what: ({ folder, unreadable = [] }) => {
      const told = unreadable.slice(0, 3).map(({ path, reason }) => `; ${path}: ${reason}`);
      const rest = unreadable.length > told.length ? `; and ${unreadable.length - told.length} more` : '';
      return `no Parquet or CSV files that can be read under ${folder}${told.join('')}${rest}`;
    },
    hint: () => 'Name a folder of Parquet or CSV files with --data DIR.',
  }),
  'data.no_folder': define<{ folder: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ folder }) => `there is no folder ${folder}`,
    hint: () => 'Name the folder of your data with --data DIR, DPB_DATA or `data:` in dpb.yaml.',
  }),
  'graph.broken': define<{ problem: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ problem }) => `the knowledge graph cannot be used: ${problem}`,
    hint: () => 'Write it anew: dpb graph sync.',
  }),
  'graph.unreachable': define<{ server: string; reason: string }>({
    errorClass: 'transient',
    exitCode: 74,
    what: ({ server, reason }) => `the graph server at ${server} does not answer: ${reason}`,
    hint: () => 'Start it, or correct NEO4J_URI.',
  }),
  'graph.refused': define<{ server: string; reason: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ server, reason }) => `the graph server at ${server} refused: ${reason}`,
    hint: () => 'Check NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, and that it is a Neo4j 5.',
  }),
  'access.unknown': define<{ reason: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ reason }) => `access is denied, for roles could not be read: ${reason}`,
    hint: () => 'Who may see what is never guessed: try again when the graph server answers.',
  }),
  'access.partial': define<Record<string, never>>({
    errorClass: 'usage',
    exitCode: 2,
    what: () => 'the knowledge graph is handled as a whole, and not all of it may be seen',
    hint: () => 'Name a user with --user whose roles open everything.',
  }),
  'access.masked': define<{ dataset: string; column: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ dataset, column }) =>
      `the values of ${dataset}.${column} are masked: rows may be counted and joined by it, and nothing else`,
    hint: () => 'Ask how many there are, or name a user with --user whose roles open the column.',
  }),
  'access.glossary': define<Record<string, never>>({
    errorClass: 'usage',
    exitCode: 2,
    what: () => 'another glossary stands in place of the one whose policy says who may see these data',
    hint: () => 'Leave --glossary (DPB_GLOSSARY) out, or name a user with --user whose roles open everything.',
  }),
  'plan.refused': define<{ reason: string; remedy: string }>({
    errorClass: 'data',
    exitCode: 2,
    what: ({ reason }) => `refused: ${reason}`,
    hint: ({ remedy }) => remedy,
  }),
  'spark.refused': define<{ reason: string; remedy: string }>({
    errorClass: 'data',
    exitCode: 2,
    what: ({ reason }) => `Spark cannot say this exactly: ${reason}`,
    hint: ({ remedy }) => remedy,
  }),
  'spark.missing': define<{ named: string | null }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ named }) =>
      named === null
        ? 'there is no spark-submit in SPARK_HOME or on PATH'
        : `there is no program ${named} that could be run`,
    hint: () =>
      'Install Spark 3.5 or later (`pip install pyspark` is enough), or name it with --spark-submit FILE or DPB_SPARK_SUBMIT.',
  }),
  'spark.failed': define<{ reason: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ reason }) => `the Spark job failed: ${reason}`,
    hint: () => 'Nothing was published. Run the job in spark/ of the definition by hand to see all that Spark says.',
  }),
  'tool.missing': define<{ tool: keyof typeof tools; named: string | null; reason: string | null }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ tool, named, reason }) => {
      if (named === null) return `there is no ${tools[tool].program} on PATH`;
      return `${named} is no ${tools[tool].called} that could be run${reason === null ? '' : `: ${reason}`}`;
    },
    hint: ({ tool }) => tools[tool].hint,
  }),
  'tool.failed': define<{ tool: string; reason: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ tool, reason }) => `${tool} failed: ${reason}`,
    hint: () => 'Nothing was certified. Run it in the folder of the definition by hand to see all that it says.',
  }),
  'engines.differ': define<{ engine: string; name: string; differences: readonly string[] }>({
    errorClass: 'bug',
    exitCode: 1,
    what: ({ engine, name, differences }) =>
      `${engine} gives other rows of "${name}" than DuckDB: ${differences.join('; ')}`,
    hint: () => 'Nothing was published. This should not be: please report it with the product file.',
  }),
  'plan.invalid': define<{ problem: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ problem }) => `the plan is not valid: ${problem}`,
    hint: () => 'Correct the product file, or generate the product again.',
  }),
  'sql.vetoed': define<{ reason: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ reason }) => `the SQL was not allowed to run: ${reason}`,
    hint: () => 'Only one SELECT over the known tables, with functions of the allow-list, may run.',
  }),
  'sql.unconfined': define<{ reason: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ reason }) => `SQL of a model does not run here: its process cannot be confined (${reason})`,
    hint: () => 'It runs on Linux alone, where a process can be given limits; all else of dpb works without it.',
  }),
  'sql.stopped': define<{ reason: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ reason }) => `SQL of a model was stopped: ${reason}`,
    hint: () => 'Ask for less, or say it so that dpb can plan it itself.',
  }),
  'engine.query': define<{ reason: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ reason }) => `DuckDB could not run the query: ${reason}`,
    hint: () => 'See the SQL with `dpb explain`; a value of the data may not fit its type.',
  }),
  'run.build': define<{ runId: string; product: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ runId }) => `run "${runId}" is a build from a product file and has no request or checkpoints`,
    hint: ({ product }) => `Make a new build: dpb build ${product}`,
  }),
  'run.unknown': define<{ runId: string; near: readonly string[] }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ runId }) => `there is no run "${runId}"`,
    hint: ({ near }) => `See \`dpb runs list\`.${nearest(near)}`,
  }),
  'run.exists': define<{ runId: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ runId }) => `there is a run "${runId}" already`,
    hint: ({ runId }) => `Go on with it by \`dpb resume ${runId}\`, or choose another --run-id.`,
  }),
  'run.checkpoint': define<{ step: string; problem: string }>({
    errorClass: 'data',
    exitCode: 2,
    what: ({ step, problem }) => `the checkpoint of step "${step}" cannot be used: ${problem}`,
    hint: () => 'Start a new run with `dpb generate`; the checkpoint is left as it is.',
  }),
  'run.deadline': define<{ step: string; seconds: number }>({
    errorClass: 'transient',
    exitCode: 1,
    what: ({ step, seconds }) => `step "${step}" took longer than ${seconds} s and was given up`,
    hint: () => 'Resume the run, or narrow the request or the data.',
  }),
  'product.unknown': define<{ name: string; near: readonly string[] }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ name }) => `there is no product "${name}"`,
    hint: ({ near }) => `Name a product under products/ or the path of a product file.${nearest(near)}`,
  }),
  'product.taken': define<{ name: string; difference: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ name, difference }) => `the product "${name}" exists and is another one: ${difference}`,
    hint: () => 'Choose another name with --name, or replace it with --force.',
  }),
  'product.edited': define<{ name: string; files: readonly string[] }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ name, files }) => `files of product "${name}" were edited by hand: ${files.join(', ')}`,
    hint: () => 'Keep the edits by building with `dpb build`, or overwrite them with --force.',
  }),
  'source.missing': define<{ dataset: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ dataset }) => `the product needs dataset "${dataset}", which is not under the data folders`,
    hint: () => 'Name the folder that holds it with --data DIR.',
  }),
  'source.changed': define<{ dataset: string; problem: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ dataset, problem }) => `dataset "${dataset}" is no longer what the product was defined on: ${problem}`,
    hint: () => 'Restore the source, or generate the product again on what it is now.',
  }),
  'build.unproved': define<{ name: string; failures: readonly string[] }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ name, failures }) => `nothing of "${name}" was published, for a proof failed: ${failures.join('; ')}`,
    hint: () => 'The last good build stays. Correct the sources or the product and build again.',
  }),
  'build.unknown': define<{ name: string; buildId: string | null; near: readonly string[] }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ name, buildId }) =>
      buildId === null ? `"${name}" has no build yet` : `"${name}" has no build "${buildId}"`,
    hint: ({ name, near }) => `Make one with \`dpb build ${name}\`.${nearest(near)}`,
  }),
  'build.altered': define<{ name: string; buildId: string; files: readonly string[] }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ name, buildId, files }) =>
      `build ${buildId} of "${name}" is not the one that was published: ${files.join(', ')} changed`,
    hint: ({ name }) => `Make it again: dpb build ${name}`,
  }),
  'lineage.none': define<{ name: string; buildId: string; problem: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ name, buildId, problem }) => `build ${buildId} of "${name}" has no lineage events to send: ${problem}`,
    hint: ({ name }) => `Make it again: dpb build ${name} --force`,
  }),
  'lineage.unreachable': define<{ url: string; reason: string }>({
    errorClass: 'transient',
    exitCode: 74,
    what: ({ url, reason }) => `the lineage server at ${url} took no events: ${reason}`,
    hint: () => 'Try again when it answers; sending the same events twice is harmless.',
  }),
  'lineage.refused': define<{ url: string; status: number; answer: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ url, status, answer }) =>
      `the lineage server at ${url} refused the events with ${status}${answer === '' ? '' : `: ${answer}`}`,
    hint: () => 'Check the address and OPENLINEAGE_API_KEY.',
  }),
  'llm.not_configured': define<{ missing: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ missing }) => `a model is required, but ${missing}`,
    hint: () =>
      'Name a model under `llm:` in dpb.yaml (or DPB_LLM_MODEL) and its key in DPB_LLM_API_KEY or DPB_LLM_API_KEY_FILE, or leave --llm at auto.',
  }),
  'llm.price_unknown': define<{ model: string }>({
    errorClass: 'usage',
    exitCode: 2,
    what: ({ model }) => `what the model "${model}" costs is not known, so that no cap can be kept`,
    hint: () =>
      'Say it in dpb.yaml, in dollars for a million tokens: `llm: {price: {input: 1, output: 4}}`, or set allow_unknown_price.',
  }),
  'llm.over_budget': define<{ cap: 'request' | 'day'; booked: string; most: string }>({
    errorClass: 'transient',
    exitCode: 1,
    what: ({ cap, booked, most }) =>
      `the model was not asked: with ${booked} booked it could cost more than the ${most} of this ${cap}`,
    hint: () => 'Raise `llm: {budget: {request, day}}` in dpb.yaml; `dpb runs stats` shows what was spent.',
  }),
  'llm.unavailable': define<{ reason: string; attempts: number }>({
    errorClass: 'transient',
    exitCode: 1,
    what: ({ reason, attempts }) =>
      `the model gave no answer${attempts === 0 ? '' : ` in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`}: ${reason}`,
    hint: () => 'Try again later, or without it: --llm off.',
  }),
  'llm.refused': define<{ reason: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ reason }) => `the model's server refused the question: ${reason}`,
    hint: () => 'Check key, address and model under `llm:` in dpb.yaml.',
  }),
  'llm.not_recorded': define<{ folder: string }>({
    errorClass: 'data',
    exitCode: 1,
    what: ({ folder }) => `there is no answer to this question in ${folder}`,
    hint: () => 'Record it with --record DIR, with the same request, data and settings.',
  }),
  'llm.unusable': define<{ problem: string }>({
    errorClass: 'permanent',
    exitCode: 1,
    what: ({ problem }) => `the model gave no reading that holds: ${problem}`,
    hint: () => 'Say the request in other words, or leave the model out: --llm off.',
  }),
} as const satisfies Record<string, ErrorEntry<never>>;

/** The stable code of an error. */
export type ErrorCode = keyof typeof errorTable;

/** The parameters that the error of `Code` is made from. */
export type ErrorParameters<Code extends ErrorCode> = Parameters<(typeof errorTable)[Code]['what']>[0];
