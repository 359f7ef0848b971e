import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../src/plan/check-plan.js';
import type { Limit } from '../../src/plan/query.js';
import { datasetsOf } from '../../src/plan/traverse.js';
import { validatePlan } from '../../src/plan/validate.js';
import {
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
  trunc,
} from '../transformation/plan-builder.js';
import { shop } from '../transformation/shop.js';

const good = planOf(
  aggregateQuery(['orders', 'customers'], {
    joins: [join('orders', 'customers', 'customer_id')],
    dimensions: [dimension('region', col('customers', 'region'))],
    measures: [measure('revenue', sum('orders', 'amount'))],
  }),
);

/** `good` with parts of its query replaced by what no compiler would let through. */
const broken = (parts: object): unknown => ({ ...good, query: { ...good.query, ...parts } });

describe('a valid plan', () => {
  it('comes back as it is, also from JSON', () => {
    expect(validatePlan(good)).toBe(good);
    expect(validatePlan(JSON.parse(JSON.stringify(good)))).toEqual(good);
    expect(datasetsOf(good.query)).toEqual(['orders', 'customers']);
  });
});

describe('an invalid plan says where', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /must be object/],
    ['another version', { ...good, version: 2 }, /\/version/],
    ['an unknown key', broken({ sql: 'DROP' }), /unknown key "sql"/],
    ['an unknown kind', { ...good, query: { kind: 'raw' } }, /names no known kind/],
    ['an expression of no kind', broken({ filter: { kind: 'sql', text: '1=1' } }), /\/query\/filter/],
    ['a name that is none', broken({ measures: [measure('Revenue; DROP', rows('orders'))] }), /pattern/],
    [
      'an integer that is text',
      broken({ filter: eq(int(1), { kind: 'literal', literal: { type: 'integer', value: '1; DROP' } }) }),
      /pattern/,
    ],
    ['a function that is none', broken({ filter: { kind: 'call', function: 'getenv', arguments: [] } }), /function/],
    ['endless nesting', broken({ filter: nested(300) }), /nested deeper/],
    ['an unknown table', broken({ filter: eq(col('nowhere', 'x'), int(1)) }), /no table "nowhere"/],
    [
      'two tables of one id',
      broken({
        tables: [
          { id: 'orders', dataset: 'orders' },
          { id: 'ORDERS', dataset: 'orders' },
        ],
      }),
      /there twice/,
    ],
    ['a home that is no table', broken({ measures: [measure('n', rows('nowhere'))] }), /home "nowhere"/],
    [
      'two outputs of one name',
      broken({ measures: [measure('region', rows('orders'))] }),
      /output "region" is there twice/,
    ],
    ['an order by nothing', broken({ orderBy: [order('profit')] }), /"profit"/],
    ['a having on nothing', broken({ having: compare('gt', out('profit'), int(1)) }), /"profit"/],
    ['a having on source columns', broken({ having: eq(col('orders', 'order_id'), int(1)) }), /not to columns/],
    ['an output in a filter', broken({ filter: compare('gt', out('revenue'), int(1)) }), /only having/],
    [
      'a share within nothing',
      broken({ measures: [measure('s', { kind: 'share', of: rows('orders'), within: ['month'], factor: 1 })] }),
      /"month", which is no dimension/,
    ],
    [
      'two ways to one table',
      broken({
        tables: ['orders', 'customers', 'countries'].map((id) => ({ id, dataset: id })),
        joins: [
          join('orders', 'customers', 'customer_id'),
          join('customers', 'countries', 'country_id'),
          join('orders', 'countries', 'customer_id', 'country_id'),
        ],
      }),
      /two ways lead/,
    ],
    [
      'a membership of the wrong width',
      broken({
        filter: {
          kind: 'membership',
          keys: [int(1), int(2)],
          query: detailQuery(['orders'], { columns: [detailColumn('x', col('orders', 'order_id'))] }),
          negated: false,
        },
      }),
      /2 keys/,
    ],
    ...(
      [
        ['several rows', { count: 2, per: [], ties: 'cut' }],
        ['rows that tie', { count: 1, per: [], ties: 'include' }],
        ['one row for each', { count: 1, per: ['x'], ties: 'cut' }],
      ] satisfies [string, Limit][]
    ).map(([what, limit]): [string, unknown, RegExp] => [
      `a value taken of ${what}`,
      broken({
        filter: eq(col('orders', 'order_id'), {
          kind: 'scalar_query',
          query: detailQuery(['orders'], {
            columns: [detailColumn('x', col('orders', 'order_id'))],
            orderBy: [order('x')],
            limit,
          }),
        }),
      }),
      /must give one row/,
    ]),
    [
      'nothing shown',
      broken({ dimensions: [], measures: [{ ...measure('n', rows('orders')), shown: false }] }),
      /shows no column/,
    ],
  ])('%s', (_what, plan, problem) => {
    expect(() => validatePlan(plan)).toThrow(problem);
  });

  it.each<[string, Parameters<typeof planOf>[0], RegExp]>([
    [
      'an unknown dataset',
      aggregateQuery(['nowhere'], {
        measures: [measure('n', rows('nowhere'))],
        filter: eq(col('nowhere', 'x'), int(1)),
      }),
      /no dataset "nowhere"/,
    ],
    [
      'an unknown dataset that is only counted',
      aggregateQuery(['nowhere'], { measures: [measure('n', rows('nowhere'))] }),
      /no dataset "nowhere"/,
    ],
    [
      'an unknown column',
      aggregateQuery(['orders'], { measures: [measure('n', sum('orders', 'profit'))] }),
      /no column "profit"/,
    ],
    [
      'a join of text with number',
      aggregateQuery(['orders', 'customers'], {
        joins: [join('orders', 'customers', 'status', 'customer_id')],
        measures: [measure('n', rows('orders'))],
      }),
      /compares text with bigint/,
    ],
    ['a sum of text', aggregateQuery(['orders'], { measures: [measure('n', sum('orders', 'status'))] }), /add up text/],
    [
      'a filter that is no truth',
      aggregateQuery(['orders'], { measures: [measure('n', rows('orders'))], filter: col('orders', 'quantity') }),
      /true or false/,
    ],
    [
      'a having that is no truth',
      aggregateQuery(['orders'], { measures: [measure('n', rows('orders'))], having: out('n') }),
      /true or false/,
    ],
    [
      'a truncation of text in an inner filter',
      detailQuery(['orders'], {
        columns: [detailColumn('x', col('orders', 'order_id'))],
        filter: {
          kind: 'membership',
          keys: [col('orders', 'order_id')],
          negated: false,
          query: detailQuery(['tickets'], {
            columns: [detailColumn('o', col('tickets', 'order_id'))],
            filter: eq(trunc('day', col('tickets', 'priority')), { kind: 'as_of' }),
          }),
        },
      }),
      /no date/,
    ],
    [
      'a cast that has no meaning',
      detailQuery(['orders'], {
        columns: [
          detailColumn('x', {
            kind: 'cast',
            operand: col('orders', 'quantity'),
            to: { kind: 'date' },
            onFailure: 'null',
          }),
        ],
      }),
      /cannot cast integer to date/,
    ],
    [
      'keys of another type than the members',
      detailQuery(['orders'], {
        columns: [detailColumn('x', col('orders', 'order_id'))],
        filter: {
          kind: 'membership',
          keys: [col('orders', 'status')],
          negated: false,
          query: detailQuery(['tickets'], { columns: [detailColumn('o', col('tickets', 'order_id'))] }),
        },
      }),
      /cannot compare/,
    ],
  ])('against its sources: %s', (_what, query, problem) => {
    expect(() => checkPlan(planOf(query), shop)).toThrow(problem);
  });
});

function nested(levels: number): object {
  return levels === 0 ? { kind: 'as_of' } : { kind: 'not', operand: nested(levels - 1) };
}
