import type { AggregateQuery, DetailQuery, Expression, Measure } from '../plan/query.js';
import { aggregate, columnRef } from './column-reference.js';
import type { Found } from './compose-columns.js';
import { type ConditionDraft, conceptOf, type Draft } from './draft.js';
import type { Condition } from './frame.js';
import { occurrenceId } from './names.js';
import type { Noun, RequestTree } from './request-tree.js';
import { keyOf } from './schema-model.js';

interface Identity {
  readonly dataset: string;
  readonly columns: readonly string[];
}

/** What tells one of the subject from another: the key of a table, the column itself; null where there is none. */
function identityOf(draft: Draft, subject: Noun): Identity | null {
  const concept = subject.slot === null ? null : conceptOf(draft, subject.slot);
  if (concept === null || concept.kind === 'metric') return null;
  if (concept.kind !== 'dataset') return { dataset: concept.dataset, columns: [concept.column] };
  const dataset = draft.model.dataset(concept.dataset);
  const key = dataset === undefined ? null : keyOf(dataset);
  return key === null ? null : { dataset: concept.dataset, columns: key };
}

/** The condition that the subject is (not) among what the inner request finds; null where it finds no subject. */
export function nestedCondition(
  draft: Draft,
  condition: Extract<Condition, { kind: 'nested' }>,
): ConditionDraft | null {
  const identity = identityOf(draft, condition.subject);
  if (identity === null || isMeasured(draft, condition)) return null;
  const composed = draft.composeInner(condition.inner);
  if (composed === null) return null;
  draft.penalty += composed.penalty + 0.05;
  if (isColumn(draft, condition.subject)) draft.distinctSubjects = true;
  const plain = condition.negated ? null : rowFilter(composed.query, identity, draft);
  if (plain !== null) return { datasets: [identity.dataset], expression: plain, negated: false, existence: false };
  const query = keysOnly(composed.query, identity);
  if (query === null) return null;
  const keys = identity.columns.map((column) => columnRef(identity.dataset, column));
  return {
    datasets: [identity.dataset],
    expression: { kind: 'membership', keys, query, negated: condition.negated },
    negated: false,
    existence: false,
  };
}

/** `amount of red and green tiles by month`: what is added up or averaged is not told apart by how much it is. */
function isMeasured({ frame, ...draft }: Draft, { subject }: Extract<Condition, { kind: 'nested' }>): boolean {
  const concept = subject.slot === null ? undefined : draft.assignment.get(subject.slot.id)?.concept;
  if (concept?.kind !== 'column' || draft.model.column(concept.dataset, concept.column)?.role !== 'measure')
    return false;
  return frame.groups.length > 0 || frame.items.some((item) => item.kind !== 'plain');
}

/** A column picked by what holds for its rows stands for its values, each once. */
function isColumn(draft: Draft, subject: Noun): boolean {
  return subject.slot !== null && conceptOf(draft, subject.slot)?.kind === 'column';
}

/** Rows of the subject's own table that only a filter over it picks need no inner query. */
function rowFilter(query: AggregateQuery | DetailQuery, identity: Identity, draft: Draft): Expression | null {
  if (query.kind !== 'detail' || query.limit !== null || query.joins.length > 0) return null;
  const dataset = draft.model.dataset(identity.dataset);
  const own = dataset !== undefined && keyOf(dataset)?.join() === identity.columns.join();
  return own && query.home === occurrenceId(identity.dataset) ? query.filter : null;
}

/** The query with the subject's identity as its only shown columns; null where it does not lead to the subject. */
export function keysOnly(query: AggregateQuery | DetailQuery, identity: Identity): AggregateQuery | DetailQuery | null {
  const isKey = (expression: Expression): boolean =>
    expression.kind === 'column' &&
    expression.table === occurrenceId(identity.dataset) &&
    identity.columns.includes(expression.column);
  if (query.kind === 'aggregate') {
    const dimensions = query.dimensions.map((dimension) => ({ ...dimension, shown: isKey(dimension.expression) }));
    if (dimensions.filter(({ shown }) => shown).length !== identity.columns.length) return null;
    return { ...query, dimensions, measures: query.measures.map((measure) => ({ ...measure, shown: false })) };
  }
  if (!query.tables.some(({ id }) => id === occurrenceId(identity.dataset))) return null;
  const ordered = new Set(query.orderBy.map(({ by }) => by));
  const kept = query.columns
    .filter(({ name, expression }) => ordered.has(name) && !isKey(expression))
    .map((column) => ({ ...column, shown: false }));
  const keys = identity.columns.map((column, index) => {
    const known = query.columns.find(
      ({ expression }) => isKey(expression) && expression.kind === 'column' && expression.column === column,
    );
    return (
      known ?? {
        name: `key_${index + 1}`,
        label: column,
        description: `${identity.dataset}.${column}`,
        shown: true,
        expression: columnRef(identity.dataset, column),
      }
    );
  });
  return {
    ...query,
    distinct: kept.length === 0 && query.limit === null,
    columns: [...keys.map((column) => ({ ...column, shown: true })), ...kept],
  };
}

/** The one measure of an inner request (`the average price`); null where it gives rows. */
export function scalarOf(draft: Draft, inner: RequestTree): Expression | null {
  const composed = draft.composeInner(inner);
  if (composed === null || composed.query.kind !== 'aggregate') return null;
  draft.penalty += composed.penalty;
  return onlyMeasure(composed.query);
}

/**
 * What a comparison is with: the one value of an inner request, or where it has several rows the outermost of what is
 * compared (`older than all engineers`); `extreme` null takes the first.
 */
export function boundOf(
  draft: Draft,
  inner: RequestTree,
  compared: Found,
  extreme: 'max' | 'min' | null,
): Expression | null {
  const composed = draft.composeInner(inner);
  if (composed === null) return null;
  draft.penalty += composed.penalty;
  const { query } = composed;
  if (query.kind === 'aggregate') return onlyMeasure(query);
  if (extreme === null || query.limit !== null) return firstValue(draft, query);
  const [only, ...others] = query.columns.filter(({ shown }) => shown);
  const named = only === undefined || others.length > 0 ? null : columnShown(draft, query, only.expression);
  const alike = named?.column.role === compared.column.role && named.column.type.kind === compared.column.type.kind;
  const column = named !== null && alike ? named : compared;
  const { name } = column.dataset;
  if (!query.tables.some(({ id }) => id === occurrenceId(name))) return null;
  const measure: Measure = {
    name: 'bound',
    label: `${extreme === 'max' ? 'Greatest' : 'Least'} ${column.column.name}`,
    description: `${extreme === 'max' ? 'Greatest' : 'Least'} ${name}.${column.column.name}.`,
    shown: true,
    unit: null,
    definition: aggregate(extreme, query.home, columnRef(name, column.column.name)),
  };
  const { tables, joins, unmatched, filter } = query;
  return {
    kind: 'scalar_query',
    query: {
      kind: 'aggregate',
      tables,
      joins,
      unmatched,
      every: null,
      dimensions: [],
      measures: [measure],
      filter,
      having: null,
      orderBy: [],
      limit: null,
    },
  };
}

function columnShown(draft: Draft, query: DetailQuery, expression: Expression): Found | null {
  if (expression.kind !== 'column') return null;
  const name = query.tables.find(({ id }) => id === expression.table)?.dataset ?? '';
  const [dataset, column] = [draft.model.dataset(name), draft.model.column(name, expression.column)];
  return dataset === undefined || column === undefined ? null : { dataset, column };
}

function onlyMeasure(query: AggregateQuery): Expression | null {
  return query.dimensions.length === 0 && query.measures.filter(({ shown }) => shown).length === 1
    ? { kind: 'scalar_query', query }
    : null;
}

function firstValue(draft: Draft, query: DetailQuery): Expression | null {
  if (query.columns.filter(({ shown }) => shown).length !== 1) return null;
  if (query.limit?.count !== 1) draft.penalty += 0.3;
  return { kind: 'scalar_query', query: { ...query, limit: { count: 1, per: [], ties: 'cut' } } };
}
