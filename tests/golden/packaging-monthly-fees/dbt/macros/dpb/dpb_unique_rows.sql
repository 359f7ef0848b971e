{# Made by dpb from all product files: its products share this. #}
{% test dpb_unique_rows(model, columns) %}
{%- set keys = [] -%}
{%- for column in columns %}{% do keys.append('"' ~ column | replace('"', '""') ~ '"') %}{% endfor -%}
SELECT {{ keys | join(', ') }}, count(*) AS row_count
FROM {{ model }}
GROUP BY {{ keys | join(', ') }}
HAVING count(*) > 1
{% endtest %}
