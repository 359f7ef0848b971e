-- Each file of members has the columns that the product was defined on
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='error', fail_calc='coalesce(sum(differing_columns), 0)') }}
{%- do source('dpb_monthly_fees', 'members') -%}
{%- set files = [] -%}
{%- if execute -%}
{%- set patterns -%}['{{ env_var("DPB_DATA", "../../../data/bronze") | replace("'", "''") | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") }}/members/[!._]*.parquet']{%- endset -%}
{%- for row in run_query('SELECT file FROM glob(' ~ patterns ~ ') ORDER BY file').rows -%}{%- do files.append(row[0]) -%}{%- endfor -%}
{%- endif %}
{% for file in files -%}
{%- set name = "'" ~ (file | replace("'", "''")) ~ "'" -%}
{%- set path = name | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") -%}
SELECT {{ name }} AS file, 1 AS differing_columns
FROM (VALUES ('id', false, CAST(['BIGINT', 'TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT', 'UINTEGER'] AS VARCHAR[]), NULL, NULL, NULL), ('branch', false, CAST(['VARCHAR', 'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'FLOAT', 'DOUBLE', 'UUID', 'JSON', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE'] AS VARCHAR[]), 38, 38, 38), ('mail', false, CAST(['VARCHAR', 'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'FLOAT', 'DOUBLE', 'UUID', 'JSON', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE'] AS VARCHAR[]), 38, 38, 38)) AS wanted(name, is_partial, types, precision, whole, scale)
LEFT JOIN (SELECT lower(column_name) AS name, column_type AS type FROM (DESCRIBE SELECT * FROM read_parquet([{{ path }}], hive_partitioning = false, union_by_name = true))) AS found ON found.name = lower(wanted.name)
WHERE (found.name IS NULL AND NOT wanted.is_partial) OR CASE WHEN len(wanted.types) = 0 THEN false
WHEN starts_with(found.type, 'DECIMAL(') AND wanted.precision IS NOT NULL THEN NOT (TRY_CAST(regexp_extract(found.type, 'DECIMAL\((\d+), ?(\d+)\)', 1) AS INTEGER) <= wanted.precision
AND TRY_CAST(regexp_extract(found.type, 'DECIMAL\((\d+), ?(\d+)\)', 1) AS INTEGER) - TRY_CAST(regexp_extract(found.type, 'DECIMAL\((\d+), ?(\d+)\)', 2) AS INTEGER) <= wanted.whole AND TRY_CAST(regexp_extract(found.type, 'DECIMAL\((\d+), ?(\d+)\)', 2) AS INTEGER) <= wanted.scale)
ELSE NOT list_contains(wanted.types, found.type) END
{{ "UNION ALL" if not loop.last }}
{% else -%}
SELECT 'no file' AS file, 1 AS differing_columns WHERE {{ 'true' if execute else 'false' }}
{% endfor %}
