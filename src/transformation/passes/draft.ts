import type { AggregateMeasure, AggregateQuery, Expression } from '../../plan/query.js';
import type { TypedOutput } from '../../plan/query-typing.js';
import type { ResultColumn, Step } from '../../plan/relational.js';
import type { EndedHistories } from './histories.js';

/** An aggregate that some measure needs, with the column it becomes. */
export interface NamedMeasure {
  readonly column: string;
  readonly aggregate: AggregateMeasure;
}

/**
 * An aggregate query on its way down. `current` is the step whose rows are the groups as far as they are computed;
 * `outputs` gives each dimension and measure as an expression over its columns.
 */
export interface Draft {
  readonly query: AggregateQuery;
  readonly types: readonly TypedOutput[];
  readonly aggregates: readonly NamedMeasure[];
  readonly branches: readonly Step[];
  readonly steps: readonly Step[];
  /** Steps that stand for histories which have no end of their own. */
  readonly histories: EndedHistories;
  readonly current: Step | null;
  readonly outputs: ReadonlyMap<string, Expression>;
}

/** The reference to a column of the step that is read. */
export function output(name: string): Expression {
  return { kind: 'output', name };
}

/** The columns of a step that carries `step`'s and some more. */
export function withColumns(step: Step, more: readonly ResultColumn[]): readonly ResultColumn[] {
  return [...step.columns, ...more];
}
