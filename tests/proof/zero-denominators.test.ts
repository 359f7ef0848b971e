import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AggregateQuery, Expression, MeasureDefinition, Query } from '../../src/plan/query.js';
import { aggregated, column, equal, literal, makeShop, type Shop, salesByArea } from '../build/shop.js';
import { detailColumn, detailQuery, dimension, int, trunc } from '../transformation/plan-builder.js';
import { entry, evidenceIn, failedIn, productOf } from './proving.js';

let shop: Shop;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

const inNorth = equal(column('shop', 'area'), literal('north'));
const measured = (name: string, definition: MeasureDefinition) => ({
  name,
  label: name,
  description: name,
  shown: true,
  unit: null,
  definition,
});
const divided = (left: Expression, right: Expression): Expression => ({
  kind: 'arithmetic',
  operator: 'divide',
  left,
  right,
});
const amount = column('sale', 'amount');
/** 0 in the first shop. */
const otherShop: Expression = {
  kind: 'arithmetic',
  operator: 'subtract',
  left: column('sale', 'shop_id'),
  right: int(1),
};
const firstShop = equal(column('sale', 'shop_id'), int(1));
const perNorth: MeasureDefinition = {
  kind: 'ratio',
  numerator: aggregated('sum', amount),
  denominator: aggregated('count', null, inNorth),
  factor: 1,
};

/** The facts of the entry; the proof itself must not fail. */
async function zeros(query: Query, grain: readonly string[], id: string): Promise<unknown> {
  const evidence = await evidenceIn(shop, productOf(query, grain));
  expect(failedIn(evidence)).toEqual([]);
  return entry(evidence, id)?.facts;
}

const areas = (changes: Partial<AggregateQuery>): AggregateQuery => salesByArea(changes);

describe('denominators of 0 are counted', () => {
  it('in groups of a ratio, also inside of a sum', async () => {
    const sum: MeasureDefinition = {
      kind: 'combine',
      operator: 'add',
      left: perNorth,
      right: aggregated('count', null),
    };
    const measures = [measured('per_north', perNorth), measured('more', sum)];
    const expected = { of: 'groups', zero: 2, all: 3 };
    expect(await zeros(areas({ measures }), ['area'], 'zero.per_north')).toEqual({ column: 'per_north', ...expected });
    expect(await zeros(areas({ measures }), ['area'], 'zero.more')).toEqual({ column: 'more', ...expected });
  });

  it('in published groups alone', async () => {
    const measures = [measured('per_north', perNorth)];
    const one = areas({ measures, limit: { count: 1, per: [], ties: 'cut' } });
    expect(await zeros(one, ['area'], 'zero.per_north')).toEqual({
      column: 'per_north',
      of: 'groups',
      zero: 0,
      all: 1,
    });
  });

  it('of shares and rates of change', async () => {
    const never = aggregated('count', null, equal(column('sale', 'state'), literal('lost')));
    const early = aggregated('count', null, {
      kind: 'comparison',
      operator: 'lt',
      left: column('sale', 'sold_on'),
      right: { kind: 'literal', literal: { type: 'date', value: '2025-02-01' } },
    });
    const share: MeasureDefinition = { kind: 'share', of: never, within: [], factor: 100 };
    expect(await zeros(areas({ measures: [measured('part', share)] }), ['area'], 'zero.part')).toEqual({
      column: 'part',
      of: 'groups',
      zero: 3,
      all: 3,
    });
    const growth: MeasureDefinition = {
      kind: 'change',
      of: early,
      time: 'month',
      against: 'previous_period',
      as: 'rate',
    };
    const month = { ...dimension('month', trunc('month', column('sale', 'sold_on'))), description: 'month' };
    const monthly = areas({ dimensions: [month], measures: [measured('growth', growth)] });
    expect(await zeros(monthly, ['month'], 'zero.growth')).toEqual({ column: 'growth', of: 'groups', zero: 1, all: 3 });
  });

  it('in the rows that a measure folds, and not where a case says what is meant', async () => {
    const guarded: Expression = {
      kind: 'case',
      branches: [{ when: firstShop, then: int(0) }],
      otherwise: divided(amount, otherShop),
    };
    const measures = [
      measured('bare', aggregated('sum', divided(amount, otherShop))),
      measured('guarded', aggregated('avg', guarded)),
      measured('own', aggregated('count', divided(amount, otherShop), equal(column('sale', 'state'), literal('void')))),
    ];
    const query = areas({ measures });
    const done = Array.from({ length: 500 }, (_, at) => at).filter((at) => at % 5 !== 0);
    const first = done.filter((at) => at % 11 !== 0 && at % 13 !== 0 && at % 7 === 0);
    expect(await zeros(query, ['area'], 'zero.bare.sale')).toEqual({
      column: 'bare',
      of: 'rows',
      zero: first.length,
      all: done.length,
    });
    expect(await zeros(query, ['area'], 'zero.guarded.sale')).toMatchObject({ zero: 0, all: done.length });
    expect(await zeros(query, ['area'], 'zero.own.sale')).toMatchObject({ zero: 0, all: 0 });
  });

  it('in listed rows, in conditions, in inner queries', async () => {
    const large: Expression = {
      kind: 'comparison',
      operator: 'ge',
      left: divided(amount, otherShop),
      right: int(0),
    };
    const rows = detailQuery(['sale'], {
      columns: [detailColumn('sale_id', column('sale', 'sale_id')), detailColumn('each', divided(amount, otherShop))],
    });
    const isFirst = (at: number): boolean => at % 11 !== 0 && at % 13 !== 0 && at % 7 === 0;
    const zero = Array.from({ length: 500 }, (_, at) => at).filter(isFirst).length;
    expect(await zeros(rows, [], 'zero.each.sale')).toEqual({ column: 'each', of: 'rows', zero, all: 500 });
    const conditional = { ...rows, columns: rows.columns.slice(0, 1), filter: large };
    expect(await zeros(conditional, [], 'zero.filter.sale')).toMatchObject({ zero, all: 500 });
    const members: Expression = {
      kind: 'membership',
      keys: [column('sale', 'sale_id')],
      query: conditional,
      negated: false,
    };
    const inside = areas({ measures: [measured('sales', aggregated('count', null))], filter: members });
    expect(await zeros(inside, ['area'], 'zero.inner 1.filter.sale')).toMatchObject({ zero, all: 500 });
  });

  it('nothing is said where nothing is divided; a condition on groups is named', async () => {
    const evidence = await evidenceIn(shop, productOf(areas({}), ['area']));
    expect(evidence.entries.filter(({ kind }) => kind === 'zero_denominators')).toEqual([]);
    const having: Expression = {
      kind: 'comparison',
      operator: 'gt',
      left: divided({ kind: 'output', name: 'amount' }, { kind: 'output', name: 'sales' }),
      right: int(1),
    };
    const grouped = await evidenceIn(shop, productOf(areas({ having }), ['area']));
    expect(entry(grouped, 'zero.having')).toMatchObject({ status: 'not_shown' });
  });

  it('a compiler that gives a value there fails the proof', async () => {
    const wrong = (sql: string): string => sql.replace(/nullif\((count\(\*\)[^)]*\)), 0\)/g, '0.5');
    const product = productOf(areas({ measures: [measured('per_north', perNorth)] }), ['area']);
    const evidence = await evidenceIn(shop, product, undefined, wrong);
    expect(entry(evidence, 'zero.per_north')).toMatchObject({ status: 'failed', severity: 'error' });
  });
});
