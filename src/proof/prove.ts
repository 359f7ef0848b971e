import type { Engine } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { Evidence, EvidenceEntry, SourceFingerprint } from '../plan/evidence.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import { planTables } from '../plan/plan-tables.js';
import type { ProductFile, TableShape } from '../plan/product.js';
import type { DetailQuery, SemanticPlan } from '../plan/query.js';
import { expressionsOf, innerQueriesOf, shownNamesOf } from '../plan/traverse.js';
import { canonicalJson, contentHash } from '../support/canonical-json.js';
import { bug } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { proveCompleteness } from './completeness.js';
import { proveDigits } from './digits.js';
import { proveGrain } from './grain.js';
import { proveGroups } from './groups.js';
import { openPlanOf } from './open-plan.js';
import { goldRelation, type InnerRelation, openRelation, type ProofContext } from './proof-context.js';
import { proveReconciliation } from './reconciliation.js';
import { proveRowAccounting } from './row-accounting.js';
import { proveRules } from './rules.js';
import { proveSchema } from './schema.js';

/** What a proof is made of. The engine has every source of the file mounted under its dataset's name. */
export interface ProofInput {
  readonly engine: Engine;
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  /** Absolute path of the gold Parquet. */
  readonly goldPath: string;
  readonly sources: readonly SourceFingerprint[];
  /** What `provePremises` gave: they are proved before the query runs. */
  readonly premises: readonly EvidenceEntry[];
  /** The product's own compiler: gives the SELECT of a plan. Proofs lie below it, so it is handed in. */
  readonly compile: (plan: SemanticPlan) => string;
}

/**
 * Proves a gold table against its sources, or says what failed and what could not be shown. Of the compiler it takes
 * the query without having and limit, with rows counted by home; totals over source rows are computed by SQL of its
 * own that joins nothing. Raises only when the sources or the gold cannot be read.
 */
export async function prove(input: ProofInput): Promise<Evidence> {
  const { engine, file, asOf } = input;
  const open = openPlanOf(file.plan);
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW ${quoteIdentifier(goldRelation)} AS SELECT * FROM read_parquet(${quoteLiteral(pathPattern(input.goldPath))}, hive_partitioning = false)`,
  );
  const tables = planTables(file.plan, file.sources);
  await makeTables(input, tables);
  if (open !== null) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(openRelation)} AS ${input.compile(open.plan)}`);
  }
  const premisesHold = input.premises.every(({ status }) => status === 'proved');
  const inner = await innerRelations(input);
  const context: ProofContext = { engine, file, asOf, tables, open, premisesHold, inner, compile: input.compile };
  const schema = await proveSchema(context);
  const entries = [...input.premises, schema];
  // With columns missing or of other types the remaining proofs would only trip over them.
  if (schema.status === 'proved') {
    entries.push(await proveGrain(context), await proveCompleteness(context));
    entries.push(...(await proveReconciliation(context)), ...(await proveGroups(context)));
    entries.push(...(await proveDigits(context)), ...(await proveRowAccounting(context)));
    entries.push(...(await proveRules(context)));
  }
  return { version: 1, product: file.name, asOf, definition: contentHash(file), sources: input.sources, entries };
}

/** Makes the tables of the plan under their names, so that conditions and totals can be looked up in their rows. */
async function makeTables({ engine, file, compile }: ProofInput, tables: readonly TableShape[]): Promise<void> {
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
async function innerRelations({ engine, file, compile }: ProofInput): Promise<ProofContext['inner']> {
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

/** DuckDB reads `*`, `?`, `[` in a path as a pattern; in brackets each stands for itself. */
function pathPattern(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
