import type { Column, Dataset } from '../catalog/catalog.js';
import { wordsOfName } from '../catalog/name-words.js';
import { seriesOf } from '../catalog/series.js';
import { isNumeric, isTemporal } from '../plan/data-type.js';
import type { AggregateFunction, Expression, Snapshot } from '../plan/query.js';
import { aggregatesOf, allOf, columnsOf } from '../plan/traverse.js';
import { amountOf, hasSaidAmount, moneyOf, onlyAmount } from './amounts.js';
import { labelOf } from './column-label.js';
import { aggregate, columnRef } from './column-reference.js';
import { groupDimensions } from './compose-dimensions.js';
import { commonHome } from './compose-joins.js';
import { withOwnFilter } from './compose-own-filter.js';
import { spanMeasure } from './compose-span.js';
import { flagCondition } from './compose-values.js';
import type { Concept } from './concept.js';
import { type ConditionDraft, conceptOf, type Draft, type MeasureDraft } from './draft.js';
import type { Item } from './frame.js';
import { isLevel, levelSnapshot } from './levels.js';
import type { Slot } from './request-tree.js';
import { isSummable, keyOf, nameColumns } from './schema-model.js';
import { singularOf } from './word-forms.js';

/** The measure that `item` means under the draft's assignment; null where it can mean none. */
export function measureOf(draft: Draft, item: Item): MeasureDraft | null {
  switch (item.kind) {
    case 'count':
      return withOwnFilter(
        draft,
        item.slot === null
          ? fallbackCount(draft, item.quantity)
          : ((item.distinct ? null : moneyMeasure(draft, item.slot)) ??
              countMeasure(draft, conceptOf(draft, item.slot), item.distinct, item.quantity)),
        item.own,
      );
    case 'aggregate':
      return item.slot === null
        ? null
        : withOwnFilter(draft, aggregateMeasure(draft, item.function, conceptOf(draft, item.slot)), item.own);
    case 'plain':
      return plainMeasure(draft, conceptOf(draft, item.slot));
    case 'ratio':
      return ratioMeasure(draft, item);
    case 'derived':
      return derivedMeasure(draft, item);
    case 'mean':
      return meanMeasure(draft, item);
    case 'span':
      return withOwnFilter(draft, spanMeasure(draft, item), item.own);
  }
}

/** Of nothing named, the rows of what the request is about; `how much did we spend` asks for an amount and counts none. */
function fallbackCount(draft: Draft, quantity: boolean): MeasureDraft | null {
  const home = fallbackHome(draft);
  if (home === null) return null;
  const amount = quantity ? onlyAmount(draft.model, home) : null;
  if (amount !== null) return aggregateMeasure(draft, 'sum', { kind: 'column', dataset: home, column: amount.name });
  if (quantity) draft.penalty += 1.2;
  return rowCount(draft, home, false);
}

/** The table whose rows hold all that is named: what is counted where nothing says so. */
export function fallbackHome(draft: Draft): string | null {
  const concepts: readonly Concept[] = [...draft.assignment.values()].map(({ concept }) => concept);
  const names = concepts.flatMap((concept) =>
    concept.kind === 'metric' ? [] : [{ table: concept.kind === 'dataset', name: concept.dataset }],
  );
  const home = commonHome(draft.model, [...new Set(names.map(({ name }) => name))]);
  return home ?? (names.find(({ table }) => table) ?? names[0])?.name ?? null;
}

/** `the income of each branch`: what is said is money, so it is added up and the rows that it stands in are not counted. */
export function moneyMeasure(draft: Draft, slot: Slot): MeasureDraft | null {
  const concept = conceptOf(draft, slot);
  const amount = concept?.kind === 'dataset' ? moneyOf(draft.model, concept.dataset, slot.text) : null;
  if (concept?.kind !== 'dataset' || amount === null) return null;
  return aggregateMeasure(draft, 'sum', { kind: 'column', dataset: concept.dataset, column: amount.name });
}

function plainMeasure(draft: Draft, concept: Concept | null): MeasureDraft | null {
  if (concept?.kind === 'metric') return metricMeasure(draft, concept.metric);
  if (concept?.kind !== 'column') return null;
  const column = draft.model.column(concept.dataset, concept.column);
  return column !== undefined && isSummable(column) ? aggregateMeasure(draft, 'sum', concept) : null;
}

/** A metric of the glossary; its occurrences are renamed to ours. */
function metricMeasure(draft: Draft, name: string): MeasureDraft | null {
  const metric = draft.model.catalog.metrics.find((candidate) => candidate.name === name);
  if (metric === undefined) return null;
  const folded = aggregatesOf(metric.definition);
  const homes = [...new Set(folded.map(({ home }) => home))];
  const home = metric.dataset ?? homes[0];
  if (home === undefined) return null;
  const datasets = folded.flatMap((part) => [
    part.home,
    ...[part.argument, part.filter, part.orderedBy].flatMap((inner) =>
      inner === null ? [] : columnsOf(inner).map(({ table }) => table),
    ),
  ]);
  const { definition } = metric;
  return {
    name: draft.names.take(metric.name),
    label: metric.label,
    description: metric.description,
    unit: metric.unit,
    home,
    datasets: [...new Set(datasets)],
    define: (given) => (given === home || (homes.length > 1 && homes.includes(given)) ? definition : null),
  };
}

function countMeasure(
  draft: Draft,
  concept: Concept | null,
  distinct: boolean,
  quantity: boolean,
): MeasureDraft | null {
  if (concept?.kind === 'metric') return metricMeasure(draft, concept.metric);
  if (concept?.kind === 'dataset') {
    if (quantity && hasSaidAmount(draft.model, concept.dataset)) draft.penalty += 1.2;
    return rowCount(draft, concept.dataset, distinct);
  }
  if (concept?.kind !== 'column') return null;
  const dataset = draft.model.dataset(concept.dataset);
  const column = draft.model.column(concept.dataset, concept.column);
  if (dataset === undefined || column === undefined) return null;
  const isKey = keyOf(dataset)?.length === 1 && keyOf(dataset)?.[0] === column.name;
  if (isKey) return rowCount(draft, dataset.name, distinct);
  if (!distinct && (nameColumns(dataset).includes(column) || groupsBy(draft, concept)))
    return rowCount(draft, dataset.name, false);
  if (!distinct && isSummable(column) && (quantity || column.role === 'measure'))
    return aggregateMeasure(draft, 'sum', concept);
  const yes = distinct ? null : flagCondition({ dataset, column }, false);
  if (yes !== null) return flaggedRows(draft, dataset, column, yes);
  const label = labelOf(dataset, column);
  const everyRow = !distinct && column.role === 'identifier' && draft.counting === 'rows';
  return {
    name: draft.names.take(`${label} count`),
    label: `Number of ${distinct ? 'different ' : ''}${label}${everyRow ? ` (every row of ${dataset.name})` : ''}`,
    description: `Number of distinct values of ${concept.column} in ${concept.dataset}.`,
    unit: null,
    home: dataset.name,
    datasets: [dataset.name],
    define: (home) => {
      if (!distinct && column.role === 'identifier' && home === dataset.name) draft.countedIn = home;
      if (everyRow && home === dataset.name) return aggregate('count', home, null);
      return aggregate('count_distinct', home, columnRef(dataset.name, column.name));
    },
  };
}

/** `how many rooms have a balcony` where a column of yes and no says it: those of which it says yes. */
function flaggedRows(draft: Draft, dataset: Dataset, column: Column, yes: ConditionDraft): MeasureDraft | null {
  const rows = rowCount(draft, dataset.name, false);
  const filter = yes.expression;
  if (rows === null || filter === null) return null;
  return {
    ...rows,
    label: `${rows.label} where ${labelOf(dataset, column)} is yes`,
    define: (home) => (home === dataset.name ? { ...aggregate('count', home, null), filter } : null),
  };
}

/** `number of states by state` counts the rows of each state. */
function groupsBy(draft: Draft, concept: Extract<Concept, { kind: 'column' }>): boolean {
  const slots = [
    ...draft.frame.groups.map(({ slot }) => slot),
    ...draft.frame.items.map((item) => (item.kind === 'plain' ? item.slot : null)),
  ];
  return slots.some((slot) => {
    const other = slot === null ? null : conceptOf(draft, slot);
    return other?.kind === 'column' && other.dataset === concept.dataset && other.column === concept.column;
  });
}

/** The home's own column that refers to the key, where it has one: what is referred to counts, also where it is missing there. */
function referenceTo(draft: Draft, home: string, dataset: string, key: string): Expression {
  const [step, ...more] = draft.model.reach(home).get(dataset)?.steps ?? [];
  const pair = more.length === 0 ? step?.on.find(({ to }) => to === key) : undefined;
  return step === undefined || pair === undefined ? columnRef(dataset, key) : columnRef(step.from, pair.from);
}

/** Rows of a dataset; from a home that repeats them, its distinct keys. */
export function rowCount(draft: Draft, dataset: string, distinct: boolean): MeasureDraft | null {
  const table = draft.model.dataset(dataset);
  if (table === undefined) return null;
  const words = wordsOfName(dataset);
  const thing = [...words.slice(0, -1), singularOf(words.at(-1) ?? '')].join(' ');
  const key = keyOf(table);
  return {
    name: draft.names.take(`${thing} count`),
    label: `Number of ${words.join(' ')}`,
    description: `Number of rows of ${dataset}.`,
    unit: null,
    home: dataset,
    datasets: [dataset],
    define: (home) => {
      if (home === dataset && !distinct) return aggregate('count', home, null);
      if (!distinct && key !== null) {
        draft.countedIn = home;
        if (draft.counting === 'rows') return aggregate('count', home, null);
      }
      const column = key?.length === 1 ? key[0] : undefined;
      if (column === undefined) return home === dataset ? aggregate('count', home, null) : null;
      return home === dataset
        ? aggregate('count', home, null)
        : aggregate('count_distinct', home, referenceTo(draft, home, dataset, column));
    },
  };
}

const functionWords: Readonly<Partial<Record<AggregateFunction, string>>> = {
  sum: 'total',
  avg: 'average',
  min: 'minimum',
  max: 'maximum',
  median: 'median',
  stddev: 'standard deviation of',
};

function aggregateMeasure(draft: Draft, name: AggregateFunction, concept: Concept | null): MeasureDraft | null {
  if (concept?.kind === 'metric') {
    if (name !== 'sum') draft.penalty += name === 'avg' ? 0.25 : 0.8;
    return metricMeasure(draft, concept.metric);
  }
  if (concept?.kind === 'dataset') {
    const amount = name === 'sum' ? amountOf(draft.model, concept.dataset) : null;
    if (amount === null) return name === 'sum' ? rowCount(draft, concept.dataset, false) : null;
    draft.assumptions.push({ code: 'aggregate', text: `${concept.dataset} are added up by ${amount.name}.` });
    return aggregateMeasure(draft, 'sum', { kind: 'column', dataset: concept.dataset, column: amount.name });
  }
  if (concept?.kind !== 'column') return null;
  const dataset = draft.model.dataset(concept.dataset);
  const column = draft.model.column(concept.dataset, concept.column);
  if (dataset === undefined || column === undefined || !fits(name, column)) return null;
  const snapshot = name === 'sum' ? addedOverTime(draft, dataset, column) : null;
  const label = labelOf(dataset, column);
  const prefix = functionWords[name] ?? name;
  const said = label.startsWith(`${prefix} `) ? label : `${prefix} ${label}`;
  return {
    name: draft.names.take(said),
    label: said.charAt(0).toUpperCase() + said.slice(1),
    description: `${said.charAt(0).toUpperCase() + said.slice(1)} over ${concept.dataset}.`,
    unit: column.unit,
    home: dataset.name,
    datasets: [dataset.name],
    define: (home) => {
      const value = columnRef(dataset.name, column.name);
      if (home === dataset.name) return { ...aggregate(name, home, value), ...(snapshot === null ? {} : { snapshot }) };
      if (name === 'min' || name === 'max') return aggregate(name, home, value);
      const part = name === 'sum' && snapshot === null ? partOf(draft, home, dataset.name) : null;
      return part === null
        ? null
        : aggregate('sum', home, { kind: 'arithmetic', operator: 'multiply', left: value, right: part });
    },
  };
}

/**
 * Where a table has a row for each thing at each time: how much there is is taken at the last time of each group; anything else is
 * added up over time, and that is told. Null where it is added up.
 */
function addedOverTime(draft: Draft, dataset: Dataset, column: Column): Snapshot | null {
  const series = seriesOf(dataset);
  if (series === null) return null;
  const each = `${dataset.name} has a row for each ${series.per.join(', ')} and ${series.by}`;
  const level = isLevel(dataset, column);
  const text = level
    ? `${each}: ${column.name} is taken at the last ${series.by} of each in its group, and not added up over time.`
    : `${each}: ${column.name} is added up over ${series.by}.`;
  if (!draft.assumptions.some((known) => known.text === text)) draft.assumptions.push({ code: 'over_time', text });
  return level ? levelSnapshot(dataset.name, series, 'last') : null;
}

/** Which part of its row of `dataset` each row of a bridge stands for; null where `home` is none. */
function partOf(draft: Draft, home: string, dataset: string): Expression | null {
  const [step, ...more] = draft.model.reach(home).get(dataset)?.steps ?? [];
  return step === undefined || more.length > 0 || step.weight === null ? null : columnRef(home, step.weight);
}

function fits(name: AggregateFunction, column: Column): boolean {
  if (name === 'min' || name === 'max')
    return isNumeric(column.type) || isTemporal(column.type) || column.type.kind === 'text';
  return isSummable(column);
}

function ratioMeasure(draft: Draft, item: Extract<Item, { kind: 'ratio' }>): MeasureDraft | null {
  const top = ratioPart(draft, item.numerator);
  const bottom = ratioPart(draft, item.denominator);
  if (top === null || bottom === null) return null;
  return {
    name: draft.names.take('ratio'),
    label: `${top.label} per ${bottom.label.toLowerCase()}`,
    description: `${top.label} divided by ${bottom.label.toLowerCase()}.`,
    unit: null,
    home: top.home,
    datasets: [...top.datasets, ...bottom.datasets],
    define: (home, time) => {
      const numerator = top.define(home, time);
      const denominator = bottom.define(bottom.home === top.home ? home : bottom.home, time);
      return numerator === null || denominator === null
        ? null
        : { kind: 'ratio', numerator, denominator, factor: item.factor };
    },
  };
}

/** A table named in a ratio means its rows. */
function ratioPart(draft: Draft, item: Item): MeasureDraft | null {
  const concept = item.kind === 'plain' ? conceptOf(draft, item.slot) : null;
  return concept?.kind === 'dataset' ? rowCount(draft, concept.dataset, false) : measureOf(draft, item);
}

/**
 * `average number of orders per customer`: all orders of some customer divided by all customers who have some, which is the
 * mean of what each has. Orders of no customer, or of one that is not there, are none's. Null for what does not add up.
 */
function meanMeasure(draft: Draft, item: Extract<Item, { kind: 'mean' }>): MeasureDraft | null {
  const inner = ratioPart(draft, item.of);
  if (inner === null) return null;
  const [key, ...others] = (groupDimensions(draft, item.per, inner.home, []) ?? []).filter(
    ({ role }) => role === 'key',
  );
  if (key === undefined || others.length > 0) return null;
  const { expression: said, dataset } = key;
  const thing = key.label.toLowerCase();
  if (dataset !== inner.home)
    draft.assumptions.push({
      code: 'mean',
      text: `The average is over each ${thing} that has any; those of ${dataset} without do not count as 0.`,
    });
  return {
    ...inner,
    name: draft.names.take(`average ${inner.name}`),
    label: `Average ${inner.label.toLowerCase()} per ${thing}`,
    description: `Average over each ${thing} of ${inner.label.toLowerCase()}.`,
    datasets: [...new Set([...inner.datasets, dataset])],
    define: (home, time) => {
      const of = inner.define(home, time);
      if (of?.kind !== 'aggregate' || (of.function !== 'sum' && of.function !== 'count')) return null;
      const filter = allOf([
        ...(of.filter === null ? [] : [of.filter]),
        { kind: 'is_null', operand: said, negated: true },
      ]);
      const denominator = { ...aggregate('count_distinct', home, said), filter: of.filter };
      return { kind: 'ratio', numerator: { ...of, filter }, denominator, factor: 1 };
    },
  };
}

/** `running total of bills`: of their amounts, where it is clear which those are. */
function addedUp(draft: Draft, item: Item): MeasureDraft | null {
  const concept = item.kind === 'plain' ? conceptOf(draft, item.slot) : null;
  const isBilled = concept?.kind === 'dataset' && amountOf(draft.model, concept.dataset) !== null;
  return isBilled ? aggregateMeasure(draft, 'sum', concept) : null;
}

/** Shares, growth and running totals of a measure. Growth and running totals need a time dimension. */
function derivedMeasure(draft: Draft, item: Extract<Item, { kind: 'derived' }>): MeasureDraft | null {
  const { how } = item;
  const inner = (how.kind === 'running_total' ? addedUp(draft, item.of) : null) ?? ratioPart(draft, item.of);
  if (inner === null) return null;
  const lowered = inner.label.charAt(0).toLowerCase() + inner.label.slice(1);
  const word =
    how.kind === 'share'
      ? how.factor === 100
        ? 'Percentage of'
        : 'Share of'
      : how.kind === 'growth'
        ? 'Growth of'
        : 'Running total of';
  return {
    ...inner,
    name: draft.names.take(`${inner.name} ${how.kind.replace('_', ' ')}`),
    label: `${word} ${lowered}`,
    description: `${word} ${lowered}.`,
    unit: how.kind === 'running_total' ? inner.unit : how.kind === 'share' && how.factor === 100 ? 'percent' : 'share',
    define: (home, time) => {
      const of = inner.define(home, time);
      if (of === null) return null;
      if (how.kind === 'share') return { kind: 'share', of, within: [], factor: how.factor };
      if (time === null) return null;
      return how.kind === 'growth'
        ? { kind: 'change', of, time, against: how.against, as: how.as }
        : { kind: 'running_total', of, time };
    },
  };
}
