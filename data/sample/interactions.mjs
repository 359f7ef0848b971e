import { lastDay } from './calendar.mjs';
import { customerOnDay } from './customers.mjs';
import { firstOrder } from './orders.mjs';
import { list, oneOf, weighted } from './random.mjs';

/** What a session that ends in an order does, step by step; the last step, a review, only some take. */
const buyingSteps = ['page_view', 'search', 'product_view', 'add_to_cart', 'checkout', 'purchase', 'review'];
const buyingPercent = 9;
const pages = ['/', '/deals', '/new', '/category', '/help', '/account'];

/** Sessions that only look: each step is drawn, carts are rare. */
const lookingType = weighted(
  [
    ['page_view', 46],
    ['product_view', 34],
    ['search', 13],
    ['add_to_cart', 7],
  ],
  's * 10 + step',
  506,
);

/** A buying session belongs to an order of its own and ends when that order is placed. */
const sessionsSql = ({ orders, sessions, customers }) => `
  CREATE TABLE sessions AS
  WITH numbered AS (
    SELECT s, s * ${orders} // ${sessions} AS i, pick(s, 501, 100) < ${buyingPercent} AS buying
    FROM range(${sessions}) AS r(s)
  ), dated AS (
    SELECT s, i, buying, day_no, day FROM numbered ASOF JOIN calendar ON i >= first_order
  )
  SELECT s, buying, o.order_id, ${weighted(
    [
      ['mobile', 540],
      ['desktop', 380],
      ['tablet', 80],
    ],
    's',
    508,
  )} AS device_type,
    CASE WHEN buying THEN 6 + (pick(s, 502, 4) = 0)::BIGINT ELSE 1 + pick_small(s, 502, 9) END AS steps,
    CASE WHEN buying THEN o.customer_id
      WHEN pick(s, 503, 100) < 48 THEN ${customerOnDay(customers, 'day_no', 's', 504)} END AS customer_id,
    CASE WHEN buying THEN o.product_id END AS product_id,
    CASE WHEN buying THEN o.order_date - to_seconds(5 * 75)
      ELSE day::TIMESTAMP + to_seconds(pick(s, 505, 86400 - 1200)) END AS started_at
  FROM dated LEFT JOIN orders o ON o.order_id = CASE WHEN buying THEN ${firstOrder} + i END
  ORDER BY s`;

export const interactions = {
  name: 'user_interactions',
  owner: 'web_analytics',
  freshness: 'hourly',
  description:
    'What visitors did in the shop, one row per interaction; delivered at least once, so a few rows come twice.',
  orderBy: 'interaction_id, ingested_at',
  columns: [
    ['interaction_id', 'BIGINT', false, 'Number of the interaction; repeated when a row was delivered twice'],
    ['session_id', 'VARCHAR', false, 'Visit the interaction belongs to'],
    ['customer_id', 'BIGINT', true, 'Customer, where logged in'],
    ['product_id', 'INTEGER', true, 'Product that was looked at or bought'],
    ['order_id', 'BIGINT', true, 'Order that the checkout, purchase or review belongs to'],
    [
      'interaction_type',
      'VARCHAR',
      false,
      'page_view, search, product_view, add_to_cart, checkout, purchase or review',
    ],
    ['interaction_time', 'TIMESTAMP', false, 'When it happened, UTC'],
    ['ingested_at', 'TIMESTAMP', false, 'When the row reached us, UTC; some rows arrive days late'],
    ['duration_seconds', 'INTEGER', true, 'Time spent, in seconds; missing for the last step of a visit'],
    ['device_type', 'VARCHAR', false, 'Kind of device'],
    ['page_path', 'VARCHAR', true, 'Path of the page, without the host'],
  ],
  prepare: (sizes) => [
    sessionsSql(sizes),
    `CREATE TABLE steps AS
     SELECT sessions.*, step, s * 10 + step AS k,
       CASE WHEN buying THEN (${list(buyingSteps)})[step] ELSE ${lookingType} END AS kind,
       started_at + to_seconds((step - 1) * 75) + CASE WHEN step = 7 THEN to_days((3 + pick(s, 507, 20))::INTEGER)
         ELSE to_days(0) END AS happened_at
     FROM sessions, range(1, 11) AS r(step) WHERE step <= steps`,
  ],
  select: () => `
    WITH numbered AS (
      SELECT *, row_number() OVER (ORDER BY happened_at, k) AS interaction_id FROM steps
      WHERE happened_at <= TIMESTAMP '${lastDay} 23:59:59'
    ), delivered AS (
      SELECT *, happened_at + to_seconds(1 + pick(k, 509, 20))
          + to_hours(CASE WHEN pick(k, 510, 100) < 2 THEN 24 + pick(k, 511, 96) ELSE 0 END) AS ingested_at FROM numbered
    ), repeated AS (
      SELECT * FROM delivered
      UNION ALL
      SELECT * REPLACE (ingested_at + to_minutes(15) AS ingested_at) FROM delivered WHERE pick(k, 512, 500) = 0
    )
    SELECT interaction_id, 'S' || lpad((s + 1)::VARCHAR, 7, '0') AS session_id, customer_id,
      CASE WHEN kind IN ('page_view', 'search') THEN NULL
        WHEN buying THEN product_id ELSE 1 + pick_small(k, 513, 600) END AS product_id,
      CASE WHEN kind IN ('checkout', 'purchase', 'review') THEN order_id END AS order_id,
      kind AS interaction_type, happened_at AS interaction_time, ingested_at,
      CASE WHEN step < steps THEN 3 + pick_small(k, 514, 240) END AS duration_seconds, device_type,
      CASE kind WHEN 'page_view' THEN ${oneOf(pages, 'k', 515)} WHEN 'search' THEN '/search' WHEN 'checkout' THEN '/checkout'
        WHEN 'product_view' THEN '/product' WHEN 'add_to_cart' THEN '/cart' END AS page_path
    FROM repeated`,
};
