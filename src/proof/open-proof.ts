import type { Engine } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral, verbatimGlob } from '../engine/sql-text.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import { planTables } from '../plan/plan-tables.js';
import type { ProductFile, TableShape } from '../plan/product.js';
import type { DetailQuery, SemanticPlan } from '../plan/query.js';
import { expressionsOf, innerQueriesOf, shownNamesOf } from '../plan/traverse.js';
import { canonicalJson } from '../support/canonical-json.js';
import { bug } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { openPlanOf } from './open-plan.js';
import { goldRelation, type InnerRelation, openRelation, type ProofContext } from './proof-context.js';

/** What is asked about. The engine has every source of the file mounted under its dataset's name. */
export interface ProofSource {
  readonly engine: Engine;
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  /** Absolute path of the gold Parquet. */
  readonly goldPath: string;
  /** The product's own compiler: gives the SELECT of a plan. Proofs lie below it, so it is handed in. */
  readonly compile: (plan: SemanticPlan) => string;
}

/** Puts beside the sources what proofs look into: the gold, the tables of the plan, the open result, inner queries. */
export async function openProof(input: ProofSource, premisesHold: boolean): Promise<ProofContext> {
  const { engine, file, asOf, compile } = input;
  const open = openPlanOf(file.plan);
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW ${quoteIdentifier(goldRelation)} AS SELECT * FROM read_parquet(${quoteLiteral(verbatimGlob(input.goldPath))}, hive_partitioning = false)`,
  );
  const tables = planTables(file.plan, file.sources);
  await makeTables(input, tables);
  if (open !== null) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(openRelation)} AS ${compile(open.plan)}`);
  }
  return { engine, file, asOf, tables, open, premisesHold, inner: await innerRelations(input), compile };
}

/** Makes the tables of the plan under their names, so that conditions and totals can be looked up in their rows. */
async function makeTables({ engine, file, compile }: ProofSource, tables: readonly TableShape[]): Promise<void> {
  for (const { name } of file.plan.datasets ?? []) {
    const shape = tables.find(({ dataset }) => dataset === name);
    if (shape === undefined) throw bug(`no shape of "${name}"`);
    const sql = compile({ ...file.plan, query: wholeTable(shape) });
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(name)} AS ${sql}`);
  }
}

/** All rows and columns of a table, in no order that matters. */
function wholeTable({ dataset, columns }: TableShape): DetailQuery {
  return {
    kind: 'detail',
    tables: [{ id: dataset, dataset }],
    joins: [],
    unmatched: 'keep',
    home: dataset,
    columns: columns.map(({ name }) => ({
      name,
      label: name,
      description: '',
      shown: true,
      expression: { kind: 'column', table: dataset, column: name },
    })),
    distinct: false,
    filter: null,
    orderBy: [],
    limit: null,
  };
}

/** Runs each inner query of the plan once; conditions of proofs then look into its rows. */
async function innerRelations({ engine, file, compile }: ProofSource): Promise<ProofContext['inner']> {
  const found = new Map<string, InnerRelation>();
  for (const query of queriesOfPlan(file.plan).flatMap(expressionsOf).flatMap(innerQueriesOf)) {
    const key = canonicalJson(query);
    if (found.has(key)) continue;
    const name = `dpb inner ${found.size}`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(name)} AS ${compile({ ...file.plan, query })}`);
    found.set(key, { name, columns: shownNamesOf(query) });
  }
  return (query) => {
    const relation = found.get(canonicalJson(query));
    if (relation === undefined) throw bug('an inner query was not run before the proof');
    return relation;
  };
}
