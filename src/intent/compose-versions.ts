import type { Dataset, Versions } from '../catalog/catalog.js';
import type { ComparisonOperator, Expression } from '../plan/query.js';
import { allOf, columnsOf } from '../plan/traverse.js';
import { columnRef } from './column-reference.js';
import { type ConditionDraft, conceptOf, type Draft } from './draft.js';
import { occurrenceId } from './names.js';
import { asOf, type Stretch, shift } from './time-stretch.js';
import { stemOf } from './word-forms.js';

/** Words that ask for more versions than the one in force. */
const changing: ReadonlySet<string> = new Set(
  'history historical historic change version ever past previous previously former formerly evolution evolve development develop trend increase decrease'
    .split(' ')
    .concat('over time', 'all time', 'at first')
    .map((words) => words.split(' ').map(stemOf).join(' ')),
);

/**
 * Where rows of `home` are versions of something and no time is said, those in force on the as-of date are meant: a price is
 * that of today, not the mean of all there ever were and will be. None where versions themselves are counted, shown with their
 * dates, or told over time.
 */
export function inForceCondition(
  draft: Draft,
  home: string,
  conditions: readonly ConditionDraft[],
): readonly ConditionDraft[] {
  const dataset = draft.model.dataset(home);
  const versions = dataset?.versions ?? null;
  if (dataset === undefined || versions === null || asksForVersions(draft, home, versions)) return [];
  const isTimed = conditions.some(
    ({ expression }) => expression !== null && columnsOf(expression).some((column) => isBound(column, home, versions)),
  );
  if (isTimed) return [];
  const { start, end, endsIncluded } = versions;
  const lasting = endsIncluded ? 'ge' : 'gt';
  const expression = inForceAt(dataset, versions, { low: asOf, high: null }, 'le', lasting);
  // Of each one row is left: nothing is added up over its time.
  const overTime = draft.assumptions.findIndex(({ code }) => code === 'over_time');
  if (overTime >= 0) draft.assumptions.splice(overTime, 1);
  if (!draft.assumptions.some(({ code }) => code === 'in_force'))
    draft.assumptions.push({
      code: 'in_force',
      text: `Of ${home} the rows in force on the as-of date count (${start} to ${end}), as no other time is said.`,
    });
  return [{ datasets: [home], expression, negated: false, existence: false }];
}

/** `fees in 2024` of versions: those in force at any time of the stretch; null where the dataset holds none, or `column` does not say since when. */
export function inForceWithin(dataset: Dataset, column: string, stretch: Stretch): Expression | null {
  const versions = dataset.versions ?? null;
  if (versions === null || versions.start !== column) return null;
  const { low, high } = stretch;
  // `as of 15 May`: those in force on its last day, not all that ever began before.
  if (low === null && high !== null)
    return inForceAt(
      dataset,
      versions,
      { low: versions.endsIncluded ? shift(high, -1, 'day') : high, high },
      'lt',
      'ge',
    );
  return inForceAt(dataset, versions, { low, high }, 'lt', versions.endsIncluded ? 'ge' : 'gt');
}

/** Begun by the end of a stretch (`high`, else `low`), and not over at its beginning. */
function inForceAt(
  dataset: Dataset,
  { start, end }: Versions,
  { low, high }: Pick<Stretch, 'low' | 'high'>,
  begun: ComparisonOperator,
  lasting: ComparisonOperator,
): Expression | null {
  const until = high ?? (begun === 'le' ? low : null);
  const part = (name: string, operator: ComparisonOperator, right: Expression | null): readonly Expression[] => {
    if (right === null) return [];
    const left = columnRef(dataset.name, name);
    const comparison: Expression = { kind: 'comparison', operator, left, right };
    const isOpen = name === end || dataset.columns.some((column) => column.name === name && column.profile.nulls > 0);
    return [
      isOpen ? { kind: 'or', operands: [{ kind: 'is_null', operand: left, negated: false }, comparison] } : comparison,
    ];
  };
  return allOf([...part(start, begun, until), ...part(end, lasting, low)]);
}

function isBound(
  { table, column }: { readonly table: string; readonly column: string },
  home: string,
  versions: Versions,
): boolean {
  return table === occurrenceId(home) && (column === versions.start || column === versions.end);
}

function asksForVersions(draft: Draft, home: string, versions: Versions): boolean {
  const { frame, model, assignment } = draft;
  if (frame.trend || frame.groups.some(({ kind }) => kind === 'grain')) return true;
  if ([...model.said].some((stem) => changing.has(stem))) return true;
  if (
    [...assignment.values()].some(
      ({ concept }) =>
        concept.kind === 'column' &&
        isBound({ table: occurrenceId(concept.dataset), column: concept.column }, home, versions),
    )
  )
    return true;
  return frame.items.some((item) => {
    const concept = item.kind === 'count' && item.slot !== null ? conceptOf(draft, item.slot) : null;
    return concept?.kind === 'dataset' && concept.dataset === home;
  });
}
