{# Made by dpb from all product files: its products share this. #}
{% macro dpb_begin(relation, column, type, amount, unit) -%}
  {%- set steps = amount * (var('dpb_look_back', 3) | int) -%}
  {%- set back = "CAST(max(" ~ column ~ ") - INTERVAL '" ~ steps ~ " " ~ unit ~ "' AS " ~ type ~ ")" -%}
  {%- set found = run_query("SELECT CAST(" ~ back ~ " AS VARCHAR) FROM " ~ relation).rows[0][0] if execute else none -%}
  '{{ found or "0001-01-01" }}'
{%- endmacro %}
