import type { DataType } from './data-type.js';

/**
 * The semantic plan: what is asked, over logical names (datasets and columns of the catalog). It knows nothing of
 * words, files or SQL dialects. What each construct means on nulls, empties, ties, duplicates and time is written in
 * specs/semantics.md. Expressions and queries refer to each other (a filter may hold an inner query), hence one file.
 */

export type TimeUnit =
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'fiscal_quarter'
  | 'fiscal_year';

export type TimePart =
  | 'year'
  | 'quarter'
  | 'month'
  | 'month_name'
  | 'week'
  | 'iso_year'
  | 'us_week'
  | 'day_of_month'
  | 'day_of_week'
  | 'day_name'
  | 'day_of_year'
  | 'hour'
  | 'minute';

/** A constant. Integers and decimals are text, so that no digit is lost on the way through JSON. */
export type Literal =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer'; readonly value: string }
  | { readonly type: 'decimal'; readonly value: string }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'date'; readonly value: string }
  | { readonly type: 'timestamp'; readonly value: string };

/** The scalar functions that a plan may call: the whole allow-list. */
export type ScalarFunction =
  | 'abs'
  | 'ceil'
  | 'coalesce'
  | 'concat'
  | 'floor'
  | 'greatest'
  | 'least'
  | 'length'
  | 'lower'
  | 'nullif'
  | 'round'
  | 'substring'
  | 'trim'
  | 'upper'
  | 'days_between'
  | 'months_between'
  | 'seconds_between';

export type ArithmeticOperator = 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo';
export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/**
 * A row expression. Column references name a table occurrence of the query around them, never a bare dataset.
 * Truth is three-valued as in SQL; a filter admits a row only where it is true.
 */
export type Expression =
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  | { readonly kind: 'literal'; readonly literal: Literal }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'and'; readonly operands: readonly Expression[] }
  | { readonly kind: 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'is_null'; readonly operand: Expression; readonly negated: boolean }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly values: readonly Literal[];
      readonly negated: boolean;
    }
  /** Both ends included. */
  | {
      readonly kind: 'between';
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    }
  /** SQL pattern: `%` any text, `_` one character, `\` escapes. */
  | {
      readonly kind: 'like';
      readonly operand: Expression;
      readonly pattern: string;
      readonly ignoreCase: boolean;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'case';
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly otherwise: Expression | null;
    }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly to: DataType; readonly onFailure: 'error' | 'null' }
  | { readonly kind: 'call'; readonly function: ScalarFunction; readonly arguments: readonly Expression[] }
  /** The start of the period around the operand, as a date for units of a day and longer, else a timestamp. */
  | { readonly kind: 'time_truncate'; readonly unit: TimeUnit; readonly operand: Expression }
  | { readonly kind: 'time_part'; readonly part: TimePart; readonly operand: Expression }
  | { readonly kind: 'time_add'; readonly operand: Expression; readonly amount: number; readonly unit: TimeUnit }
  /** The date that counts as today: a parameter of every build. */
  | { readonly kind: 'as_of' }
  /** True where the tuple of keys is (negated: is not) among the rows of the inner query; a tuple with a null is in no query. */
  | {
      readonly kind: 'membership';
      readonly keys: readonly Expression[];
      readonly query: Query;
      readonly negated: boolean;
    }
  /** The one value of an inner query of one row and one shown column; null when it has no row. Inner queries never refer to the outer. */
  | { readonly kind: 'scalar_query'; readonly query: Query }
  /** A dimension or measure of the query around it, by output name: only in having. */
  | { readonly kind: 'output'; readonly name: string };

/** One use of a dataset: a source, or one that the plan itself makes (`SemanticPlan.datasets`). Two roles of one dataset (billing and shipping address) are two occurrences. */
export interface TableOccurrence {
  readonly id: string;
  readonly dataset: string;
}

/**
 * A step from a finer table to a coarser one: every row of `from` meets at most one row of `to`. The claim is proved on
 * the whole data at each build. From any occurrence there is at most one path to any other.
 */
export interface Join {
  readonly from: string;
  readonly to: string;
  readonly on: readonly { readonly from: string; readonly to: string }[];
  readonly cardinality: 'many_to_one' | 'one_to_one';
  /** `to` is a history, of which only the row in force is met; null or left out for tables of the present. */
  readonly during?: Validity | null | undefined;
  /** `from` is a bridge: its column that says which part of the `to` row each row stands for. Parts add up to 1, which each build proves. */
  readonly weight?: string | null | undefined;
}

/**
 * When rows of a history are in force: from `start` up to, not including, `end`, columns of the history, open where null.
 * `end` null: up to the next start of the same key. `at` is the other table's column to look up by, null the as-of date;
 * `atTable` the occurrence that it is a column of where that is not the join's `from` but one that `from` leads to: the price of
 * an order line on the date of its order.
 */
export interface Validity {
  readonly at: string | null;
  readonly atTable?: string | null | undefined;
  readonly start: string;
  readonly end: string | null;
}

export type AggregateFunction =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'count_distinct'
  | 'median'
  | 'percentile'
  | 'stddev'
  | 'first'
  | 'last';

/**
 * For what adds up over all but time (balances, stock): in each group and each `per` in it, only the rows with the least or
 * greatest `by` are folded. `per` empty: one moment for the group.
 */
export interface Snapshot {
  readonly take: 'first' | 'last';
  readonly by: Expression;
  readonly per: readonly Expression[];
}

/**
 * How a measure is computed. `aggregate` folds the rows of its home, the finest table that its argument needs; `count`
 * without an argument counts rows. Its `filter` holds rows back from this measure alone. `fraction` is for percentile,
 * `orderedBy` for first and last. The other kinds are computed from measures of the same group, after aggregation.
 */
export type MeasureDefinition =
  | {
      readonly kind: 'aggregate';
      readonly function: AggregateFunction;
      readonly home: string;
      readonly argument: Expression | null;
      readonly filter: Expression | null;
      readonly fraction: number | null;
      readonly orderedBy: Expression | null;
      readonly snapshot?: Snapshot | null | undefined;
    }
  | { readonly kind: 'constant'; readonly value: string }
  /** Null where the denominator is zero. `factor` 1 for a fraction, 100 for percent. */
  | {
      readonly kind: 'ratio';
      readonly numerator: MeasureDefinition;
      readonly denominator: MeasureDefinition;
      readonly factor: number;
    }
  | {
      readonly kind: 'combine';
      readonly operator: 'add' | 'subtract' | 'multiply';
      readonly left: MeasureDefinition;
      readonly right: MeasureDefinition;
    }
  /** The part of the total over the groups that agree in the dimensions `within` (none: the grand total). */
  | {
      readonly kind: 'share';
      readonly of: MeasureDefinition;
      readonly within: readonly string[];
      readonly factor: number;
    }
  | {
      readonly kind: 'change';
      readonly of: MeasureDefinition;
      readonly time: string;
      readonly against: 'previous_period' | 'same_period_last_year';
      readonly as: 'difference' | 'rate' | 'percent';
    }
  | { readonly kind: 'running_total'; readonly of: MeasureDefinition; readonly time: string }
  | {
      readonly kind: 'rolling';
      readonly of: MeasureDefinition;
      readonly time: string;
      readonly periods: number;
      readonly as: 'sum' | 'avg';
    }
  | { readonly kind: 'period_to_date'; readonly of: MeasureDefinition; readonly time: string; readonly unit: TimeUnit }
  | {
      readonly kind: 'rank';
      readonly of: MeasureDefinition;
      readonly within: readonly string[];
      readonly descending: boolean;
    };

export type AggregateMeasure = Extract<MeasureDefinition, { kind: 'aggregate' }>;

/**
 * What every output column carries for people. `name` is lower-case words joined by underscores, unique in its query;
 * `shown: false` is computed (to group or to order by) but not returned.
 */
export interface Output {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly shown: boolean;
}

/** A grouping key, or an attribute: a column that the keys determine, shown beside them and never part of the grain. */
export interface Dimension extends Output {
  readonly expression: Expression;
  readonly role: 'key' | 'attribute';
  /** For homes that the dimension is another expression of: the month of the order, the month of the ticket. */
  readonly perHome?: readonly { readonly home: string; readonly expression: Expression }[] | null | undefined;
  /** For a truncation of time: periods without rows are groups too. */
  readonly fill?: PeriodFill | null | undefined;
}

/** The periods that are there in any case: from the one around `from` up to those before `to`; null: the first and last that occur. No columns in either. */
export interface PeriodFill {
  readonly from: Expression | null;
  readonly to: Expression | null;
}

export interface Measure extends Output {
  readonly unit: string | null;
  readonly definition: MeasureDefinition;
}

export interface DetailColumn extends Output {
  readonly expression: Expression;
}

/** By an output's name, shown or not. Ties are broken by the remaining outputs in order, so rows are always in one order. */
export interface Order {
  readonly by: string;
  readonly direction: 'ascending' | 'descending';
  readonly nulls: 'first' | 'last';
}

/**
 * The first `count` rows in the query's order; with `per`, the first of each group that agrees in those outputs.
 * `ties: include` also keeps rows equal to the last one in the order asked for.
 */
export interface Limit {
  readonly count: number;
  readonly per: readonly string[];
  readonly ties: 'cut' | 'include';
}

/** `keep`: a row whose key finds no partner stays, its joined columns null. `drop`: it is left out. */
export type Unmatched = 'keep' | 'drop';

/**
 * Rows grouped by dimensions; without dimensions it is one row. Every measure is aggregated at its own home; measures of
 * different homes meet null-safely on the dimensions, each of which every home must reach over many-to-one joins.
 * The filter applies to the rows of each home that reaches its columns.
 */
export interface AggregateQuery {
  readonly kind: 'aggregate';
  readonly tables: readonly TableOccurrence[];
  readonly joins: readonly Join[];
  readonly unmatched: Unmatched;
  /** The occurrence whose members all appear, also those without rows (counts 0, other measures null); null for none. */
  readonly every: string | null;
  readonly dimensions: readonly Dimension[];
  readonly measures: readonly Measure[];
  readonly filter: Expression | null;
  readonly having: Expression | null;
  readonly orderBy: readonly Order[];
  readonly limit: Limit | null;
}

/** Rows of `home`, not aggregated, with columns of the tables that it reaches over many-to-one joins. */
export interface DetailQuery {
  readonly kind: 'detail';
  readonly tables: readonly TableOccurrence[];
  readonly joins: readonly Join[];
  readonly unmatched: Unmatched;
  readonly home: string;
  readonly columns: readonly DetailColumn[];
  readonly distinct: boolean;
  readonly filter: Expression | null;
  readonly orderBy: readonly Order[];
  readonly limit: Limit | null;
}

/** Set operation of queries with the same number of shown columns; columns meet by position, names are the first's. */
export interface SetQuery {
  readonly kind: 'set';
  readonly operation: 'union' | 'intersect' | 'except';
  /** Keeps duplicates. */
  readonly all: boolean;
  readonly inputs: readonly Query[];
  readonly orderBy: readonly Order[];
  readonly limit: Limit | null;
}

export type Query = AggregateQuery | DetailQuery | SetQuery;

/** The calendar that time constructs mean. `fiscalYearStart` is a month, 1 to 12. */
export interface TimeSettings {
  readonly zone: string;
  readonly weekStart: 'monday' | 'sunday';
  readonly fiscalYearStart: number;
}

/** The rows of a query as a table that others read by `name` like a source: to aggregate again, to join, to compare with. */
export interface QueryDataset {
  readonly kind: 'query';
  readonly name: string;
  readonly description: string;
  readonly query: Query;
}

/** A cast to a date may say how its texts are written: `DD.MM.YYYY`, each of another shape; left out: as all dates are, `YYYY-MM-DD`. */
export interface PreparedCast {
  readonly to: DataType;
  readonly onFailure: 'error' | 'null' | 'drop';
  readonly formats?: readonly string[] | undefined;
}

/** Sources made fit: like tables one under the other, columns cast, the latest row kept of each key, in that order. */
export interface PreparedDataset {
  readonly kind: 'prepared';
  readonly name: string;
  readonly description: string;
  /** Datasets whose columns meet by name. */
  readonly from: readonly string[];
  /** Columns that at least one of them has. `drop`: a row whose value does not fit is left out and counted. */
  readonly columns: readonly {
    readonly name: string;
    readonly cast: PreparedCast | null;
  }[];
  readonly dedupe: { readonly key: readonly string[]; readonly latestBy: readonly string[] } | null;
}

/** A table that the plan makes. Its name is that of no source. */
export type PlanDataset = QueryDataset | PreparedDataset;

/** The plan of a product. */
export interface SemanticPlan {
  readonly version: 1;
  /** In order: each reads sources and those before it. */
  readonly datasets?: readonly PlanDataset[] | undefined;
  readonly query: Query;
  readonly time: TimeSettings;
}
