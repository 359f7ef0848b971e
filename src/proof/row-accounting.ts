import { quoteIdentifier } from '../engine/sql-text.js';
import type { EvidenceEntry, RowAccountingFacts } from '../plan/evidence.js';
import type { AggregateQuery, Expression, Query } from '../plan/query.js';
import { aggregate, binary, column, conjunction, type SqlExpression, type SqlRelation, select } from '../sql/ast.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { printSqlExpression } from '../sql/print.js';
import { HomeRows } from './admission.js';
import { homesOfRows, type OpenPlan, openPlanOf } from './open-plan.js';
import { accountPrepared } from './prepared-accounting.js';
import {
  countOf,
  existsRow,
  goldRelation,
  oneRow,
  openRelation,
  type ProofContext,
  queryOf,
  relation,
  rowFound,
} from './proof-context.js';

/** A query whose rows are accounted for, and the relations that hold its result, narrowed and whole. */
interface Accounted {
  /** What entries are called after `rows.`, before the home. */
  readonly prefix: string;
  readonly query: Exclude<Query, { kind: 'set' }>;
  readonly open: OpenPlan;
  readonly result: string;
  readonly whole: string;
}

/**
 * For each home: every source row is in a published bucket, or in a named exclusion, and in one only. The same for the tables
 * that the plan makes: a row that never reached the product was left out on the way, and that is told too.
 */
export async function proveRowAccounting(context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const { plan } = context.file;
  const entries: EvidenceEntry[] = [];
  for (const dataset of plan.datasets ?? []) {
    if (dataset.kind === 'prepared') entries.push(await accountPrepared(dataset, context));
    else {
      const made = { prefix: `${dataset.name}.`, result: dataset.name, whole: `dpb open ${dataset.name}` };
      const open = openPlanOf({ ...plan, query: dataset.query });
      if (open !== null) {
        const sql = context.compile(open.plan);
        await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(made.whole)} AS ${sql}`);
      }
      entries.push(...(await accountQuery(dataset.query, open, made, context)));
    }
  }
  const product = { prefix: '', result: goldRelation, whole: openRelation };
  entries.push(...(await accountQuery(plan.query, context.open, product, context)));
  return entries;
}

async function accountQuery(
  query: Query,
  open: OpenPlan | null,
  names: Pick<Accounted, 'prefix' | 'result' | 'whole'>,
  context: ProofContext,
): Promise<readonly EvidenceEntry[]> {
  const { prefix } = names;
  if (query.kind === 'set') return [unshown(`${prefix}all`, 'rows of a set operation come from several queries')];
  if (open === null)
    return [unshown(`${prefix}all`, 'equal rows are shown once, so rows cannot be told apart in the result')];
  const hidden =
    query.kind === 'aggregate' ? query.dimensions.filter(({ role, shown }) => role === 'key' && !shown) : [];
  if (hidden.length > 0) {
    const keys = hidden.map(({ name }) => name).join(', ');
    return homesOfRows(query).map((home) =>
      unshown(prefix + home, `the result does not show ${keys}, so its buckets cannot be told apart`),
    );
  }
  const entries: EvidenceEntry[] = [];
  for (const home of homesOfRows(query)) entries.push(await accountHome(home, { ...names, query, open }, context));
  return entries;
}

async function accountHome(home: string, accounted: Accounted, context: ProofContext): Promise<EvidenceEntry> {
  const { query, open, prefix } = accounted;
  const rows = new HomeRows(home, query, context);
  const outside = await countOutside(rows, context);
  const counted =
    query.kind === 'detail'
      ? await countDetail(accounted, context)
      : await countBuckets(open.rowCounts.get(home) ?? '', query, accounted, context);
  const facts: RowAccountingFacts = {
    home,
    dataset: rows.dataset,
    rowsIn: outside.rowsIn,
    inGold: counted.inGold,
    beyondHavingOrLimit: open.narrowed ? counted.beyond : 0,
    excluded: outside.excluded,
    unmatched: outside.unmatched,
    notApplied: rows.foreignConjuncts.map((condition) => conditionText(rows, condition)),
  };
  return verdictOf(prefix + home, facts);
}

/** The condition as people read it in SQL. */
function conditionText(rows: HomeRows, condition: Expression): string {
  return printSqlExpression(rows.plain(condition), duckdbDialect).replace(/\s+/g, ' ');
}

/** Rows at the first condition that they fail, then at the first join that they find no partner in. */
async function countOutside(
  rows: HomeRows,
  context: ProofContext,
): Promise<Pick<RowAccountingFacts, 'rowsIn' | 'excluded' | 'unmatched'>> {
  const { conjuncts, required } = rows;
  const admits = [...conjuncts.map((condition) => rows.holds(condition)), ...required.map((step) => rows.finds(step))];
  const tests = admits.map((expression, index) => ({ expression, alias: `passes_${index}` }));
  const tested = select([...tests, ...rowFound], rows.relation);
  const firstFailure = (index: number): SqlExpression | null =>
    conjunction(
      tests
        .slice(0, index + 1)
        .map(({ alias }, other) =>
          other < index ? column(null, alias) : { kind: 'not', operand: column(null, alias) },
        ),
    );
  const all = aggregate('count', [{ kind: 'star' }]);
  const items = tests.map((_, index) => ({
    expression: { ...all, filter: firstFailure(index) },
    alias: `outside_${index}`,
  }));
  const from: SqlRelation = { kind: 'derived', query: queryOf(tested), alias: 'tested' };
  const found = await oneRow(context.engine, select([{ expression: all, alias: 'rows_in' }, ...items], from));
  const outside = (index: number): number => countOf(found.get(`outside_${index}`));
  return {
    rowsIn: countOf(found.get('rows_in')),
    excluded: conjuncts.map((condition, index) => ({
      condition: conditionText(rows, condition),
      rows: outside(index),
    })),
    unmatched: required.map(({ to }, index) => ({ table: to, rows: outside(conjuncts.length + index) })),
  };
}

interface Counted {
  readonly inGold: number;
  readonly beyond: number;
}

/** Rows in groups that the gold has, and in groups that it has not; groups meet on the grain, nulls equal. */
async function countBuckets(
  counts: string,
  query: AggregateQuery,
  { result, whole }: Accounted,
  { engine }: ProofContext,
): Promise<Counted> {
  const keys = query.dimensions.filter(({ role }) => role === 'key').map(({ name }) => name);
  const same = keys.map((name) => binary('is not distinct from', column('bucket', name), column('published', name)));
  const isPublished = existsRow({ kind: 'table', schema: null, name: result, alias: 'published' }, same);
  const marked = select(
    [
      { expression: column('bucket', counts), alias: 'rows_in_bucket' },
      { expression: isPublished, alias: 'is_published' },
    ],
    { kind: 'table', schema: null, name: whole, alias: 'bucket' },
  );
  const total = (filter: SqlExpression): SqlExpression =>
    aggregate('sum', [column(null, 'rows_in_bucket')], { filter });
  const flag = column(null, 'is_published');
  const found = await oneRow(
    engine,
    select(
      [
        { expression: total(flag), alias: 'in_gold' },
        { expression: total({ kind: 'not', operand: flag }), alias: 'beyond' },
      ],
      { kind: 'derived', query: queryOf(marked), alias: 'buckets' },
    ),
  );
  return { inGold: countOf(found.get('in_gold')), beyond: countOf(found.get('beyond')) };
}

/** A detail product shows each admitted row once, so its rows are counted themselves. */
async function countDetail({ result, whole }: Accounted, { engine }: ProofContext): Promise<Counted> {
  const rowsOf = (name: string): SqlExpression => ({
    kind: 'subquery',
    query: queryOf(select([{ expression: aggregate('count', [{ kind: 'star' }]), alias: 'rows' }], relation(name))),
  });
  const found = await oneRow(
    engine,
    select(
      [
        { expression: rowsOf(result), alias: 'gold' },
        { expression: rowsOf(whole), alias: 'open' },
      ],
      null,
    ),
  );
  const inGold = countOf(found.get('gold'));
  return { inGold, beyond: Math.max(0, countOf(found.get('open')) - inGold) };
}

function verdictOf(name: string, facts: RowAccountingFacts): EvidenceEntry {
  const claim = {
    id: `rows.${name}`,
    title: `Each row of ${facts.dataset} is in the result or in a named exclusion`,
    severity: 'error',
    kind: 'row_accounting',
  } as const;
  const outside = [...facts.excluded, ...facts.unmatched].reduce((sum, { rows }) => sum + rows, 0);
  const accounted = facts.inGold + facts.beyondHavingOrLimit + outside;
  if (accounted === facts.rowsIn) return { ...claim, status: 'proved', why: null, facts };
  return { ...claim, status: 'failed', why: `${facts.rowsIn} rows in, ${accounted} accounted for`, facts };
}

function unshown(home: string, why: string): EvidenceEntry {
  return {
    id: `rows.${home}`,
    title: 'Each source row is in the result or in a named exclusion',
    severity: 'error',
    kind: 'row_accounting',
    status: 'not_shown',
    why,
    facts: null,
  };
}
