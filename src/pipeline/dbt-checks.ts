import { join } from 'node:path';
import { z } from 'zod';
import type { Engine } from '../engine/engine.js';
import { runProgram } from '../engine/run-program.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import type { Product } from '../plan/product.js';
import { goldRelation } from '../proof/proof-context.js';
import { makeDirectory, readText, writeTextAtomic } from '../support/atomic-files.js';
import { bug, DpbError, dpbError } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import type { ReadyChecks } from './gx-checks.js';
import { dbtVersionOf, programOf } from './other-engines.js';

/** dbt compiles a project of one product in seconds: one that takes longer hangs. */
const compileSecondsMax = 300;

/** The schema that stands for the one that dbt builds into: the engine has no other table there. */
const schema = 'dpb_dbt';

const testSchema = z.object({
  resource_type: z.literal('test'),
  name: z.string(),
  compiled_code: z.string(),
  config: z.object({ fail_calc: z.string(), tags: z.array(z.string()) }),
  depends_on: z.object({ nodes: z.array(z.string()) }),
});
const manifestSchema = z.object({
  nodes: z.record(z.string(), z.unknown()),
  sources: z.record(z.string(), z.object({ name: z.string() })),
});

function sourceView(dataset: string): string {
  return `dpb source ${dataset}`;
}

/** A data test of dbt: the statement that dbt runs of it, and the tables that it reads. */
interface CompiledTest {
  readonly name: string;
  readonly statement: string;
  readonly datasets: ReadonlySet<string>;
  readonly readsModel: boolean;
  /** It holds the table against the query run once more. */
  readonly isWhole: boolean;
}

/** What the checks of dbt are made of. */
export interface DbtInput {
  readonly product: Product;
  readonly engine: Engine;
  readonly asOf: IsoDate;
  /** A folder for the project. */
  readonly folder: string;
  /** The dbt to run; null for the one on PATH. */
  readonly program: string | null;
}

/**
 * The data tests of the definition's dbt project on the tables as they stand: dbt compiles them once, and what it would run is
 * run here for each of many tables. Tests of which columns files have are left out, for no file changes. Raises `tool.missing`,
 * `tool.failed`.
 */
export async function dbtChecks({ product, engine, asOf, folder, program }: DbtInput): Promise<ReadyChecks> {
  const { file } = product;
  const { dbtProject } = await import('../packaging/dbt/dbt-project.js');
  const { sourceTableNames } = await import('../packaging/dbt/dbt-names.js');
  for (const { path, text } of dbtProject(product, { kind: 'relations', nameOf: sourceView })) {
    makeDirectory(join(folder, path, '..'));
    writeTextAtomic(join(folder, path), text);
  }
  const dbt = programOf('dbt', program);
  const places = ['--project-dir', folder, '--profiles-dir', folder, '--quiet', '--no-use-colors'];
  const given = ['compile', ...places, '--exclude', 'test_type:unit', '--vars', JSON.stringify({ as_of: asOf })];
  const environment = { DPB_DBT_DATABASE: ':memory:', DPB_DBT_SCHEMA: schema };
  const { code, lastLines } = await runProgram(dbt, given, { folder, environment, secondsMax: compileSecondsMax });
  const failed = (reason: string) => dpbError('tool.failed', { tool: 'dbt compile', reason });
  if (code !== 0) throw failed(lastLines.join('\n').trim() || `it ended with ${code}`);
  const datasets = new Map([...sourceTableNames(file.sources)].map(([dataset, name]) => [name, dataset]));
  const { wholeTag } = await import('../packaging/dbt/dbt-tests.js');
  const tests = testsOf(readText(join(folder, 'target/manifest.json')), datasets, wholeTag);
  if (tests.length === 0) throw failed('it knows of no tests');
  await engine.run(`CREATE SCHEMA ${schema}`);
  await engine.run(
    `CREATE VIEW ${schema}.${quoteIdentifier(file.model.name)} AS SELECT * FROM ${quoteIdentifier(goldRelation)}`,
  );
  // A table expression of the model has the name of the dataset, so that what it reads needs another.
  for (const { dataset } of file.sources)
    await engine.run(
      `CREATE VIEW ${quoteIdentifier(sourceView(dataset))} AS SELECT * FROM ${quoteIdentifier(dataset)}`,
    );
  for (const { name, statement } of tests) {
    const count = await failuresOf(engine, statement);
    if (typeof count === 'string') throw failed(`the test ${name} cannot be run: ${count}`);
  }
  return {
    name: 'dbt',
    version: dbtVersionOf(folder),
    failing: async (changed) => {
      const failing: string[] = [];
      for (const { name, statement, isWhole, ...reads } of tests) {
        // A table that was just computed of the changed source holds the rows of its query.
        const isMet =
          changed === null ? reads.readsModel : !isWhole && (reads.readsModel || reads.datasets.has(changed));
        // What cannot be run on the rows fails, as it does in dbt.
        if (isMet && (await failuresOf(engine, statement)) !== 0) failing.push(name);
      }
      return failing;
    },
    close: async () => undefined,
  };
}

function testsOf(
  manifest: string,
  datasetOfTable: ReadonlyMap<string, string>,
  wholeTag: string,
): readonly CompiledTest[] {
  const { nodes, sources } = manifestSchema.parse(JSON.parse(manifest));
  return Object.values(nodes).flatMap((node) => {
    const test = testSchema.safeParse(node);
    if (!test.success) return [];
    const { name, compiled_code: select, config, depends_on: reads } = test.data;
    const tables = reads.nodes.flatMap((id) => sources[id]?.name ?? []);
    const datasets = tables.map((table) => {
      const dataset = datasetOfTable.get(table);
      if (dataset === undefined) throw bug(`dbt reads a source "${table}" that the product does not have`);
      return dataset;
    });
    const statement = `SELECT ${config.fail_calc} FROM (${select}\n) AS dbt_internal_test`;
    return [
      {
        name,
        statement,
        datasets: new Set(datasets),
        readsModel: reads.nodes.some((id) => id.startsWith('model.')),
        isWhole: config.tags.includes(wholeTag),
      },
    ];
  });
}

/** What dbt counts as failures of a test, or why its statement cannot be run. */
async function failuresOf(engine: Engine, statement: string): Promise<number | string> {
  try {
    const { rows } = await engine.query(statement);
    return Number(rows[0]?.[0] ?? 0);
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'engine.query') return thrown.message;
    throw thrown;
  }
}
