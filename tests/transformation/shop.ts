import { typeText } from '../../src/plan/data-type.js';
import type { SourceTable } from '../../src/plan/product.js';
import { source, types } from './plan-builder.js';

/**
 * A small shop with the traps that matter: an order whose customer does not exist, one without a customer, a customer
 * without a region, one without orders, tickets that multiply orders, months without rows.
 */
export const shop: readonly SourceTable[] = [
  source(
    'orders',
    {
      order_id: types.bigint,
      customer_id: types.bigint,
      ordered_at: types.timestamp,
      ordered_on: types.date,
      status: types.text,
      amount: types.money,
      weight: types.double,
      noise: types.double,
      quantity: types.integer,
    },
    [['order_id']],
    { weight: { fractionDigits: 1 }, noise: { fractionDigits: null }, order_id: { nullable: false } },
  ),
  source('customers', { customer_id: types.bigint, name: types.text, region: types.text, country_id: types.bigint }, [
    ['customer_id'],
  ]),
  source('countries', { country_id: types.bigint, country: types.text }, [['country_id']]),
  source(
    'tickets',
    {
      ticket_id: types.bigint,
      order_id: types.bigint,
      priority: types.text,
      opened_on: types.date,
      minutes: types.integer,
    },
    [['ticket_id']],
  ),
];

const rows: Readonly<Record<string, readonly string[]>> = {
  orders: [
    "(1, 10, '2024-01-05 10:00', '2024-01-05', 'done', 100.00, 0.1, 0.1, 2)",
    "(2, 10, '2024-01-20 11:30', '2024-01-20', 'done', 50.50, 0.2, 0.2, 1)",
    "(3, 11, '2024-02-03 09:15', '2024-02-03', 'cancelled', 75.25, 0.3, 0.7, 3)",
    "(4, 11, '2024-04-30 23:59', '2024-04-30', 'done', 20.00, 0.7, 1e16, 1)",
    "(5, 99, '2024-04-01 00:00', '2024-04-01', 'done', 10.00, 1.5, 1.0, 1)",
    "(6, NULL, '2024-02-29 12:00', '2024-02-29', 'done', 5.00, NULL, -1e16, 4)",
    "(7, 12, NULL, NULL, 'done', NULL, 2.5, 0.3, 1)",
    "(8, 10, '2025-01-07 08:00', '2025-01-07', 'cancelled', 100.00, 0.4, 0.1, 2)",
  ],
  customers: ["(10, 'Ada', 'EU', 1)", "(11, 'Bob', 'US', 2)", "(12, 'Cyd', NULL, 1)", "(13, 'Dee', 'APAC', NULL)"],
  countries: ["(1, 'Norway')", "(2, 'Chile')", "(3, 'Nauru')"],
  tickets: [
    "(100, 1, 'high', '2024-01-06', 10)",
    "(101, 1, 'low', '2024-01-07', 20)",
    "(102, 3, 'high', '2024-02-04', 30)",
    "(103, 77, 'low', '2024-03-01', 40)",
    "(104, NULL, 'low', '2024-03-02', NULL)",
  ],
};

/** Statements that make the tables of `shop`. */
export const shopStatements: readonly string[] = shop.flatMap(({ dataset, columns }) => [
  `CREATE TABLE ${dataset} (${columns.map(({ name, type }) => `${name} ${typeText(type) === 'text' ? 'varchar' : typeText(type)}`).join(', ')})`,
  `INSERT INTO ${dataset} VALUES ${(rows[dataset] ?? []).join(', ')}`,
]);
