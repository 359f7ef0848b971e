import { quoteIdentifier, quoteLiteral, quoteLiteralList } from '../../engine/sql-text.js';
import type { ProductFile, SourceTable } from '../../plan/product.js';
import { filesTokenOf, type PythonSource, pythonSourceOf } from '../python-sources.js';
import { sourcePatterns, sourceReference } from './dbt-sources.js';
import { jinjaText } from './jinja.js';

/** A test of the files of a source: a template of SQL that gives a row for each column that is not as it must be. */
export interface SourceFileTest {
  readonly id: string;
  readonly description: string;
  readonly template: string;
}

/**
 * For each source that says what its columns are, that each of its files has them, also files that were added since: read
 * as they are, columns that a file lacks would be null, values of wider types rounded, and columns of a CSV file without
 * names of their own taken for others.
 */
export function sourceFileTests(file: ProductFile, defaultRoot: string): readonly SourceFileTest[] {
  const token = filesTokenOf(file.sources);
  return file.sources.flatMap((source) => {
    const read = pythonSourceOf(source, token);
    if (read.probe === null) return [];
    const probe = read.probe.split(token);
    return [
      {
        id: `files_${source.dataset}`,
        description: `Each file of ${source.dataset} has the columns that the product was defined on`,
        template: templateOf(file, source, defaultRoot, probe, read),
      },
    ];
  });
}

function templateOf(
  file: ProductFile,
  source: SourceTable,
  defaultRoot: string,
  probe: readonly string[],
  read: PythonSource,
): string {
  const shown = probe.map(jinjaText).join('[{{ path }}]');
  const body = read.byName ? namedDifferences(shown, read) : placedDifferences(shown, read);
  return [
    // What it depends on, not written: the source may be told in several lines, which no comment of one line holds.
    `{%- do ${sourceReference(file, source.dataset)} -%}`,
    '{%- set files = [] -%}',
    '{%- if execute -%}',
    `{%- set patterns -%}${sourcePatterns(source, defaultRoot)}{%- endset -%}`,
    "{%- for row in run_query('SELECT file FROM glob(' ~ patterns ~ ') ORDER BY file').rows -%}{%- do files.append(row[0]) -%}{%- endfor -%}",
    '{%- endif %}',
    '{% for file in files -%}',
    `{%- set name = "'" ~ (file | replace("'", "''")) ~ "'" -%}`,
    '{%- set path = name | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") -%}',
    body,
    '{{ "UNION ALL" if not loop.last }}',
    '{% else -%}',
    "SELECT 'no file' AS file, 1 AS differing_columns WHERE {{ 'true' if execute else 'false' }}",
    '{% endfor %}',
  ].join('\n');
}

/** Columns of the file that are missing or, of Parquet, of a type that the source's does not hold. An empty CSV file has none at all. */
function namedDifferences(probe: string, { columns, kind }: PythonSource): string {
  const found = `FROM (${probe})`;
  const rows = columns.map(({ name, partial, types, decimals }) => {
    const own = [quoteLiteral(name), String(partial)];
    const digits = decimals ?? ['NULL', 'NULL', 'NULL'];
    const held = types.length === 0 ? '[]' : quoteLiteralList(types);
    return `(${(kind === 'csv' ? own : [...own, `CAST(${held} AS VARCHAR[])`, ...digits]).join(', ')})`;
  });
  const about = kind === 'csv' ? 'name, is_partial' : 'name, is_partial, types, precision, whole, scale';
  const isMissing = 'found.name IS NULL AND NOT wanted.is_partial';
  return [
    'SELECT {{ name }} AS file, 1 AS differing_columns',
    jinjaText(`FROM (VALUES ${rows.join(', ')}) AS wanted(${about})`),
    `LEFT JOIN (SELECT lower(column_name) AS name, column_type AS type ${found}) AS found ON found.name = lower(wanted.name)`,
    `WHERE ${kind === 'csv' ? isMissing : `(${isMissing}) OR ${otherType}`}`,
    ...(kind === 'csv' ? [`AND EXISTS (SELECT 1 ${found} WHERE column_name <> 'column0')`] : []),
  ].join('\n');
}

const digitsOfType = (group: number): string =>
  `TRY_CAST(regexp_extract(found.type, 'DECIMAL\\((\\d+), ?(\\d+)\\)', ${group}) AS INTEGER)`;

/** Null, so not told, where the file lacks the column. */
const otherType = `CASE WHEN len(wanted.types) = 0 THEN false
WHEN starts_with(found.type, 'DECIMAL(') AND wanted.precision IS NOT NULL THEN NOT (${digitsOfType(1)} <= wanted.precision
AND ${digitsOfType(1)} - ${digitsOfType(2)} <= wanted.whole AND ${digitsOfType(2)} <= wanted.scale)
ELSE NOT list_contains(wanted.types, found.type) END`;

/** Names of the first line that do not stand in their places. */
function placedDifferences(probe: string, { columns }: PythonSource): string {
  const differs = columns.map(
    ({ name }, position) => `${quoteIdentifier(`column_${position}`)} IS DISTINCT FROM ${quoteLiteral(name)}`,
  );
  return [
    'SELECT {{ name }} AS file, 1 AS differing_columns',
    `FROM (${probe})`,
    jinjaText(`WHERE ${differs.join(' OR ')}`),
  ].join('\n');
}
