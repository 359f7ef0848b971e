-- the table is not empty
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='warn', fail_calc='coalesce(sum(failing_rows), 0)') }}
WITH
  "gold_monthly_fees" AS NOT MATERIALIZED (SELECT * FROM {{ ref('monthly_fees') }})
SELECT * FROM (
SELECT
  greatest(1 - count(*), 0, count(*) - count(*)) AS failing_rows
FROM gold_monthly_fees AS "row"
) AS "dpb result"
