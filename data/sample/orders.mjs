import { lastDay } from './calendar.mjs';
import { customerOnDay } from './customers.mjs';
import { campaignOnDay, silentCampaign } from './marketing.mjs';
import { neverOrdered } from './products.mjs';
import { weighted } from './random.mjs';

/** The number of the first order. */
export const firstOrder = 1_000_001;

const paymentMethods = [
  ['CC', 520],
  ['PP', 220],
  ['BT', 110],
  ['BNPL', 90],
  ['GC', 50],
  [undefined, 10],
];
const salesChannels = [
  ['web', 480],
  ['mobile_app', 340],
  ['marketplace', 130],
  ['store', 50],
];
const currencies = [
  ['EUR', 520],
  ['USD', 300],
  ['GBP', 120],
  ['JPY', 60],
];

const quantity = `CASE
  WHEN pick(i, 407, 100) < 62 THEN 1 WHEN pick(i, 407, 100) < 82 THEN 2 WHEN pick(i, 407, 100) < 91 THEN 3
  WHEN pick(i, 407, 100) < 98 THEN 4 + pick(i, 408, 3) ELSE 10 + pick(i, 408, 15) END`;

/** An order that could not have arrived by the last day is still pending, and so are a few old ones. */
const status = `CASE
  WHEN day + lead_days > DATE '${lastDay}' THEN CASE WHEN pick(i, 415, 100) < 6 THEN 'cancelled' ELSE 'pending' END
  ELSE ${weighted(
    [
      ['completed', 825],
      ['returned', 80],
      ['cancelled', 80],
      ['pending', 15],
    ],
    'i',
    416,
  )} END`;

/** Most parcels take two to five days; one in eleven takes far longer than promised. */
const leadDays = '(2 + pick(i, 412, 4) + CASE WHEN pick(i, 413, 11) = 0 THEN 3 + pick(i, 414, 18) ELSE 0 END)::INTEGER';

/** A clock set wrong makes some deliveries arrive before the order. */
const deliveredDate = `CASE
  WHEN status NOT IN ('completed', 'returned') OR pick(i, 418, 100) < 2 THEN NULL
  WHEN pick(i, 419, 5000) = 0 THEN day - 30 ELSE day + lead_days END`;

const taxRates = '([0.19, 0.19, 0.2, 0.07, 0.0825, 0.0]::DOUBLE[])[1 + pick(i, 420, 6)]';

export const orders = {
  name: 'orders',
  owner: 'sales',
  freshness: 'hourly',
  description: 'Customer orders, one row per order; each order is for one product. All amounts are in EUR.',
  orderBy: 'order_id',
  columns: [
    ['order_id', 'BIGINT', false, 'Number of the order'],
    ['customer_id', 'BIGINT', true, 'Customer who ordered; missing for guests; some accounts were since deleted'],
    ['product_id', 'INTEGER', false, 'Product that was ordered; some products have left the product list'],
    ['campaign_id', 'INTEGER', true, 'Campaign that led to the order, where known'],
    ['order_date', 'TIMESTAMP', false, 'When the order was placed, UTC'],
    ['delivered_date', 'DATE', true, 'Day the parcel arrived; missing while it has not, and where it was not scanned'],
    ['promised_days', 'INTEGER', false, 'Delivery time promised at checkout, in days'],
    ['status', 'VARCHAR', false, 'completed, returned, cancelled or pending'],
    ['quantity', 'INTEGER', false, 'Units ordered'],
    ['unit_price', 'DECIMAL(10,2)', false, 'Price of one unit at the time of the order, in EUR, before tax'],
    [
      'discount_amount',
      'DECIMAL(10,2)',
      true,
      'Discount on the whole order, in EUR; missing where the till did not report it',
    ],
    [
      'total_amount',
      'DECIMAL(12,2)',
      true,
      'Goods value after discount, in EUR, before shipping and tax; missing until invoiced',
    ],
    ['shipping_cost', 'DECIMAL(8,2)', false, 'Shipping fee charged, in EUR'],
    ['tax_amount', 'DOUBLE', true, 'Sales tax in EUR as the tax service computes it, not rounded'],
    ['payment_method', 'VARCHAR', true, 'Code of the payment method: CC, PP, BT, BNPL or GC'],
    ['sales_channel', 'VARCHAR', false, 'Where the order was placed'],
    ['currency', 'VARCHAR', false, 'Currency the customer paid in; the amounts are converted to EUR'],
  ],
  prepare: () => [
    `CREATE TABLE product_slots AS
     SELECT row_number() OVER (ORDER BY product_id) - 1 AS slot, product_id, (list_price * 100)::BIGINT AS price_cents
     FROM products WHERE NOT (${neverOrdered})`,
  ],
  select: ({ orders: count, customers }) => `
    WITH placed AS (
      SELECT i, day_no, day, ${quantity} AS quantity, ${leadDays} AS lead_days,
        pick_small(i, 403, 588) * 277 % 588 AS slot
      FROM range(${count}) AS r(i) ASOF JOIN calendar ON i >= first_order
    ), priced AS (
      SELECT placed.*, product_id AS ordered_product, ${status} AS status,
        price_cents * (93 + pick(i, 404, 11)) // 100 AS unit_cents
      FROM placed JOIN product_slots USING (slot)
    ), discounted AS (
      SELECT *, quantity * unit_cents AS gross_cents,
        CASE WHEN pick(i, 405, 100) < 58 THEN 0 ELSE 5 * (1 + pick_small(i, 406, 6)) END AS discount_percent
      FROM priced
    ), totalled AS (
      SELECT *, gross_cents * discount_percent // 100 AS discount_cents,
        gross_cents - gross_cents * discount_percent // 100 AS net_cents,
        ${campaignOnDay('day_no', 'i', 410)} AS campaign
      FROM discounted
    )
    SELECT ${firstOrder} + i AS order_id,
      CASE WHEN pick(i, 401, 1000) < 4 THEN NULL
        WHEN pick(i, 401, 1000) < 9 THEN ${customers} + 1 + pick(i, 402, 250)
        ELSE ${customerOnDay(customers, 'day_no', 'i', 400)} END AS customer_id,
      CASE WHEN pick(i, 409, 200) = 0 THEN 9001 + pick(i, 421, 20) ELSE ordered_product END AS product_id,
      CASE WHEN pick(i, 411, 100) < 24 AND NOT ${silentCampaign('campaign')} THEN campaign END AS campaign_id,
      day::TIMESTAMP + to_seconds((pick(i, 422, 86400) + pick(i, 423, 86400)) // 2 + 10800 - CASE
        WHEN (pick(i, 422, 86400) + pick(i, 423, 86400)) // 2 + 10800 >= 86400 THEN 86400 ELSE 0 END) AS order_date,
      ${deliveredDate} AS delivered_date,
      ([4, 5, 5, 7])[1 + pick(i, 417, 4)] AS promised_days,
      status, quantity, money(unit_cents) AS unit_price,
      CASE WHEN pick(i, 424, 100) >= 3 OR discount_percent > 0 THEN money(discount_cents) END AS discount_amount,
      CASE WHEN status <> 'pending' OR pick(i, 425, 12) > 0 THEN money(net_cents) END AS total_amount,
      CASE WHEN net_cents >= 7500 THEN money(0) ELSE money(([399, 499, 799, 1299])[1 + pick(i, 426, 4)]) END AS shipping_cost,
      CASE WHEN pick(i, 427, 1000) >= 5 THEN net_cents::DOUBLE / 100.0::DOUBLE * ${taxRates} END AS tax_amount,
      ${weighted(paymentMethods, 'i', 428)} AS payment_method,
      ${weighted(salesChannels, 'i', 429)} AS sales_channel,
      ${weighted(currencies, 'i', 430)} AS currency
    FROM totalled`,
};
