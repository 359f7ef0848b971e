/** What is wrong or tricky with the sample on purpose, each as a count that must not be zero. */

const count = (table, condition) => `SELECT count(*) FROM ${table} WHERE ${condition}`;
const orphans = (from, column, to, key = column) =>
  `SELECT count(*) FROM ${from} f WHERE f.${column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${to} t WHERE t.${key} = f.${column})`;
const unused = (to, key, from, column = key) =>
  `SELECT count(*) FROM ${to} t WHERE NOT EXISTS (SELECT 1 FROM ${from} f WHERE f.${column} = t.${key})`;
const several = (table, column) =>
  `SELECT count(*) FROM (SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL GROUP BY ${column} HAVING count(*) > 1)`;
const nulls = (table, column) => [`${table} without ${column}`, count(table, `${column} IS NULL`)];

export const shopTraps = [
  ...['completed', 'returned', 'cancelled', 'pending'].map((status) => [
    `orders ${status}`,
    count('orders', `status = '${status}'`),
  ]),
  ['orders of a customer that is not in customers', orphans('orders', 'customer_id', 'customers')],
  ['orders of a product that is not in products', orphans('orders', 'product_id', 'products')],
  ...['customer_id', 'campaign_id', 'total_amount', 'discount_amount', 'tax_amount', 'payment_method'].map((c) =>
    nulls('orders', c),
  ),
  ['completed orders without delivered_date', count('orders', "status = 'completed' AND delivered_date IS NULL")],
  [
    'orders delivered later than promised',
    count('orders', "date_diff('day', order_date, delivered_date) > promised_days"),
  ],
  ['orders delivered before they were placed', count('orders', 'delivered_date < CAST(order_date AS DATE)')],
  [
    'orders delivered in a later month than placed',
    count('orders', "date_trunc('month', delivered_date) > date_trunc('month', order_date)"),
  ],
  ['days without any order', 'SELECT 730 - count(DISTINCT CAST(order_date AS DATE)) FROM orders'],
  ['orders with more than one ticket', several('support_tickets', 'order_id')],
  ['orders with more than one interaction', several('user_interactions', 'order_id')],
  ['customers with more than one ticket', several('support_tickets', 'customer_id')],
  ['customers that never ordered', unused('customers', 'customer_id', 'orders')],
  ['products that were never ordered', unused('products', 'product_id', 'orders')],
  ['campaigns without events', unused('marketing_campaigns', 'campaign_id', 'marketing_events')],
  ['campaigns without orders', unused('marketing_campaigns', 'campaign_id', 'orders')],
  ['marketing events of a deleted campaign', orphans('marketing_events', 'campaign_id', 'marketing_campaigns')],
  ['interactions delivered twice', several('user_interactions', 'interaction_id')],
  [
    'interactions that arrived a day late or more',
    count('user_interactions', 'ingested_at >= interaction_time + INTERVAL 1 DAY'),
  ],
  [
    "marketing events after the campaign's end",
    'SELECT count(*) FROM marketing_events e JOIN marketing_campaigns c USING (campaign_id) WHERE CAST(event_time AS DATE) > end_date',
  ],
  ['tickets solved before they were opened', count('support_tickets', 'resolved_at < created_at')],
  ['tickets not solved', count('support_tickets', 'resolved_at IS NULL')],
  ...['customer_id', 'order_id', 'satisfaction_score'].map((column) => nulls('support_tickets', column)),
  ...['region', 'country', 'email', 'phone', 'national_id', 'signup_date'].map((column) => nulls('customers', column)),
  ['e-mail addresses of more than one customer', several('customers', 'email')],
  ['customers in the country with the code NA', count('customers', "country = 'NA'")],
  [
    'cities of the same name in two countries',
    'SELECT count(*) FROM (SELECT city FROM customers WHERE country IS NOT NULL GROUP BY city HAVING count(DISTINCT country) > 1)',
  ],
  ...['category', 'brand', 'weight_kg'].map((column) => nulls('products', column)),
  [
    'product numbers that are also customer numbers (no reference)',
    'SELECT count(*) FROM products p WHERE EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = p.product_id)',
  ],
  nulls('user_interactions', 'customer_id'),
  nulls('marketing_events', 'customer_id'),
];

export const utilityTraps = [
  ["rows of the composite key's first column that repeat", several('mtr_rdg', 'svc_pt_id')],
  [
    'readings, all with a key of their own in (svc_pt_id, rdg_dt)',
    'SELECT CASE WHEN count(*) = count(DISTINCT (svc_pt_id, rdg_dt)) THEN count(*) ELSE 0 END FROM mtr_rdg',
  ],
  nulls('mtr_rdg', 'mtr_rdg_kwh'),
  ['service points without readings', unused('SvcPt', 'SvcPtId', 'mtr_rdg', 'svc_pt_id')],
  ['service points whose premises address is unknown', orphans('SvcPt', 'PremAddrNo', 'Addr', 'AddrNo')],
  nulls('SvcPt', 'BillAddrNo'),
  ['service points billed elsewhere', count('SvcPt', 'BillAddrNo <> PremAddrNo')],
  ['addresses with several service points', several('SvcPt', 'PremAddrNo')],
  ['tariffs without service points', unused('tRt', 'tRt_Cd', 'SvcPt', 'RtCd')],
  ['postcodes with a leading zero', count('Addr', "PstCd LIKE '0%'")],
  ['address supplements that are the empty text', count('Addr', "AddrSuppl = ''")],
  nulls('Addr', 'AddrSuppl'),
  [
    'texts with quotes, commas or semicolons',
    "SELECT (SELECT count(*) FROM Addr WHERE regexp_matches(AddrSuppl, '[\",]')) + (SELECT count(*) FROM tRt WHERE regexp_matches(tRt_Nm, '[\";]'))",
  ],
  nulls('Outg', 'SbstToNo'),
  ['outages that still last', count('Outg', 'EndTs IS NULL')],
  nulls('Outg', 'CustAffQty'),
  ['substations without service points', unused('Sbst', 'SbstNo', 'SvcPt')],
];
