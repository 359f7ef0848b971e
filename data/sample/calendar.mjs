/** The two years that the sample covers. */
export const firstDay = '2024-07-01';
export const lastDay = '2026-06-30';
export const dayCount = 730;

/** The shop was down on this day: a time series over orders has a gap here. */
const outageDay = '2025-03-16';

const monthWeights = [90, 85, 95, 98, 100, 97, 92, 88, 100, 106, 138, 145];
const weekdayWeights = [102, 98, 96, 97, 101, 112, 108];

/**
 * A table of days, each with the number of its first order, so that orders numbered from 0 find their day
 * by an ASOF join. Demand grows over the two years, peaks before Christmas and on Saturdays.
 */
export function calendarSql(orderCount) {
  return `
    CREATE TABLE calendar AS
    WITH days AS (
      SELECT n AS day_no, DATE '${firstDay}' + n::INTEGER AS day FROM range(${dayCount}) AS r(n)
    ), weighted AS (
      SELECT day_no, day,
        (1000 + day_no) * ([${monthWeights}])[month(day)] * ([${weekdayWeights}])[isodow(day)] AS weight
      FROM days WHERE day <> DATE '${outageDay}'
    ), running AS (
      SELECT day_no, day, weight,
        sum(weight) OVER (ORDER BY day_no ROWS UNBOUNDED PRECEDING) AS up_to, sum(weight) OVER () AS whole
      FROM weighted
    )
    SELECT day_no, day, ((up_to - weight) * ${orderCount} // whole)::BIGINT AS first_order
    FROM running ORDER BY day_no`;
}
