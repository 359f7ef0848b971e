-- each row meets at most one row of members: id occurs once
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='error', fail_calc='coalesce(sum(duplicate_keys), 0)') }}
WITH
  "members" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'members') }})
SELECT * FROM (
SELECT
  count(*) AS duplicate_keys
FROM (SELECT source.id AS key_1, count(*) AS key_rows FROM members AS source WHERE source.id IS NOT NULL GROUP BY source.id HAVING count(*) > 1) AS duplicates
) AS "dpb result"
