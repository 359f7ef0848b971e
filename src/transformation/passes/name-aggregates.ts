import type { MeasureDefinition } from '../../plan/query.js';
import { assertNever } from '../../support/assert-never.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { freeName } from '../../support/free-name.js';
import type { Draft, NamedMeasure } from './draft.js';

/**
 * Gives each aggregate of the query a column: the measure's own name where the measure is that aggregate, else a name
 * that says its part (`average_order_value_numerator`). Equal aggregates of several measures are computed once.
 */
export function nameAggregates(draft: Draft): Draft {
  const wanted = draft.query.measures.flatMap(({ name, definition }) => namedParts(name, definition));
  // Aggregates that are measures themselves come first, so that shared parts get the name that people know.
  const direct = draft.query.measures.map(({ name }) => name);
  const ordered = [...wanted].sort(
    (left, right) => Number(direct.includes(right.column)) - Number(direct.includes(left.column)),
  );
  const byMeaning = new Map<string, NamedMeasure>();
  const taken = new Set([...direct, ...draft.query.dimensions.map(({ name }) => name)]);
  for (const { column, aggregate } of ordered) {
    const meaning = canonicalJson(aggregate);
    if (byMeaning.has(meaning)) continue;
    byMeaning.set(meaning, { column: direct.includes(column) ? column : freeName(column, taken), aggregate });
  }
  return { ...draft, aggregates: [...byMeaning.values()] };
}

function namedParts(name: string, definition: MeasureDefinition): readonly NamedMeasure[] {
  switch (definition.kind) {
    case 'aggregate':
      return [{ column: name, aggregate: definition }];
    case 'constant':
      return [];
    case 'ratio':
      return [
        ...namedParts(`${name}_numerator`, definition.numerator),
        ...namedParts(`${name}_denominator`, definition.denominator),
      ];
    case 'combine':
      return [...namedParts(`${name}_left`, definition.left), ...namedParts(`${name}_right`, definition.right)];
    case 'share':
    case 'change':
    case 'running_total':
    case 'rolling':
    case 'period_to_date':
    case 'rank':
      return namedParts(`${name}_base`, definition.of);
    default:
      return assertNever(definition);
  }
}
