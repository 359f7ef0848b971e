import type { DataType } from '../../src/plan/data-type.js';
import type { SourceColumn, SourceTable } from '../../src/plan/product.js';
import type {
  AggregateFunction,
  AggregateMeasure,
  AggregateQuery,
  ComparisonOperator,
  DetailColumn,
  DetailQuery,
  Dimension,
  Expression,
  Join,
  Literal,
  Measure,
  MeasureDefinition,
  Order,
  Query,
  SemanticPlan,
  TimeUnit,
} from '../../src/plan/query.js';

/** Short forms of plan nodes for tests: plain data, no defaults that hide what is tested. */
export const col = (table: string, column: string): Expression => ({ kind: 'column', table, column });
export const lit = (literal: Literal): Expression => ({ kind: 'literal', literal });
export const text = (value: string): Expression => lit({ type: 'text', value });
export const int = (value: number): Expression => lit({ type: 'integer', value: String(value) });
export const date = (value: string): Expression => lit({ type: 'date', value });
export const out = (name: string): Expression => ({ kind: 'output', name });
export const compare = (operator: ComparisonOperator, left: Expression, right: Expression): Expression => ({
  kind: 'comparison',
  operator,
  left,
  right,
});
export const eq = (left: Expression, right: Expression): Expression => compare('eq', left, right);
export const and = (...operands: Expression[]): Expression => ({ kind: 'and', operands });
export const or = (...operands: Expression[]): Expression => ({ kind: 'or', operands });
export const not = (operand: Expression): Expression => ({ kind: 'not', operand });
export const isNull = (operand: Expression, negated = false): Expression => ({ kind: 'is_null', operand, negated });
export const times = (left: Expression, right: Expression): Expression => ({
  kind: 'arithmetic',
  operator: 'multiply',
  left,
  right,
});
export const trunc = (unit: TimeUnit, operand: Expression): Expression => ({ kind: 'time_truncate', unit, operand });

export const dimension = (name: string, expression: Expression, parts: Partial<Dimension> = {}): Dimension => ({
  name,
  label: name.replaceAll('_', ' '),
  description: '',
  shown: true,
  role: 'key',
  expression,
  ...parts,
});

export const measure = (name: string, definition: MeasureDefinition, parts: Partial<Measure> = {}): Measure => ({
  name,
  label: name.replaceAll('_', ' '),
  description: '',
  shown: true,
  unit: null,
  definition,
  ...parts,
});

export const detailColumn = (name: string, expression: Expression, shown = true): DetailColumn => ({
  name,
  label: name,
  description: '',
  shown,
  expression,
});

export const aggregate = (
  name: AggregateFunction,
  home: string,
  argument: Expression | null,
  parts: Partial<AggregateMeasure> = {},
): AggregateMeasure => ({
  kind: 'aggregate',
  function: name,
  home,
  argument,
  filter: null,
  fraction: null,
  orderedBy: null,
  ...parts,
});

export const sum = (home: string, column: string, parts: Partial<AggregateMeasure> = {}): AggregateMeasure =>
  aggregate('sum', home, col(home, column), parts);
export const rows = (home: string, parts: Partial<AggregateMeasure> = {}): AggregateMeasure =>
  aggregate('count', home, null, parts);

export const join = (from: string, to: string, column: string, toColumn: string = column): Join => ({
  from,
  to,
  on: [{ from: column, to: toColumn }],
  cardinality: 'many_to_one',
});

export const order = (
  by: string,
  direction: Order['direction'] = 'ascending',
  nulls: Order['nulls'] = 'last',
): Order => ({ by, direction, nulls });

/** An aggregate query over occurrences named after their datasets. */
export const aggregateQuery = (tables: readonly string[], parts: Partial<AggregateQuery>): AggregateQuery => ({
  kind: 'aggregate',
  tables: tables.map((id) => ({ id, dataset: id })),
  joins: [],
  unmatched: 'keep',
  every: null,
  dimensions: [],
  measures: [],
  filter: null,
  having: null,
  orderBy: [],
  limit: null,
  ...parts,
});

export const detailQuery = (
  tables: readonly string[],
  parts: Partial<DetailQuery> & Pick<DetailQuery, 'columns'>,
): DetailQuery => ({
  kind: 'detail',
  tables: tables.map((id) => ({ id, dataset: id })),
  joins: [],
  unmatched: 'keep',
  home: tables[0] ?? '',
  distinct: false,
  filter: null,
  orderBy: [],
  limit: null,
  ...parts,
});

export const planOf = (query: Query, time: Partial<SemanticPlan['time']> = {}): SemanticPlan => ({
  version: 1,
  query,
  time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1, ...time },
});

export const types = {
  bigint: { kind: 'integer', bits: 64 },
  integer: { kind: 'integer', bits: 32 },
  text: { kind: 'text' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp', zoned: false },
  zoned: { kind: 'timestamp', zoned: true },
  double: { kind: 'double' },
  boolean: { kind: 'boolean' },
  money: { kind: 'decimal', precision: 12, scale: 2 },
} as const satisfies Record<string, DataType>;

export const source = (
  dataset: string,
  columns: Readonly<Record<string, DataType>>,
  keys: readonly (readonly string[])[] = [],
  parts: Readonly<Record<string, Partial<SourceColumn>>> = {},
): SourceTable => ({
  dataset,
  description: '',
  owner: null,
  format: { kind: 'parquet' },
  files: [],
  columns: Object.entries(columns).map(([name, type]) => ({
    name,
    type,
    nullable: true,
    description: '',
    pii: null,
    ...parts[name],
  })),
  keys,
  freshness: null,
});
