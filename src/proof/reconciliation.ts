import { additivityOf } from '../plan/additivity.js';
import { isNumeric } from '../plan/data-type.js';
import type { EvidenceEntry, ReconciliationFacts } from '../plan/evidence.js';
import type { AggregateMeasure, AggregateQuery, DetailQuery, Measure } from '../plan/query.js';
import { occurrencesOf, rowExpressionsOf } from '../plan/traverse.js';
import { HomeRows } from './admission.js';
import { type FoldedMeasure, groupFolds, rowFolds } from './fold.js';
import {
  floatTolerance,
  goldRelation,
  oneRow,
  openRelation,
  type ProofContext,
  relation,
  textOf,
} from './proof-context.js';

/**
 * For each measure the fold over the published groups beside the fold over the admitted source rows, which are found
 * without any join. Where having or limit left groups out, the groups of the same query without those two are folded.
 */
export async function proveReconciliation(context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const { query } = context.file.plan;
  switch (query.kind) {
    case 'set':
      return [unshown('all', 'rows of a set operation come from several queries and have no single home')];
    case 'detail':
      return detailEntries(query, context);
    case 'aggregate':
      return aggregateEntries(query, context);
  }
}

async function aggregateEntries(query: AggregateQuery, context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const sorted = query.measures.map((measure) => ({ measure, folded: foldedOf(measure, query, context) }));
  const homes = [
    ...new Set(sorted.flatMap(({ folded }) => (typeof folded === 'string' ? [] : [folded.aggregate.home]))),
  ];
  const proved = new Map<string, EvidenceEntry>();
  for (const home of homes) {
    const measures = sorted.flatMap(({ folded }) =>
      typeof folded === 'string' || folded.aggregate.home !== home ? [] : [folded],
    );
    for (const entry of await reconcile(measures, new HomeRows(home, query, context), context))
      proved.set(entry.id, entry);
  }
  return sorted.map(({ measure, folded }) => {
    if (typeof folded === 'string') return unshown(measure.name, folded);
    return proved.get(entryId(measure.name)) ?? unshown(measure.name, 'it was not measured');
  });
}

/** The measure as a fold, or why its total says nothing. */
function foldedOf(
  { name, definition, shown }: Measure,
  query: AggregateQuery,
  context: ProofContext,
): FoldedMeasure | string {
  const { tables, open, premisesHold } = context;
  const isFloat = isFloatColumn(name, context);
  if (definition.kind !== 'aggregate')
    return `${definition.kind.replaceAll('_', ' ')} is computed from other measures after they are aggregated`;
  if (!shown) return 'it is not shown in the gold';
  if (open === null) return 'the query cannot be run without having and limit';
  const lookedUp = rowExpressionsOf(definition)
    .flatMap(occurrencesOf)
    .some((occurrence) => occurrence !== definition.home);
  if (lookedUp && !premisesHold) return 'a key that a join meets is not unique, so rows have no one value to be folded';
  if (definition.snapshot !== null && definition.snapshot !== undefined)
    return 'balances add up over all but time: totals over groups of several times do not';
  if (definition.function === 'min' || definition.function === 'max')
    return { name, fold: definition.function, aggregate: definition, isFloat };
  if (additivityOf(definition, query, tables) === 'additive')
    return { name, fold: 'sum', aggregate: definition, isFloat };
  return `totals of ${definition.function.replaceAll('_', ' ')} over groups do not add up`;
}

async function detailEntries(query: DetailQuery, context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const { open, file, premisesHold } = context;
  if (open === null) return [unshown('all', 'equal rows are shown once, so totals over rows do not add up')];
  const types = new Map(file.model.columns.map(({ name, type }) => [name, type]));
  const measures = query.columns.flatMap(({ name, expression, shown }): readonly FoldedMeasure[] => {
    const type = types.get(name);
    if (!shown || type === undefined || !isNumeric(type)) return [];
    if (!premisesHold && occurrencesOf(expression).some((occurrence) => occurrence !== query.home)) return [];
    const aggregate: AggregateMeasure = {
      kind: 'aggregate',
      function: 'sum',
      home: query.home,
      argument: expression,
      filter: null,
      fraction: null,
      orderedBy: null,
    };
    return [{ name, fold: 'sum', aggregate, isFloat: type.kind === 'double' }];
  });
  return measures.length === 0 ? [] : reconcile(measures, new HomeRows(query.home, query, context), context);
}

async function reconcile(
  measures: readonly FoldedMeasure[],
  rows: HomeRows,
  context: ProofContext,
): Promise<readonly EvidenceEntry[]> {
  const narrowed = context.open?.narrowed === true;
  const groups = await oneRow(context.engine, groupFolds(measures, relation(narrowed ? openRelation : goldRelation)));
  const sources = await oneRow(context.engine, rowFolds(measures, rows));
  return measures.map(({ name, fold, aggregate, isFloat }) =>
    verdictOf({
      measure: name,
      fold,
      over: narrowed ? 'before_having_and_limit' : 'gold',
      home: aggregate.home,
      dataset: rows.dataset,
      // A sum over no groups is null where a count of no rows is 0: both say that there is nothing.
      gold: textOf(groups.get(name)) ?? (isCount(aggregate) ? '0' : null),
      source: textOf(sources.get(name)),
      tolerance: isFloat ? floatTolerance : 0,
    }),
  );
}

function isFloatColumn(name: string, { file }: ProofContext): boolean {
  return file.model.columns.find((column) => column.name === name)?.type.kind === 'double';
}

function isCount({ function: name }: AggregateMeasure): boolean {
  return name === 'count' || name === 'count_distinct';
}

function verdictOf(facts: ReconciliationFacts): EvidenceEntry {
  const { measure, fold, dataset, gold, source, tolerance } = facts;
  const claim = {
    id: entryId(measure),
    title: `The ${fold} of ${measure} equals that of the admitted rows of ${dataset}`,
    severity: 'error',
    kind: 'reconciliation',
  } as const;
  if (amountsEqual(gold, source, tolerance)) return { ...claim, status: 'proved', why: null, facts };
  return { ...claim, status: 'failed', why: `${gold ?? 'null'} in the gold, ${source ?? 'null'} in ${dataset}`, facts };
}

function unshown(measure: string, why: string): EvidenceEntry {
  return {
    id: entryId(measure),
    title: `The total of ${measure} equals that of the admitted rows`,
    severity: 'error',
    kind: 'reconciliation',
    status: 'not_shown',
    why,
    facts: null,
  };
}

function entryId(measure: string): string {
  return `reconciliation.${measure}`;
}

/** Equal amounts: digit by digit where exact, else within the relative tolerance. */
function amountsEqual(left: string | null, right: string | null, tolerance: number): boolean {
  if (left === null || right === null) return left === right;
  if (withoutTrailingZeros(left) === withoutTrailingZeros(right)) return true;
  const [a, b] = [Number(left), Number(right)];
  return tolerance > 0 && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

function withoutTrailingZeros(amount: string): string {
  return /^-?\d+\.\d+$/.test(amount) ? amount.replace(/\.?0+$/, '') : amount;
}
