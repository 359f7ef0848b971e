{# Made by dpb from all product files: its products share this. #}
{% macro dpb_as_of(zone) -%}
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
