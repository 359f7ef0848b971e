-- Fees is not negative
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='warn', fail_calc='coalesce(sum(failing_rows), 0)') }}
WITH
  "gold_monthly_fees" AS NOT MATERIALIZED (SELECT * FROM {{ ref('monthly_fees') }})
SELECT * FROM (
SELECT
  count(*) AS failing_rows
FROM gold_monthly_fees AS "row"
WHERE "row".fees < 0
) AS "dpb result"
