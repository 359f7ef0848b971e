import type { MeasureDefinition } from '../plan/query.js';
import { allOf } from '../plan/traverse.js';
import { conditionsOf } from './compose-conditions.js';
import { filterFor } from './compose-joins.js';
import type { ConditionDraft, Draft, MeasureDraft } from './draft.js';
import type { Condition } from './frame.js';

/** The measure over only those rows of its home that meet its own conditions; null where they cannot be said of them. */
export function withOwnFilter(
  draft: Draft,
  measure: MeasureDraft | null,
  own: readonly Condition[],
): MeasureDraft | null {
  if (measure === null || own.length === 0) return measure;
  const said = conditionsOf(draft, own, measure.home);
  if (said === null) return null;
  const conditions = withoutIdleThings(draft, measure.home, said);
  const filtered = filterFor(draft, measure.home, conditions, 'drop');
  if (filtered === null || filtered.filter === null) return null;
  const { filter } = filtered;
  return {
    ...measure,
    datasets: [...new Set([...measure.datasets, ...filtered.needed])],
    define: (home, time) => {
      const definition = measure.define(home, time);
      return definition === null
        ? null
        : narrowed(definition, (known) => allOf(known === null ? [filter] : [known, filter]));
    },
  };
}

/** `minutes of red boats`: that each row has its boat goes without saying where more is said of it. */
function withoutIdleThings(
  draft: Draft,
  home: string,
  conditions: readonly ConditionDraft[],
): readonly ConditionDraft[] {
  const reach = draft.model.reach(home);
  const telling = conditions.filter(
    ({ existence, negated, datasets }) => !existence || negated || !datasets.every((dataset) => reach.has(dataset)),
  );
  return telling.length === 0 ? conditions : telling;
}

type Narrow = (
  filter: Extract<MeasureDefinition, { kind: 'aggregate' }>['filter'],
) => Extract<MeasureDefinition, { kind: 'aggregate' }>['filter'];

function narrowed(definition: MeasureDefinition, narrow: Narrow): MeasureDefinition {
  switch (definition.kind) {
    case 'aggregate':
      return { ...definition, filter: narrow(definition.filter) };
    case 'constant':
      return definition;
    case 'ratio':
      return {
        ...definition,
        numerator: narrowed(definition.numerator, narrow),
        denominator: narrowed(definition.denominator, narrow),
      };
    case 'combine':
      return { ...definition, left: narrowed(definition.left, narrow), right: narrowed(definition.right, narrow) };
    default:
      return { ...definition, of: narrowed(definition.of, narrow) };
  }
}
