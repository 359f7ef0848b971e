import { join } from 'node:path';
import { z } from 'zod';
import type { Engine } from '../engine/engine.js';
import { startLineProgram } from '../engine/line-program.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { Product } from '../plan/product.js';
import type { OtherChecks } from '../proof/mutants/trial.js';
import { goldRelation } from '../proof/proof-context.js';
import { removeTree, writeTextAtomic } from '../support/atomic-files.js';
import { dpbError, messageOf } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { programOf } from './other-engines.js';

/** Checks of another tool that stand ready; they are closed when no more is asked. */
export interface ReadyChecks extends OtherChecks {
  readonly version: string | null;
  close(): Promise<void>;
}

/** One process for all tables: Great Expectations takes seconds to load. It runs the script of the definition as it stands. */
const driver = `import importlib
import json
import pathlib
import runpy
import sys

from pyarrow import parquet

try:
    version = importlib.import_module("great_expectations").__version__
except ImportError as error:
    sys.exit(str(error))
run = runpy.run_path(sys.argv[1])
asked = json.loads(pathlib.Path(sys.argv[2]).read_text("utf-8"))
made = run["read"]("suite.json")
built = {**made, "expectations": made["expectations"] + run["proved"](pathlib.Path(asked["evidence"]))}
suites = {"built": built, "made": made}
suites.update({source["name"]: run["dated"](source["suite"], asked["as_of"]) for source in asked["sources"]})
print(json.dumps({"version": version, "suites": suites}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    suite = suites[question["suite"]]
    chosen = [each for each in suite["expectations"] if each["meta"]["rule"] in question["rules"]]
    try:
        told = run["outcomes"](json.loads(json.dumps({**suite, "expectations": chosen})), parquet.ParquetFile(question["table"]).read())
        answer = {"failing": [outcome["rule"] for outcome in told if outcome["state"] != "holds"]}
    except Exception as error:
        answer = {"failing": [], "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
`;

const expectationSchema = z.object({ kwargs: z.record(z.string(), z.unknown()), meta: z.object({ rule: z.string() }) });
const startSchema = z.object({
  version: z.string(),
  suites: z.record(z.string(), z.object({ expectations: z.array(expectationSchema) })),
});
const answerSchema = z.object({ failing: z.array(z.string()), error: z.string().optional() });

/** Tables of a build are small beside what a suite is made for: one that takes longer hangs. */
const answerSecondsMax = 300;

/** What the checks of Great Expectations are made of. */
export interface GxInput {
  readonly product: Product;
  readonly engine: Engine;
  readonly asOf: IsoDate;
  /** The evidence of the build, whose totals the suite looks for beside the table. */
  readonly evidencePath: string;
  /** A folder for what the process reads. */
  readonly folder: string;
  /** The Python to run; null for the one on PATH. */
  readonly python: string | null;
}

/** A suite with the SELECT of the rows that it looks at, and of which columns each of its rules is. */
interface Looked {
  readonly suite: string;
  readonly rows: string;
  readonly rules: readonly { readonly rule: string; readonly columns: readonly string[] }[];
}

/**
 * The suites of the definition, run by Great Expectations on the gold table and the sources as they stand. Raises `tool.missing`
 * where there is no Python with it, `tool.failed` where it stops.
 */
export async function gxChecks({ product, engine, asOf, evidencePath, folder, python }: GxInput): Promise<ReadyChecks> {
  const { emitGreatExpectations } = await import('../packaging/emit/great-expectations.js');
  const { columnsIn, sourceSuites } = await import('../packaging/expectations.js');
  for (const { path, text } of emitGreatExpectations(product)) writeTextAtomic(join(folder, path), text);
  const sources = sourceSuites(product.file, asOf).map((source) => ({ ...source, name: `source ${source.dataset}` }));
  const [script, asked] = [join(folder, 'driver.py'), join(folder, 'asked.json')];
  writeTextAtomic(script, driver);
  writeTextAtomic(asked, JSON.stringify({ evidence: evidencePath, as_of: asOf, sources }));
  const program = programOf('gx', python);
  const suite = join(folder, 'great_expectations/run.py');
  const environment = { GX_ANALYTICS_ENABLED: 'false' };
  const process = startLineProgram(program, [script, suite, asked], { environment, secondsMax: answerSecondsMax });
  let started: z.infer<typeof startSchema>;
  try {
    started = startSchema.parse(JSON.parse(await process.next()));
  } catch (thrown) {
    throw dpbError('tool.missing', { tool: 'gx', named: program, reason: messageOf(thrown) });
  }
  const looked = (name: string, rows: string): Looked => {
    const rules = started.suites[name]?.expectations ?? [];
    return {
      suite: name,
      rows,
      rules: rules.map(({ kwargs, meta }) => ({ rule: meta.rule, columns: columnsIn(kwargs) })),
    };
  };
  const gold = `SELECT * FROM ${quoteIdentifier(goldRelation)}`;
  // Beside the gold table of the build lies its evidence; one that comes of other sources would have evidence of its own.
  const [built, made] = [looked('built', gold), looked('made', gold)];
  const ask = async (question: object): Promise<readonly string[]> => {
    const { failing, error } = answerSchema.parse(JSON.parse(await process.ask(JSON.stringify(question))));
    if (error !== undefined) throw dpbError('tool.failed', { tool: 'Great Expectations', reason: error });
    return failing;
  };
  const failing = failingRules(engine, join(folder, 'table.parquet'), ask);
  return {
    name: 'gx',
    version: `Great Expectations ${started.version}`,
    failing: async (changed) => {
      if (changed === null) return failing(built);
      const met = sources.filter(({ reads }) => reads.includes(changed));
      const found: string[] = [];
      for (const { name, rows } of met) found.push(...(await failing(looked(name, rows))));
      return [...found, ...(await failing(made))];
    },
    close: () => process.close(),
  };
}

/**
 * Asks for the rules of a suite that fail. A rule about columns with the values of some that it was asked of says the same, so
 * that only what a fault touched is asked again.
 */
function failingRules(
  engine: Engine,
  table: string,
  ask: (question: object) => Promise<readonly string[]>,
): (looked: Looked) => Promise<readonly string[]> {
  const known = new Map<string, boolean>();
  return async ({ suite, rows, rules }) => {
    const marks = await valueMarks(
      engine,
      rows,
      rules.map(({ columns }) => columns),
    );
    const asked = rules.map(({ rule }, at) => ({ rule, key: JSON.stringify([suite, rule, marks[at]]) }));
    const unknown = asked.filter(({ key }) => !known.has(key));
    if (unknown.length > 0) {
      removeTree(table);
      await engine.run(`COPY (${rows}) TO ${quoteLiteral(table)} (FORMAT parquet)`);
      const failing = new Set(await ask({ suite, table, rules: unknown.map(({ rule }) => rule) }));
      for (const { rule, key } of unknown) known.set(key, failing.has(rule));
    }
    return asked.flatMap(({ rule, key }) => (known.get(key) === true ? [rule] : []));
  };
}

/** For each list of columns a mark of the values that the rows have in them, whatever the order of the rows. */
async function valueMarks(
  engine: Engine,
  rows: string,
  lists: readonly (readonly string[])[],
): Promise<readonly string[]> {
  const distinct = [...new Set(lists.map((columns) => columns.map(quoteIdentifier).join(', ')))];
  const items = distinct.flatMap((columns) =>
    columns === '' ? [] : [`bit_xor(hash(${columns}))::VARCHAR || ' ' || sum(hash(${columns})::HUGEINT)::VARCHAR`],
  );
  const { rows: found } = await engine.query(`SELECT ${['count(*)', ...items].join(', ')} FROM (${rows})`);
  const [count, ...marks] = (found[0] ?? []).map(String);
  const named = new Map(distinct.filter((columns) => columns !== '').map((columns, at) => [columns, marks[at] ?? '']));
  return lists.map((columns) => `${count} ${named.get(columns.map(quoteIdentifier).join(', ')) ?? ''}`);
}
