import type { SemanticPlan } from '../plan/query.js';
import { queriesOf } from '../plan/traverse.js';
import { compareText, sortedBy } from '../support/text-order.js';
import { aggregate, binary, column, conjunction, integerLiteral, type SqlQuery, select } from './ast.js';
import { duckdbDialect } from './dialect-duckdb.js';
import { printSql } from './print.js';

/** A claim that the joins of a plan rest on, and the SELECT that counts what speaks against it: `duplicate_keys`, 0 where it holds. */
export interface PremiseCheck {
  /** Stable and unique in the plan. */
  readonly id: string;
  readonly description: string;
  readonly dataset: string;
  readonly columns: readonly string[];
  readonly sql: string;
}

/**
 * For each join of the plan, at any depth: that the key it meets occurs once. Joins that share a key share a check. Keys
 * with a null are left out, for they meet no row. Sorted by dataset and columns.
 */
export function premiseChecks(plan: SemanticPlan): readonly PremiseCheck[] {
  const keys = queriesOf(plan.query).flatMap((query) => {
    if (query.kind === 'set') return [];
    const datasetOf = (id: string): string => query.tables.find((table) => table.id === id)?.dataset ?? id;
    return query.joins.flatMap((join) => {
      const to = { dataset: datasetOf(join.to), columns: join.on.map((pair) => pair.to) };
      const from = { dataset: datasetOf(join.from), columns: join.on.map((pair) => pair.from) };
      return join.cardinality === 'one_to_one' ? [to, from] : [to];
    });
  });
  const sorted = keys.map(({ dataset, columns }) => ({ dataset, columns: [...new Set(columns)].sort(compareText) }));
  const unique = new Map(sorted.map((key) => [JSON.stringify([key.dataset, key.columns]), key]));
  return sortedBy([...unique.values()], (key) => JSON.stringify([key.dataset, key.columns])).map(checkOf);
}

function checkOf({
  dataset,
  columns,
}: {
  readonly dataset: string;
  readonly columns: readonly string[];
}): PremiseCheck {
  const keys = columns.map((name) => column('source', name));
  const duplicates: SqlQuery = {
    with: [],
    body: select(
      [{ expression: integerLiteral(1), alias: 'found' }],
      { kind: 'table', schema: null, name: dataset, alias: 'source' },
      {
        where: conjunction(keys.map((operand) => ({ kind: 'is_null', operand, negated: true }))),
        groupBy: keys,
        having: binary('>', aggregate('count', [{ kind: 'star' }]), integerLiteral(1)),
      },
    ),
  };
  const counted = select([{ expression: aggregate('count', [{ kind: 'star' }]), alias: 'duplicate_keys' }], {
    kind: 'derived',
    query: duplicates,
    alias: 'duplicates',
  });
  return {
    id: `premise.${dataset}.${columns.join('+')}`,
    description: `each row meets at most one row of ${dataset}: ${columns.join(', ')} occurs once`,
    dataset,
    columns,
    sql: printSql({ with: [], body: counted }, duckdbDialect),
  };
}
