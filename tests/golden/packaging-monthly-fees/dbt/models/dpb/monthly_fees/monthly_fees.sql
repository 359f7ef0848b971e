-- Monthly fees
-- Reading: sum of fee and number of loans for each month of lent on and branch of members
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
{% if is_incremental() %}
WITH
  "loans" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'loans') }}),
  "members" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'members') }})
SELECT * FROM (
SELECT
  CAST(date_trunc('month', loans.lent_on) AS DATE) AS month,
  members.branch AS branch,
  CAST(sum(loans.fee) AS DECIMAL(38, 2)) AS fees,
  count(*) AS loan_count
FROM loans
LEFT JOIN members
  ON loans.member = members.id
WHERE loans.lent_on < CAST({{ dpb_as_of("UTC") }} AS DATE)
  AND (loans.lent_on IS NULL OR CAST(date_trunc('month', loans.lent_on) AS DATE) >= CAST({{ dpb_begin(this, '"month"', 'DATE', 1, 'month') }} AS DATE))
GROUP BY 1, 2
ORDER BY month ASC NULLS LAST, branch ASC NULLS LAST
) AS "dpb result"
{% else %}
WITH
  "loans" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'loans') }}),
  "members" AS NOT MATERIALIZED (SELECT * FROM {{ source('dpb_monthly_fees', 'members') }})
SELECT * FROM (
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
) AS "dpb result"
{% endif %}
