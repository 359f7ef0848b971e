import type { DataType } from '../plan/data-type.js';
import type { Literal } from '../plan/query.js';

/**
 * SQL as plain data, free of dialects. Nothing in it is SQL text: names are identifiers that the printer quotes, values
 * are literals that it escapes, functions come from a closed list. Only `comment` and `note` hold free words, which the
 * printer keeps inside comments.
 */
export type SqlExpression =
  /** `table` null where only one relation is in sight, or for an output name. */
  | { readonly kind: 'column'; readonly table: string | null; readonly name: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'literal'; readonly literal: Literal }
  /** A parameter carries text and is cast to `type`. */
  | { readonly kind: 'parameter'; readonly name: string; readonly type: DataType }
  | {
      readonly kind: 'binary';
      readonly operator: SqlBinaryOperator;
      readonly left: SqlExpression;
      readonly right: SqlExpression;
    }
  | { readonly kind: 'logical'; readonly operator: 'and' | 'or'; readonly operands: readonly SqlExpression[] }
  | { readonly kind: 'not'; readonly operand: SqlExpression }
  | { readonly kind: 'negate'; readonly operand: SqlExpression }
  | { readonly kind: 'is_null'; readonly operand: SqlExpression; readonly negated: boolean }
  | {
      readonly kind: 'in';
      readonly operand: SqlExpression;
      readonly values: readonly SqlExpression[];
      readonly negated: boolean;
    }
  | {
      readonly kind: 'between';
      readonly operand: SqlExpression;
      readonly low: SqlExpression;
      readonly high: SqlExpression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'like';
      readonly operand: SqlExpression;
      readonly pattern: string;
      readonly ignoreCase: boolean;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'case';
      readonly branches: readonly { readonly when: SqlExpression; readonly then: SqlExpression }[];
      readonly otherwise: SqlExpression | null;
    }
  /**
   * `lenient`: a value that does not fit gives null. `from` is said where values are rounded or text is read or written,
   * for there engines differ.
   */
  | {
      readonly kind: 'cast';
      readonly operand: SqlExpression;
      readonly to: DataType;
      readonly lenient: boolean;
      readonly from?: DataType;
    }
  | { readonly kind: 'interval'; readonly amount: number; readonly unit: IntervalUnit }
  /** A row of `type` for each step from `start` up to, not including, `before`. Only as an item of a SELECT. */
  | {
      readonly kind: 'series';
      readonly start: SqlExpression;
      readonly before: SqlExpression;
      readonly amount: number;
      readonly unit: IntervalUnit;
      readonly type: DataType;
    }
  /** `type` is that of the first argument, said where the function rounds. */
  | {
      readonly kind: 'call';
      readonly function: SqlScalarFunction;
      readonly arguments: readonly SqlExpression[];
      readonly type?: DataType;
    }
  | SqlAggregate
  | {
      readonly kind: 'window';
      readonly function: SqlWindowFunction;
      readonly arguments: readonly SqlExpression[];
      readonly partitionBy: readonly SqlExpression[];
      readonly orderBy: readonly SqlSortKey[];
      readonly frame: SqlFrame | null;
      readonly fold?: SqlFold;
    }
  | { readonly kind: 'exists'; readonly query: SqlQuery; readonly negated: boolean }
  /** As `in`: null where the operand is, and where it is not found among values of which one is null. */
  | { readonly kind: 'in_query'; readonly operand: SqlExpression; readonly query: SqlQuery }
  | { readonly kind: 'subquery'; readonly query: SqlQuery };

export interface SqlAggregate {
  readonly kind: 'aggregate';
  readonly function: SqlAggregateFunction;
  readonly arguments: readonly SqlExpression[];
  readonly distinct: boolean;
  readonly orderBy: readonly SqlSortKey[];
  readonly filter: SqlExpression | null;
  readonly fold?: SqlFold;
}

/** The types of a sum or an average, whose growth engines see differently: of what is folded, and of what comes out. */
export interface SqlFold {
  readonly of: DataType;
  readonly to: DataType;
}

export type SqlBinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'is not distinct from'
  | 'is distinct from';

export type IntervalUnit = 'second' | 'minute' | 'hour' | 'day' | 'month';

/** The scalar functions that emitted SQL calls, named as DuckDB names them; other dialects map them. */
export const sqlScalarFunctions = [
  'abs',
  'ceil',
  'coalesce',
  'concat',
  'date_diff',
  'date_trunc',
  'dayname',
  'dayofmonth',
  'dayofweek',
  'dayofyear',
  'floor',
  'greatest',
  'hour',
  'isodow',
  'isoyear',
  'least',
  'length',
  'lower',
  'minute',
  'month',
  'monthname',
  'nullif',
  'quarter',
  'regexp_extract',
  'regexp_matches',
  'round',
  'substring',
  'timezone',
  'trim',
  'upper',
  'weekofyear',
  'year',
] as const;

export type SqlScalarFunction = (typeof sqlScalarFunctions)[number];

export const sqlAggregateFunctions = [
  'avg',
  'bool_and',
  'count',
  'first',
  'last',
  'max',
  'median',
  'min',
  'quantile_cont',
  'stddev_samp',
  'sum',
] as const;

export type SqlAggregateFunction = (typeof sqlAggregateFunctions)[number];

/** What a series of periods is made with. Not for SQL that others wrote: a long one fills the memory. */
export const sqlSeriesFunctions = ['range', 'unnest'] as const;

export const sqlWindowFunctions = ['avg', 'lead', 'max', 'rank', 'row_number', 'sum'] as const;

export type SqlWindowFunction = (typeof sqlWindowFunctions)[number];

export interface SqlSortKey {
  readonly expression: SqlExpression;
  readonly direction: 'ascending' | 'descending';
  readonly nulls: 'first' | 'last';
}

export interface SqlFrame {
  readonly unit: 'rows' | 'range';
  readonly start: SqlFrameBound;
  readonly end: SqlFrameBound;
}

export type SqlFrameBound =
  | { readonly kind: 'unbounded_preceding' }
  | { readonly kind: 'preceding'; readonly distance: SqlExpression }
  | { readonly kind: 'current_row' }
  | { readonly kind: 'unbounded_following' };

/** A select item; `alias` null only inside subqueries that are not read by name. `comment` stands beside it. */
export interface SqlSelectItem {
  readonly expression: SqlExpression;
  readonly alias: string | null;
  readonly comment?: string;
}

/** `name` is a dataset, a step, or a relation such as `gold.x` given as `schema` and `name`. */
export type SqlRelation =
  | { readonly kind: 'table'; readonly schema: string | null; readonly name: string; readonly alias: string }
  | { readonly kind: 'derived'; readonly query: SqlQuery; readonly alias: string };

/** `semi` and `anti`: the rows so far that meet a row of the relation, or none; its columns are in sight in `on` alone. */
export interface SqlJoin {
  readonly kind: 'inner' | 'left' | 'cross' | 'semi' | 'anti';
  readonly relation: SqlRelation;
  readonly on: SqlExpression | null;
}

export interface SqlSelect {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SqlSelectItem[];
  readonly from: SqlRelation | null;
  readonly joins: readonly SqlJoin[];
  readonly where: SqlExpression | null;
  /** Expressions, or 1-based positions of items. */
  readonly groupBy: readonly (SqlExpression | number)[];
  readonly having: SqlExpression | null;
  readonly orderBy: readonly SqlSortKey[];
  readonly limit: number | null;
}

export interface SqlSetOperation {
  readonly kind: 'set';
  readonly operation: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly inputs: readonly SqlQueryBody[];
  readonly orderBy: readonly SqlSortKey[];
  readonly limit: number | null;
}

export type SqlQueryBody = SqlSelect | SqlSetOperation;

/** A common table expression. `note` is printed as a comment above it. */
export interface SqlWith {
  readonly name: string;
  readonly note: string | null;
  readonly query: SqlQueryBody;
}

export interface SqlQuery {
  readonly with: readonly SqlWith[];
  readonly body: SqlQueryBody;
}

/** A SELECT with nothing set but its items and source; the rest is given by `parts`. */
export function select(
  items: readonly SqlSelectItem[],
  from: SqlRelation | null,
  parts: Partial<Omit<SqlSelect, 'kind' | 'items' | 'from'>> = {},
): SqlSelect {
  return {
    kind: 'select',
    distinct: false,
    items,
    from,
    joins: [],
    where: null,
    groupBy: [],
    having: null,
    orderBy: [],
    limit: null,
    ...parts,
  };
}

/** A plain aggregate call. */
export function aggregate(
  name: SqlAggregateFunction,
  operands: readonly SqlExpression[],
  parts: Partial<Omit<SqlAggregate, 'kind' | 'function' | 'arguments'>> = {},
): SqlAggregate {
  return {
    kind: 'aggregate',
    function: name,
    arguments: operands,
    distinct: false,
    orderBy: [],
    filter: null,
    ...parts,
  };
}

export function column(table: string | null, name: string): SqlExpression {
  return { kind: 'column', table, name };
}

export function call(name: SqlScalarFunction, ...operands: readonly SqlExpression[]): SqlExpression {
  return { kind: 'call', function: name, arguments: operands };
}

export function textLiteral(value: string): SqlExpression {
  return { kind: 'literal', literal: { type: 'text', value } };
}

export function integerLiteral(value: number): SqlExpression {
  return { kind: 'literal', literal: { type: 'integer', value: String(value) } };
}

export function binary(operator: SqlBinaryOperator, left: SqlExpression, right: SqlExpression): SqlExpression {
  return { kind: 'binary', operator, left, right };
}

export function cast(operand: SqlExpression, to: DataType, from?: DataType): SqlExpression {
  const plain = { kind: 'cast', operand, to, lenient: false } as const;
  return from === undefined ? plain : { ...plain, from };
}

/** All of `conditions`; null for none. */
export function conjunction(conditions: readonly SqlExpression[]): SqlExpression | null {
  const [first, ...others] = conditions;
  if (first === undefined) return null;
  return others.length === 0 ? first : { kind: 'logical', operator: 'and', operands: conditions };
}
