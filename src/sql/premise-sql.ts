import { keyOriginOf, type LatestRows, latestRowsOf } from '../plan/key-origin.js';
import { canonicalKey, queriesOfPlan, toldName } from '../plan/plan-datasets.js';
import type { AggregateQuery, DetailQuery, Join, SemanticPlan, Validity } from '../plan/query.js';
import { datasetOf } from '../plan/traverse.js';
import { type DpbError, dpbError } from '../support/errors.js';
import { sortedBy } from '../support/text-order.js';
import {
  aggregate,
  binary,
  call,
  cast,
  column,
  conjunction,
  integerLiteral,
  type SqlExpression,
  type SqlQuery,
  type SqlRelation,
  type SqlSelect,
  select,
} from './ast.js';
import type { SqlDialect } from './dialect.js';
import { duckdbDialect } from './dialect-duckdb.js';
import { printSql } from './print.js';

/** A claim that the joins of a plan rest on, and the SELECT that counts what speaks against it: `duplicate_keys`, 0 where it holds. */
export interface PremiseCheck {
  /** Stable and unique in the plan. */
  readonly id: string;
  readonly kind: 'unique' | 'validity' | 'weight';
  readonly description: string;
  readonly dataset: string;
  /** The key, sorted. */
  readonly columns: readonly string[];
  /** What keys that speak against it do, after their number: `occur more than once`. */
  readonly problem: string;
  readonly sql: string;
  /** The same before it is text. */
  readonly query: SqlQuery;
  /** How many keys there are. */
  readonly keysSql: string;
  /** At most three of the keys that speak against it, each with the number of its rows (`key_rows`), most rows first. */
  readonly samplesSql: string;
}

/** What a join needs of a source: the key that it meets, when its rows are in force, or how they share. */
export interface Claim {
  readonly kind: PremiseCheck['kind'];
  readonly dataset: string;
  readonly columns: readonly string[];
  readonly validity: Pick<Validity, 'start' | 'end'> | null;
  readonly weight: string | null;
  /** It is made of these rows of the dataset alone; left out: of all. */
  readonly latest?: Omit<LatestRows, 'source'> | undefined;
}

const samplesMax = 3;

/**
 * For each join of the plan, at any depth: that the key it meets occurs once, or once at a time in a history, and that
 * weights add up. What holds by the way the plan makes a table is not asked of the data. Joins that share a key share a
 * check. Keys with a null are left out, for they meet no row. Sorted by kind, dataset and columns. Raises `plan.refused`
 * where a table that the plan makes is met by columns that nothing makes unique.
 */
export function premiseChecks(plan: SemanticPlan, dialect: SqlDialect = duckdbDialect): readonly PremiseCheck[] {
  const claims = claimsOfPlan(plan);
  const identity = (claim: Claim): string =>
    JSON.stringify([claim.dataset, claim.columns, claim.kind, claim.validity, claim.weight, claim.latest ?? null]);
  const unique = new Map(claims.map((claim) => [identity(claim), claim]));
  return sortedBy([...unique.values()], identity).map((claim) => checkOf(claim, dialect));
}

/** Raises `plan.refused` as `premiseChecks` does, and writes no SQL. */
export function requireProvablePremises(plan: SemanticPlan): void {
  claimsOfPlan(plan);
}

function claimsOfPlan(plan: SemanticPlan): readonly Claim[] {
  return queriesOfPlan(plan).flatMap((query) =>
    query.kind === 'set' ? [] : query.joins.flatMap((join) => claimsOf(join, query, plan)),
  );
}

function claimsOf(join: Join, query: AggregateQuery | DetailQuery, plan: SemanticPlan): readonly Claim[] {
  const [from, to] = [datasetOf(query, join.from), datasetOf(query, join.to)];
  const toKey = join.on.map((pair) => pair.to);
  const fromKey = join.on.map((pair) => pair.from);
  const met = join.during ? validityClaims(plan, to, toKey, join.during) : keyClaims(plan, to, toKey);
  const back = join.cardinality === 'one_to_one' ? keyClaims(plan, from, fromKey) : [];
  return [...met, ...back, ...(typeof join.weight === 'string' ? [weightClaim(plan, from, fromKey, join.weight)] : [])];
}

function keyClaims(plan: SemanticPlan, dataset: string, columns: readonly string[]): readonly Claim[] {
  const origin = keyOriginOf(plan, dataset, canonicalKey(columns));
  switch (origin.kind) {
    case 'made':
      return [];
    case 'source':
    case 'followed': {
      const key = canonicalKey(origin.columns);
      return [{ kind: 'unique', dataset: origin.dataset, columns: key, validity: null, weight: null }];
    }
    case 'unknown':
      throw unproved(toldName(plan, dataset), columns);
  }
}

function validityClaims(
  plan: SemanticPlan,
  dataset: string,
  columns: readonly string[],
  { start, end }: Validity,
): readonly Claim[] {
  const key = canonicalKey(columns);
  if (keyOriginOf(plan, dataset, key).kind === 'made') return [];
  const latest = latestRowsOf(plan, dataset);
  if (latest !== null) {
    const { source, ...rows } = latest;
    return [{ kind: 'validity', dataset: source, columns: key, validity: { start, end }, weight: null, latest: rows }];
  }
  const traced = [...key, start, ...(end === null ? [] : [end])];
  const origin = keyOriginOf(plan, dataset, traced);
  // Distinct intervals may still overlap: only the rows of a source can show that they do not.
  if (origin.kind !== 'source') throw unproved(toldName(plan, dataset), columns);
  const names = origin.columns;
  const validity = { start: names[key.length] ?? start, end: end === null ? null : (names[key.length + 1] ?? end) };
  const sourceKey = canonicalKey(names.slice(0, key.length));
  return [{ kind: 'validity', dataset: origin.dataset, columns: sourceKey, validity, weight: null }];
}

function weightClaim(plan: SemanticPlan, dataset: string, columns: readonly string[], weight: string): Claim {
  const latest = latestRowsOf(plan, dataset);
  if (latest !== null) {
    const { source, ...rows } = latest;
    return { kind: 'weight', dataset: source, columns: canonicalKey(columns), validity: null, weight, latest: rows };
  }
  if (plan.datasets?.some(({ name }) => name === dataset) === true)
    throw dpbError('plan.refused', {
      reason: `"${dataset}" shares out rows by "${weight}", but the plan makes it itself: nothing shows that no part was left out`,
      remedy: 'Join the bridge as it is in the sources, and filter the result.',
    });
  return { kind: 'weight', dataset, columns: canonicalKey(columns), validity: null, weight };
}

function unproved(dataset: string, columns: readonly string[]): DpbError {
  return dpbError('plan.refused', {
    reason: `a row may meet several rows of "${dataset}": nothing makes ${columns.join(', ')} unique in it`,
    remedy: `Group "${dataset}" by ${columns.join(', ')} alone, or keep the latest row of each.`,
  });
}

const descriptions = {
  unique: ({ dataset, columns }) => `each row meets at most one row of ${dataset}: ${columns.join(', ')} occurs once`,
  validity: ({ dataset, columns, latest }) =>
    `each row meets at most one row of ${latest ? `the latest rows of ${dataset}` : dataset}: of each ${columns.join(', ')} one is in force at a time`,
  weight: ({ dataset, columns, weight }) =>
    `rows of ${dataset} share out each ${columns.join(', ')}: ${weight ?? ''} adds up to 1`,
} as const satisfies Record<Claim['kind'], (claim: Claim) => string>;

const problems = {
  unique: 'occur more than once',
  validity: 'have rows in force at the same time',
  weight: 'have weights that are missing, negative or do not add up to 1',
} as const satisfies Record<Claim['kind'], string>;

const prefixes = { unique: 'premise', validity: 'premise.validity', weight: 'premise.weight' } as const;

/** The check of one claim. */
export function checkOf(claim: Claim, dialect: SqlDialect = duckdbDialect): PremiseCheck {
  const { kind, dataset, columns } = claim;
  const all = aggregate('count', [{ kind: 'star' }]);
  const keys = columns.map((name) => column('source', name));
  const items = keys.map((expression, position) => ({ expression, alias: `key_${position + 1}` }));
  const offenders = select([...items, { expression: all, alias: 'key_rows' }], rowsOf(claim), {
    where: conjunction(keys.map((operand) => ({ kind: 'is_null', operand, negated: true }))),
    groupBy: keys,
    having: isBroken(claim),
  });
  const counted = select([{ expression: all, alias: 'duplicate_keys' }], derived(offenders, 'duplicates'));
  const samples: SqlSelect = {
    ...offenders,
    orderBy: [
      { expression: all, direction: 'descending', nulls: 'last' },
      ...keys.map((expression) => ({ expression, direction: 'ascending', nulls: 'last' }) as const),
    ],
    limit: samplesMax,
  };
  return {
    id: `${prefixes[kind]}.${dataset}.${columns.join('+')}${claim.latest ? `.latest.${claim.latest.key.join('+')}` : ''}`,
    kind,
    description: descriptions[kind](claim),
    dataset,
    columns,
    problem: problems[kind],
    sql: printSql(queryOf(counted), dialect),
    query: queryOf(counted),
    keysSql: printSql(
      queryOf(select([{ expression: all, alias: 'all_keys' }], derived({ ...offenders, having: null }, 'all_keys'))),
      dialect,
    ),
    samplesSql: printSql(queryOf(samples), dialect),
  };
}

/** True for the rows of one key that break the claim. */
function isBroken({ kind, validity, weight }: Claim): SqlExpression {
  const all = aggregate('count', [{ kind: 'star' }]);
  if (kind === 'weight' && weight !== null) {
    const share = cast(column('source', weight), { kind: 'double' });
    const distance = call('abs', binary('-', aggregate('sum', [share]), integerLiteral(1)));
    const nearly: SqlExpression = { kind: 'literal', literal: { type: 'double', value: 1e-9 } };
    return {
      kind: 'logical',
      operator: 'or',
      operands: [
        binary('<', aggregate('count', [share]), all),
        binary('<', aggregate('min', [share]), integerLiteral(0)),
        binary('>', distance, nearly),
      ],
    };
  }
  if (kind === 'validity' && validity !== null) {
    return binary(
      '>',
      aggregate('count', [{ kind: 'star' }], { filter: column('source', overlapColumn) }),
      integerLiteral(0),
    );
  }
  return binary('>', all, integerLiteral(1));
}

const overlapColumn = 'dpb overlaps';

/** The source; of a history, its rows that are ever in force, each with whether the next of its key begins before it ends. */
function rowsOf({ dataset, columns, validity, latest }: Claim): SqlRelation {
  const all: SqlRelation = { kind: 'table', schema: null, name: dataset, alias: 'source' };
  const source = latest ? latestRows(all, latest) : all;
  if (validity === null) return source;
  const start = column('source', validity.start);
  const end = validity.end === null ? null : column('source', validity.end);
  const next = (expression: SqlExpression): SqlExpression => ({
    kind: 'window',
    function: 'lead',
    arguments: [expression],
    partitionBy: columns.map((name) => column('source', name)),
    orderBy: [{ expression: start, direction: 'ascending', nulls: 'first' }],
    frame: null,
  });
  const isNull = (operand: SqlExpression, negated = false): SqlExpression => ({ kind: 'is_null', operand, negated });
  const ends = end === null ? [binary('<=', next(start), start)] : [isNull(end), binary('<', next(start), end)];
  const overlaps: SqlExpression = {
    kind: 'logical',
    operator: 'and',
    operands: [
      isNull(next(integerLiteral(1)), true),
      { kind: 'logical', operator: 'or', operands: [isNull(next(start)), ...ends] },
    ],
  };
  const keys = columns.map((name) => ({ expression: column('source', name), alias: name }));
  const isEverInForce: SqlExpression | null =
    end === null
      ? null
      : { kind: 'logical', operator: 'or', operands: [isNull(start), isNull(end), binary('<', start, end)] };
  return derived(
    select([...keys, { expression: overlaps, alias: overlapColumn }], source, { where: isEverInForce }),
    'source',
  );
}

const positionColumn = 'dpb position';

/** The rows that deduplication keeps, told as it tells them: specs/semantics.md, `prepared`. */
function latestRows(all: SqlRelation, { columns, key, latestBy }: NonNullable<Claim['latest']>): SqlRelation {
  const others = columns.filter((name) => ![...key, ...latestBy].includes(name));
  const position: SqlExpression = {
    kind: 'window',
    function: 'row_number',
    arguments: [],
    partitionBy: key.map((name) => column('source', name)),
    orderBy: [...latestBy, ...others].map(
      (name) => ({ expression: column('source', name), direction: 'descending', nulls: 'last' }) as const,
    ),
    frame: null,
  };
  const items = columns.map((name) => ({ expression: column('source', name), alias: name }));
  const isLatest = binary('=', column('source', positionColumn), integerLiteral(1));
  const keyless = key.map(
    (name): SqlExpression => ({ kind: 'is_null', operand: column('source', name), negated: false }),
  );
  const ranked = derived(select([...items, { expression: position, alias: positionColumn }], all), 'source');
  return derived(
    select(items, ranked, { where: { kind: 'logical', operator: 'or', operands: [isLatest, ...keyless] } }),
    'source',
  );
}

function derived(body: SqlSelect, alias: string): SqlRelation {
  return { kind: 'derived', query: queryOf(body), alias };
}

function queryOf(body: SqlSelect): SqlQuery {
  return { with: [], body };
}
