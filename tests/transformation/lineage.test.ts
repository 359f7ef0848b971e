import { describe, expect, it } from 'vitest';
import type { ColumnLineage } from '../../src/plan/product.js';
import type { PlanDataset, Query } from '../../src/plan/query.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregate,
  aggregateQuery,
  col,
  compare,
  detailColumn,
  detailQuery,
  dimension,
  eq,
  int,
  join,
  measure,
  order,
  out,
  planOf,
  rows,
  sum,
  text,
  trunc,
} from './plan-builder.js';
import { shop } from './shop.js';

const lineage = (query: Query): readonly ColumnLineage[] => compile(planOf(query), shop, { asOf: null }).lineage;
const short = (columns: readonly ColumnLineage[], name: string, kind: 'direct' | 'indirect'): readonly string[] =>
  (columns.find(({ column }) => column === name)?.from ?? [])
    .filter((origin) => origin.kind === kind)
    .map(({ dataset, column, transformation }) => `${dataset}.${column} ${transformation}`);

const grouped = aggregateQuery(['orders', 'customers'], {
  joins: [join('orders', 'customers', 'customer_id')],
  dimensions: [
    dimension('region', col('customers', 'region')),
    dimension('month', trunc('month', col('orders', 'ordered_on'))),
  ],
  measures: [
    measure('revenue', sum('orders', 'amount', { filter: eq(col('orders', 'status'), text('done')) })),
    measure('share', { kind: 'share', of: sum('orders', 'quantity'), within: [], factor: 1 }),
    measure('orders', rows('orders')),
  ],
});

describe('lineage', () => {
  it('tells values from what decides rows', () => {
    const columns = lineage(grouped);
    expect(columns.map(({ column }) => column)).toEqual(['region', 'month', 'revenue', 'share', 'orders']);
    expect(short(columns, 'region', 'direct')).toEqual(['customers.region identity']);
    expect(short(columns, 'month', 'direct')).toEqual(['orders.ordered_on transformation']);
    expect(short(columns, 'revenue', 'direct')).toEqual(['orders.amount aggregation']);
    expect(short(columns, 'revenue', 'indirect')).toEqual([
      'customers.customer_id join',
      'customers.region group_by',
      'orders.customer_id join',
      'orders.ordered_on group_by',
      'orders.status conditional',
    ]);
    expect(short(columns, 'share', 'direct')).toEqual(['orders.quantity window']);
    expect(short(columns, 'orders', 'direct')).toEqual([]);
  });

  it('follows having, limits, memberships and hidden outputs', () => {
    const inner = aggregateQuery(['tickets'], {
      dimensions: [dimension('order_id', col('tickets', 'order_id'))],
      measures: [{ ...measure('n', sum('tickets', 'minutes')), shown: false }],
      having: compare('gt', out('n'), int(1)),
    });
    const columns = lineage({
      ...grouped,
      measures: [{ ...measure('weight', sum('orders', 'weight')), shown: false }],
      filter: { kind: 'membership', keys: [col('orders', 'order_id')], query: inner, negated: false },
      orderBy: [order('weight')],
      limit: { count: 3, per: [], ties: 'cut' },
    });
    expect(columns.map(({ column }) => column)).toEqual(['region', 'month']);
    expect(short(columns, 'month', 'indirect')).toEqual(
      expect.arrayContaining([
        'orders.order_id filter',
        'orders.weight sort',
        'tickets.minutes filter',
        'tickets.order_id filter',
      ]),
    );
  });

  it('names only joins that are taken', () => {
    const query = {
      ...grouped,
      dimensions: grouped.dimensions.slice(1),
      measures: [measure('orders', rows('orders'))],
    };
    expect(short(lineage(query), 'orders', 'indirect')).toEqual(['orders.ordered_on group_by']);
    expect(short(lineage({ ...query, unmatched: 'drop' }), 'orders', 'indirect')).toContain(
      'customers.customer_id join',
    );
  });

  it('gathers the inputs of a set', () => {
    const input = (dataset: 'orders' | 'customers'): Query =>
      detailQuery([dataset], { columns: [detailColumn('id', col(dataset, 'customer_id'))] });
    const columns = lineage({
      kind: 'set',
      operation: 'union',
      all: false,
      inputs: [input('orders'), input('customers')],
      orderBy: [],
      limit: null,
    });
    expect(short(columns, 'id', 'direct')).toEqual(['customers.customer_id identity', 'orders.customer_id identity']);
  });
});

describe('lineage through tables that the plan makes', () => {
  const perCustomer: PlanDataset = {
    kind: 'query',
    name: 'order_counts',
    description: '',
    query: aggregateQuery(['latest'], {
      dimensions: [dimension('customer_id', col('latest', 'customer_id'))],
      measures: [measure('n', rows('latest')), measure('spent', sum('latest', 'amount'))],
      filter: eq(col('latest', 'status'), text('done')),
    }),
  };
  const latest: PlanDataset = {
    kind: 'prepared',
    name: 'latest',
    description: '',
    from: ['orders'],
    columns: ['order_id', 'customer_id', 'status', 'amount'].map((name) => ({ name, cast: null })),
    dedupe: { key: ['order_id'], latestBy: [] },
  };

  it('ends at the sources', () => {
    const query = aggregateQuery(['order_counts'], {
      measures: [
        measure('average', aggregate('avg', 'order_counts', col('order_counts', 'spent'))),
        measure('n', rows('order_counts')),
      ],
    });
    const columns = compile({ ...planOf(query), datasets: [latest, perCustomer] }, shop, { asOf: null }).lineage;
    expect(short(columns, 'average', 'direct')).toEqual(['orders.amount aggregation']);
    expect(short(columns, 'n', 'direct')).toEqual([]);
    for (const name of ['average', 'n'])
      expect(short(columns, name, 'indirect')).toEqual([
        'orders.customer_id group_by',
        'orders.order_id filter',
        'orders.status filter',
      ]);
  });

  it('does not take outputs of inner queries for its own', () => {
    const inner = aggregateQuery(['tickets'], {
      dimensions: [dimension('order_id', col('tickets', 'order_id'))],
      measures: [measure('n', rows('tickets'), { shown: false })],
      having: compare('gt', out('n'), int(1)),
    });
    const filter = { kind: 'membership', keys: [col('orders', 'order_id')], query: inner, negated: false } as const;
    const columns = lineage(
      aggregateQuery(['orders'], { measures: [measure('n', sum('orders', 'amount', { filter }))] }),
    );
    expect(short(columns, 'n', 'indirect')).toContain('tickets.order_id conditional');
  });
});
