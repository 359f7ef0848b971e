import type { DataType } from '../../../src/plan/data-type.js';
import { tableOf } from './tables.js';

const text: DataType = { kind: 'text' };
const bigint: DataType = { kind: 'integer', bits: 64 };
const money: DataType = { kind: 'decimal', precision: 10, scale: 2 };
const date: DataType = { kind: 'date' };

/** Orders with a null, an orphan and a tie; each result in the tests was worked out by hand on these rows. */
export const orders = tableOf(
  'orders',
  [
    { name: 'order_id', type: bigint },
    { name: 'customer_id', type: text },
    { name: 'ordered', type: date },
    { name: 'amount', type: money },
    { name: 'weight', type: { kind: 'double' }, fractionDigits: 1 },
    { name: 'placed', type: { kind: 'timestamp', zoned: true } },
  ],
  [
    [1, 'a', '2024-01-05', '10.00', 0.1, '2024-01-05 23:30:00'],
    [2, 'a', '2024-01-31', '20.50', 0.2, '2024-01-31 12:00:00'],
    [3, 'b', '2024-02-29', '5.25', 0.3, '2024-02-29 00:00:00'],
    [4, 'b', '2024-04-01', null, 0.4, '2024-04-01 06:00:00'],
    [5, 'zz', '2024-04-02', '7.00', null, null],
    [6, null, null, '1.00', 0.5, '2024-03-31 22:30:00'],
  ],
  [['order_id']],
);

export const customers = tableOf(
  'customers',
  [
    { name: 'customer_id', type: text },
    { name: 'name', type: text },
    { name: 'region', type: text },
  ],
  [
    ['a', 'Ann', 'EU'],
    ['b', 'Bob', null],
    ['c', 'Ćar_l', 'US'],
  ],
  [['customer_id']],
);

/** Two rows for one month of each region, but none for US in 2024-02. */
export const targets = tableOf(
  'targets',
  [
    { name: 'region', type: text },
    { name: 'month', type: date },
    { name: 'goal', type: { kind: 'integer', bits: 32 } },
  ],
  [
    ['EU', '2024-01-01', 30],
    ['EU', '2024-02-01', 40],
    ['US', '2024-01-01', 2_000_000_000],
    ['US', '2024-01-01', 2_000_000_000],
  ],
);
