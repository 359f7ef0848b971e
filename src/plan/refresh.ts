import { isTemporal } from './data-type.js';
import { queriesOfPlan } from './plan-datasets.js';
import type { ProductFile } from './product.js';
import type {
  AggregateQuery,
  Dimension,
  Expression,
  Literal,
  MeasureDefinition,
  SemanticPlan,
  TimeUnit,
} from './query.js';
import { aggregatesOf, columnsOf, datasetOf, expressionsOf, innerQueriesOf, partsOf } from './traverse.js';

/**
 * Whether the rows of a period follow from the facts of that period alone, so that a build may keep those of periods without new
 * facts. `dataset` holds the facts, met as `home`; `column` of the result is the period, `moment` what tells of each fact when it was,
 * to the `unit`.
 */
export type Refresh =
  | {
      readonly kind: 'incremental';
      readonly dataset: string;
      readonly home: string;
      readonly column: string;
      readonly moment: Expression;
      readonly unit: TimeUnit;
    }
  | { readonly kind: 'full'; readonly why: string };

/** Says of a product whether it can be refreshed by periods, or why all of it has to be computed. */
export function refreshOf({ plan, sources }: Pick<ProductFile, 'plan' | 'sources'>): Refresh {
  const { query } = plan;
  if (query.kind !== 'aggregate') return full('the product lists rows, and which of them are new cannot be told');
  const what = obstacle(plan, query);
  if (what !== null) return full(what);
  const homes = [
    ...new Set(query.measures.flatMap(({ definition }) => aggregatesOf(definition).map(({ home }) => home))),
  ];
  const [home, ...others] = homes;
  if (home === undefined || others.length > 0) return full('its measures come from several tables, or from none');
  const dataset = datasetOf(query, home);
  if (query.tables.filter((table) => table.dataset === dataset).length > 1)
    return full(`${dataset} is met more than once, so that a new row may change any period`);
  const time = query.dimensions.find((dimension) => isTimeOf(dimension, home, dataset, sources));
  if (time === undefined) return full(`no column of its grain is a time of ${dataset}`);
  const { name, expression } = time;
  const unit = expression.kind === 'time_truncate' ? expression.unit : 'day';
  return { kind: 'incremental', dataset, home, column: name, moment: expression, unit };
}

function full(why: string): Refresh {
  return { kind: 'full', why };
}

/** What of the query looks beyond one period; null for nothing. */
function obstacle(plan: SemanticPlan, query: AggregateQuery): string | null {
  if ((plan.datasets ?? []).length > 0) return 'the plan makes tables of its own on the way';
  if (query.limit !== null) return 'a limit chooses among the rows of all periods';
  if (query.every !== null) return 'members without rows are shown too';
  if (query.dimensions.some(({ fill }) => fill !== null && fill !== undefined))
    return 'periods without rows are filled in';
  if (queriesOfPlan(plan).length > 1 || expressionsOf(query).flatMap(innerQueriesOf).length > 0)
    return 'a condition looks at rows of all periods';
  if ([...query.dimensions, ...query.measures].some(({ shown }) => !shown))
    return 'the result does not show all it is ordered by';
  const beyond = query.measures.find(({ definition }) => !isLocal(definition));
  return beyond === undefined ? null : `${beyond.label} is computed over several periods`;
}

/** Whether the measure of a group follows from the rows of that group. */
function isLocal(definition: MeasureDefinition): boolean {
  switch (definition.kind) {
    case 'aggregate':
      return definition.snapshot === null || definition.snapshot === undefined;
    case 'constant':
      return true;
    case 'ratio':
    case 'combine':
      return partsOf(definition).every(isLocal);
    default:
      return false;
  }
}

/** A key of the grain that is a date of the facts, or the period around one. */
function isTimeOf(
  { role, expression, perHome }: Dimension,
  home: string,
  dataset: string,
  sources: ProductFile['sources'],
): boolean {
  const isPeriod = expression.kind === 'time_truncate' && expression.operand.kind === 'column';
  if (role !== 'key' || (perHome ?? []).length > 0 || !(isPeriod || expression.kind === 'column')) return false;
  const [column, ...others] = columnsOf(expression);
  const type = sources
    .find((source) => source.dataset === dataset)
    ?.columns.find(({ name }) => name === column?.column)?.type;
  return others.length === 0 && column?.table === home && type !== undefined && isTemporal(type);
}

/** The plan over the facts from the period that begins with `since` on, null for none, and those of no period. */
export function planSince(plan: SemanticPlan, moment: Expression, since: Literal | null): SemanticPlan {
  const { query } = plan;
  if (query.kind !== 'aggregate') return plan;
  const isOfNone: Expression = { kind: 'is_null', operand: moment, negated: false };
  const isLate: Expression[] =
    since === null
      ? []
      : [{ kind: 'comparison', operator: 'ge', left: moment, right: { kind: 'literal', literal: since } }];
  const isWanted: Expression = { kind: 'or', operands: [isOfNone, ...isLate] };
  const filter: Expression = query.filter === null ? isWanted : { kind: 'and', operands: [query.filter, isWanted] };
  return { ...plan, query: { ...query, filter } };
}
