-- Monthly fees
--
-- Request: monthly fees and loans by branch
-- Reading: sum of fee and number of loans for each month of lent on and branch of members
-- Grain: one row per month and branch
--
-- Run it in DuckDB, after SET disabled_optimizers = 'common_subplan,top_n_window_elimination', where each source is a view or table of its name; the parameter $as_of is the date that counts as today (2025-03-31).
-- Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.

SELECT
  CAST(date_trunc('month', loans.lent_on) AS DATE) AS month,
  members.branch AS branch,
  CAST(sum(loans.fee) AS DECIMAL(38, 2)) AS fees,
  count(*) AS loan_count
FROM loans
LEFT JOIN members
  ON loans.member = members.id
WHERE loans.lent_on < CAST($as_of AS DATE)
GROUP BY 1, 2
ORDER BY month ASC NULLS LAST, branch ASC NULLS LAST
