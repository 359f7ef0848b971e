import type { AggregateFunction, Expression, MeasureDefinition } from '../plan/query.js';
import { occurrenceId } from './names.js';

/** A reference to a column of the one occurrence of its dataset. */
export function columnRef(dataset: string, column: string): Expression {
  return { kind: 'column', table: occurrenceId(dataset), column };
}

/** An aggregate over the rows of `home`. */
export function aggregate(
  name: AggregateFunction,
  home: string,
  argument: Expression | null,
  filter: Expression | null = null,
): MeasureDefinition {
  return {
    kind: 'aggregate',
    function: name,
    home: occurrenceId(home),
    argument,
    filter,
    fraction: null,
    orderedBy: null,
  };
}
