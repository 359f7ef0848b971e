import { duckdbTypeOf } from '../../engine/duckdb-type.js';
import { quoteIdentifier } from '../../engine/sql-text.js';
import type { Product } from '../../plan/product.js';
import { dbtSelect, sharedMark } from './dbt-sql.js';
import { jinjaText } from './jinja.js';

type ByPeriods = Extract<Product['refresh'], { readonly kind: 'incremental' }>;

/** How many periods before the newest one are computed again, where the project's variable `dpb_look_back` says nothing else. */
const lookBackDefault = 3;

/** What the properties of a model say of how it is built. */
export function refreshConfig({ refresh }: Product): Readonly<Record<string, unknown>> {
  if (refresh.kind === 'full') return { materialized: 'table' };
  return { materialized: 'incremental', incremental_strategy: 'append', on_schema_change: 'fail' };
}

/** A statement that takes out the periods that an incremental run computes again, in the same transaction; nothing else. */
export function refreshHook(product: Product): readonly string[] {
  const { refresh } = product;
  if (refresh.kind === 'full') return [];
  const column = jinjaText(quoteIdentifier(refresh.column));
  const begin = beginOf(product, refresh);
  return [
    `{% if is_incremental() %}DELETE FROM {{ this }} WHERE ${column} >= CAST(${begin} AS ${typeOf(product, refresh)}) OR ${column} IS NULL{% endif %}`,
  ];
}

/** The SELECT of the model: of all rows or, in an incremental run, of those from the look-back on and of no period. */
export function refreshSelect(product: Product): string {
  const { file, refresh, sql } = product;
  const datasets = file.sources.map(({ dataset }) => dataset);
  const whole = dbtSelect(sql, file, datasets);
  if (refresh.kind === 'full')
    return `{# All periods are computed each time: ${refresh.why.replaceAll(/[{}%#]/g, ' ')}. #}\n${whole}`;
  const part = dbtSelect(refresh.sql.since, file, datasets, [], beginOf(product, refresh));
  return `{% if is_incremental() %}\n${part}\n{% else %}\n${whole}\n{% endif %}`;
}

function beginOf(product: Product, refresh: ByPeriods): string {
  const { amount, unit } = refresh.step;
  const column = quoteIdentifier(refresh.column).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `{{ dpb_begin(this, '${column}', '${typeOf(product, refresh)}', ${amount}, '${unit}') }}`;
}

function typeOf({ file }: Product, { column }: ByPeriods): string {
  const type = file.model.columns.find(({ name }) => name === column)?.type;
  return (type === undefined ? null : duckdbTypeOf(type)) ?? 'DATE';
}

/** Gives the first period that an incremental run computes: so many before the newest that the table has. */
export const beginMacro = `${sharedMark}{% macro dpb_begin(relation, column, type, amount, unit) -%}
  {%- set steps = amount * (var('dpb_look_back', ${lookBackDefault}) | int) -%}
  {%- set back = "CAST(max(" ~ column ~ ") - INTERVAL '" ~ steps ~ " " ~ unit ~ "' AS " ~ type ~ ")" -%}
  {%- set found = run_query("SELECT CAST(" ~ back ~ " AS VARCHAR) FROM " ~ relation).rows[0][0] if execute else none -%}
  '{{ found or "0001-01-01" }}'
{%- endmacro %}
`;
