import type { DataType } from './data-type.js';
import type { AggregateFunction, Expression, Query, TimeSettings, TimeUnit } from './query.js';

/**
 * The relational plan: the semantic plan lowered to named steps of relational algebra, still free of any SQL dialect.
 * Expressions are those of the semantic plan; their columns name the alias of a relation of the same step, their outputs
 * a column of the one step that is read (in sort keys: a column of the projection below). Inner queries stay in the
 * expressions; `inner` says which step holds the rows of each.
 *
 * Invariants: a step reads only steps before it. Joins meet at most one row of their right side for each of the left
 * (it was checked when they were made), so no step repeats a row of a home before it is aggregated.
 */
export interface RelationalPlan {
  readonly steps: readonly Step[];
  readonly result: Relation;
  readonly columns: readonly ResultColumn[];
  readonly inner: readonly InnerQuery[];
  readonly time: TimeSettings;
}

/** A named intermediate result. `note` is one sentence for people; `columns` what it gives, typed, in order. */
export interface Step {
  readonly name: string;
  readonly note: string;
  readonly relation: Relation;
  readonly columns: readonly ResultColumn[];
}

/** The rows of `query` are those of step `step`, its shown columns `columns` in order. */
export interface InnerQuery {
  readonly query: Query;
  readonly step: string;
  readonly columns: readonly string[];
}

export interface ResultColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: Expression;
  /** The type the column is given where the engine might choose another; null to leave it. */
  readonly as: DataType | null;
}

/** An aggregate over the rows of the input. `type` is what it gives. */
export interface NamedAggregate {
  readonly name: string;
  readonly function: AggregateFunction;
  readonly argument: Expression | null;
  readonly argumentType: DataType | null;
  /** For sums of DOUBLE: the decimal digits the argument has, so that the sum is exact; null where not known. */
  readonly fractionDigits: number | null;
  readonly filter: Expression | null;
  readonly fraction: number | null;
  readonly orderedBy: Expression | null;
  readonly type: DataType;
}

export interface SortKey {
  readonly expression: Expression;
  readonly direction: 'ascending' | 'descending';
  readonly nulls: 'first' | 'last';
}

/**
 * Which rows of the partition a window folds: all of them; those up to the current row's order value; those within
 * `back` of it; or only those exactly `back` before it.
 */
export type WindowFrame =
  | { readonly kind: 'partition' }
  | { readonly kind: 'to_current' }
  | { readonly kind: 'trailing'; readonly back: WindowDistance }
  | { readonly kind: 'exactly'; readonly back: WindowDistance };

/** A distance in the order value of a window: calendar units for dates and timestamps, a plain number for integers. */
export type WindowDistance =
  | { readonly kind: 'time'; readonly amount: number; readonly unit: TimeUnit }
  | { readonly kind: 'number'; readonly amount: number };

export interface NamedWindow {
  readonly name: string;
  readonly function: 'sum' | 'avg' | 'max' | 'lead' | 'rank' | 'row_number';
  readonly argument: Expression | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame: WindowFrame;
  /** Null where this is not true: a row without a period has no period before it. */
  readonly where: Expression | null;
  readonly as: DataType | null;
}

/**
 * A constant (`mayBeNull`: where it is null, as if it were not there), or the least or greatest value of the column;
 * `before` is then the period after it.
 */
export type PeriodBound =
  | { readonly kind: 'constant'; readonly expression: Expression; readonly mayBeNull: boolean }
  | { readonly kind: 'occurring' };

/** Equal values; `nullSafe`: two nulls are equal too. */
export interface JoinPair {
  readonly left: Expression;
  readonly right: Expression;
  readonly nullSafe: boolean;
}

export type Relation =
  | { readonly kind: 'scan'; readonly dataset: string; readonly alias: string }
  | { readonly kind: 'read'; readonly step: string; readonly alias: string }
  | {
      readonly kind: 'join';
      readonly join: 'inner' | 'left' | 'cross';
      readonly left: Relation;
      readonly right: Relation;
      /** All must hold; none for a cross join. */
      readonly on: readonly JoinPair[];
      /** Must hold too: that the row of a history is in force. */
      readonly within: Expression | null;
    }
  | { readonly kind: 'filter'; readonly input: Relation; readonly condition: Expression }
  | {
      readonly kind: 'aggregate';
      readonly input: Relation;
      readonly keys: readonly NamedExpression[];
      readonly aggregates: readonly NamedAggregate[];
    }
  | {
      readonly kind: 'project';
      readonly input: Relation;
      readonly columns: readonly NamedExpression[];
      readonly windows: readonly NamedWindow[];
      readonly distinct: boolean;
    }
  /** One row for each period from the one around `from` up to, not including, `before`; `of` is null where both are constants, else the step whose rows they fold. */
  | {
      readonly kind: 'periods';
      readonly of: string | null;
      readonly column: string;
      readonly unit: TimeUnit;
      readonly type: DataType;
      readonly from: PeriodBound;
      readonly before: PeriodBound;
    }
  | { readonly kind: 'sort'; readonly input: Relation; readonly keys: readonly SortKey[] }
  | { readonly kind: 'limit'; readonly input: Relation; readonly count: number }
  | {
      readonly kind: 'set';
      readonly operation: 'union' | 'intersect' | 'except';
      readonly all: boolean;
      readonly inputs: readonly Relation[];
    };
