-- The table holds the rows of its query
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{{ config(severity='error', fail_calc='coalesce(sum(differing_rows), 0)', tags=["dpb_whole"]) }}
WITH
  "loans" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'loans') }}),
  "members" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'members') }}),
  "gold_monthly_fees" AS NOT MATERIALIZED (SELECT * FROM {{ ref('monthly_fees') }})
SELECT * FROM (
WITH "dpb again" AS MATERIALIZED (
SELECT
  CAST(date_trunc('month', loans.lent_on) AS DATE) AS month,
  members.branch AS branch,
  CAST(sum(loans.fee) AS DECIMAL(38, 2)) AS fees,
  count(*) AS loan_count
FROM loans
LEFT JOIN members
  ON loans.member = members.id
WHERE loans.lent_on < CAST({{ dpb_as_of("UTC") }} AS DATE)
GROUP BY 1, 2
ORDER BY month ASC NULLS LAST, branch ASC NULLS LAST
)
SELECT count(*) AS differing_rows FROM ((SELECT "month", "branch", "fees", "loan_count" FROM "gold_monthly_fees" EXCEPT ALL SELECT "month", "branch", "fees", "loan_count" FROM "dpb again") UNION ALL (SELECT "month", "branch", "fees", "loan_count" FROM "dpb again" EXCEPT ALL SELECT "month", "branch", "fees", "loan_count" FROM "gold_monthly_fees"))
) AS "dpb result"
