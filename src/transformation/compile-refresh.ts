import type { PeriodSql, ProductFile, ProductRefresh } from '../plan/product.js';
import type { Literal, SemanticPlan, TimeUnit } from '../plan/query.js';
import { planSince, type Refresh, refreshOf } from '../plan/refresh.js';
import { literalText, type SqlDialect } from '../sql/dialect.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { saidOrRefused, sparkDialect } from '../sql/dialect-spark.js';
import { assertNever } from '../support/assert-never.js';
import { canonicalJson } from '../support/canonical-json.js';
import { bug } from '../support/errors.js';
import { compile } from './compile.js';

type ByPeriods = Extract<Refresh, { readonly kind: 'incremental' }>;

/** How jobs may go on from the table that they made before, compiled for both dialects; or why they must compute all of it. */
export function compileRefresh(file: Pick<ProductFile, 'plan' | 'sources'>): ProductRefresh {
  const refresh = refreshOf(file);
  if (refresh.kind === 'full') return refresh;
  const { dataset, column, unit } = refresh;
  const sql = periodSql(file, refresh, duckdbDialect);
  if (sql === null) return { kind: 'full', why: 'the facts of a period are picked in several places of its SQL' };
  const isSaid = saidOrRefused(() => compile(file.plan, file.sources, { asOf: null, dialect: sparkDialect }).sql);
  const spark = isSaid.kind === 'said' ? periodSql(file, refresh, sparkDialect) : null;
  return { kind: 'incremental', dataset, column, step: stepOf(unit), sql, spark };
}

/** Null where the SQL names the first period more than once. */

function periodSql(
  { plan, sources }: Pick<ProductFile, 'plan' | 'sources'>,
  refresh: ByPeriods,
  dialect: SqlDialect,
): PeriodSql | null {
  const options = { asOf: null, dialect };
  const kind = compile(plan, sources, options).columns.find(({ name }) => name === refresh.column)?.type.kind;
  const type = kind === 'date' ? 'date' : 'timestamp';
  const begin = unusedMoment(plan, type);
  const since = compile(planSince(plan, refresh.moment, begin), sources, options).sql;
  const [before, after, ...more] = since.split(literalText(begin, dialect));
  if (before === undefined || after === undefined || more.length > 0) return null;
  const mark = dialect === sparkDialect ? ':' : '$';
  const sqlType = type === 'date' ? 'DATE' : dialect.timestampWord;
  return {
    since: `${before}CAST(${mark}since AS ${sqlType})${after}`,
    first: compile(firstMoment(plan, refresh), sources, options).sql,
  };
}

/** A moment that the plan does not speak of, to stand for the first period while it is compiled. */
function unusedMoment(plan: SemanticPlan, type: 'date' | 'timestamp'): Literal {
  const text = canonicalJson(plan);
  let year = 1801;
  while (text.includes(`${year}-01-01`)) year += 1;
  return type === 'date' ? { type, value: `${year}-01-01` } : { type, value: `${year}-01-01 00:00:00` };
}

/** The earliest period that any of the facts is of, whatever conditions say of it. */
function firstMoment(plan: SemanticPlan, { moment, home }: ByPeriods): SemanticPlan {
  const { query } = plan;
  if (query.kind !== 'aggregate') throw bug('only groups have periods');
  const definition = {
    kind: 'aggregate',
    function: 'min',
    home,
    argument: moment,
    filter: null,
    fraction: null,
    orderedBy: null,
  } as const;
  const first = { name: 'first', label: 'first', description: '', shown: true, unit: null, definition };
  return {
    ...plan,
    query: {
      ...query,
      tables: query.tables.filter(({ id }) => id === home),
      joins: [],
      dimensions: [],
      measures: [first],
      filter: null,
      having: null,
      orderBy: [],
    },
  };
}

/** How far a period's start lies behind that of the one before. */
function stepOf(unit: TimeUnit): Extract<ProductRefresh, { readonly kind: 'incremental' }>['step'] {
  switch (unit) {
    case 'week':
      return { amount: 7, unit: 'day' };
    case 'quarter':
    case 'fiscal_quarter':
      return { amount: 3, unit: 'month' };
    case 'fiscal_year':
      return { amount: 1, unit: 'year' };
    case 'second':
    case 'minute':
    case 'hour':
    case 'day':
    case 'month':
    case 'year':
      return { amount: 1, unit };
    default:
      return assertNever(unit);
  }
}
