-- Each file of loans has the columns that the product was defined on
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='error', fail_calc='coalesce(sum(differing_columns), 0)') }}
{%- do source('dpb_monthly_fees', 'loans') -%}
{%- set files = [] -%}
{%- if execute -%}
{%- set patterns -%}['{{ env_var("DPB_DATA", "../../../data/bronze") | replace("'", "''") | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") }}/loans/[!._]*.csv']{%- endset -%}
{%- for row in run_query('SELECT file FROM glob(' ~ patterns ~ ') ORDER BY file').rows -%}{%- do files.append(row[0]) -%}{%- endfor -%}
{%- endif %}
{% for file in files -%}
{%- set name = "'" ~ (file | replace("'", "''")) ~ "'" -%}
{%- set path = name | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") -%}
SELECT {{ name }} AS file, 1 AS differing_columns
FROM (SELECT column_0, column_1, column_2, column_3 FROM read_csv([{{ path }}], auto_detect = false, delim = ';', quote = '"', escape = '"', header = false, nullstr = '', encoding = 'utf-8', columns = {{ '{' }}'column_0': 'VARCHAR', 'column_1': 'VARCHAR', 'column_2': 'VARCHAR', 'column_3': 'VARCHAR'}, hive_partitioning = false) LIMIT 1)
WHERE "column_0" IS DISTINCT FROM 'id' OR "column_1" IS DISTINCT FROM 'member' OR "column_2" IS DISTINCT FROM 'fee' OR "column_3" IS DISTINCT FROM 'lent_on'
{{ "UNION ALL" if not loop.last }}
{% else -%}
SELECT 'no file' AS file, 1 AS differing_columns WHERE {{ 'true' if execute else 'false' }}
{% endfor %}
