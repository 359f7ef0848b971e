import type {
  AggregateMeasure,
  AggregateQuery,
  DetailQuery,
  Expression,
  Measure,
  SemanticPlan,
} from '../plan/query.js';
import { homesOf } from '../plan/query-typing.js';
import { freeName } from '../support/free-name.js';

/**
 * The plan that proofs are made on: without having and limit, so that every admitted row is in some group, and with one
 * more measure for each home that counts its rows.
 */
export interface OpenPlan {
  readonly plan: SemanticPlan;
  /** Whether the product's own plan had a having or a limit: its gold is then a part of the open result. */
  readonly narrowed: boolean;
  /** The column of the open result that counts the rows of each home; empty for details and sets. */
  readonly rowCounts: ReadonlyMap<string, string>;
}

/** Opens the plan; null for what has no such form (sets of queries, distinct details). */
export function openPlanOf(plan: SemanticPlan): OpenPlan | null {
  const { query } = plan;
  if (query.kind === 'set') return null;
  if (query.kind === 'detail') {
    if (query.distinct) return null;
    return {
      plan: { ...plan, query: { ...query, limit: null } },
      narrowed: query.limit !== null,
      rowCounts: new Map(),
    };
  }
  const taken = new Set([...query.dimensions, ...query.measures].map(({ name }) => name));
  const rowCounts = new Map(homesOf(query).map((home, index) => [home, freeName(`dpb_rows_${index}`, taken)]));
  const counting = [...rowCounts].map(([home, name]) => rowCountOutput(home, name));
  const open: AggregateQuery = { ...query, measures: [...query.measures, ...counting], having: null, limit: null };
  return { plan: { ...plan, query: open }, narrowed: query.having !== null || query.limit !== null, rowCounts };
}

/** The occurrences whose rows are folded or listed, each once. */
export function homesOfRows(query: AggregateQuery | DetailQuery): readonly string[] {
  return query.kind === 'detail' ? [query.home] : homesOf(query);
}

/** A count of the rows of `home` that `filter` admits, all where it is null. */
export function rowCount(home: string, filter: Expression | null): AggregateMeasure {
  return { kind: 'aggregate', function: 'count', home, argument: null, filter, fraction: null, orderedBy: null };
}

function rowCountOutput(home: string, name: string): Measure {
  return {
    name,
    label: name,
    description: 'Rows of the home in the group, for the proof.',
    shown: true,
    unit: null,
    definition: rowCount(home, null),
  };
}
