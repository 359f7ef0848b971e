-- the newest lent_on is at most 1 day old
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='warn', fail_calc='coalesce(sum(failing_rows), 0)') }}
WITH
  "loans" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'loans') }})
SELECT * FROM (
SELECT
  CAST(coalesce(date_diff('day', max(CAST("row".lent_on AS DATE)), CAST({{ dpb_as_of("UTC") }} AS DATE)) > 1, TRUE) AS BIGINT) AS failing_rows
FROM loans AS "row"
) AS "dpb result"
