-- each member of loans is in members
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='warn', fail_calc='coalesce(sum(failing_rows), 0)') }}
WITH
  "loans" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'loans') }}),
  "members" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'members') }})
SELECT * FROM (
SELECT
  count(*) AS failing_rows
FROM loans AS "row"
LEFT JOIN members AS target
  ON target.id = "row".member
WHERE "row".member IS NOT NULL
  AND target.id IS NULL
) AS "dpb result"
