import { quoteIdentifier } from '../../engine/sql-text.js';
import type { ProductFile } from '../../plan/product.js';
import { ownMark } from './dbt-names.js';
import { sourceReference } from './dbt-sources.js';
import { jinjaText } from './jinja.js';

/** Texts, names and comments of printed SQL, in which nothing is a parameter; else a parameter, else one character. */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$(?:as_of|since)\b|./gs;

/**
 * SQL over the datasets by name as a template of dbt: each of `datasets` is a view of its source, `relations` are others,
 * each with the template that stands for it; the as-of date is what dbt was told, else the day of the run, and `since` stands
 * for the parameter of that name.
 */
export function dbtSelect(
  sql: string,
  file: ProductFile,
  datasets: readonly string[],
  relations: readonly (readonly [name: string, template: string])[] = [],
  since = '',
): string {
  const views = [...datasets.map((name) => [name, sourceReference(file, name)] as const), ...relations];
  const heads = views.map(
    ([name, template]) => `  ${jinjaText(quoteIdentifier(name))} AS NOT MATERIALIZED (SELECT * FROM {{ ${template} }})`,
  );
  return [
    ...(heads.length === 0 ? [] : [`WITH\n${heads.join(',\n')}`]),
    'SELECT * FROM (',
    templateOf(sql.trim(), file, since),
    `) AS ${quoteIdentifier('dpb result')}`,
  ].join('\n');
}

function templateOf(sql: string, file: ProductFile, since: string): string {
  const asOf = `{{ dpb_as_of("${file.plan.time.zone.replaceAll(/[^A-Za-z0-9_+/-]/g, '')}") }}`;
  const parameters = new Map([
    ['$as_of', asOf],
    ['$since', since],
  ]);
  return [...sql.matchAll(tokens)].map(([token]) => parameters.get(token) ?? jinjaText(token)).join('');
}

/** The head of what all products of a project share. */
export const sharedMark = `{# ${ownMark} all product files: its products share this. #}\n`;

/** Gives the as-of date as SQL: the variable `as_of`, checked to be a date, else the day on which the run began in `zone`. */
export const asOfMacro = `${sharedMark}{% macro dpb_as_of(zone) -%}
  {%- set given = var('as_of', none) -%}
  {%- if given is none -%}
    {%- set day = run_started_at.astimezone(modules.pytz.timezone(zone)).strftime('%Y-%m-%d') -%}
  {%- else -%}
    {%- set day = given | string -%}
  {%- endif -%}
  {%- if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', day) -%}
    {{ exceptions.raise_compiler_error("as_of is not a date like 2025-03-31: " ~ day) }}
  {%- endif -%}
  CAST('{{ day }}' AS DATE)
{%- endmacro %}
`;

/** A test that rows differ in the columns named; nulls are equal to each other. */
export const uniqueRowsTest = `${sharedMark}{% test dpb_unique_rows(model, columns) %}
{%- set keys = [] -%}
{%- for column in columns %}{% do keys.append('"' ~ column | replace('"', '""') ~ '"') %}{% endfor -%}
SELECT {{ keys | join(', ') }}, count(*) AS row_count
FROM {{ model }}
GROUP BY {{ keys | join(', ') }}
HAVING count(*) > 1
{% endtest %}
`;
