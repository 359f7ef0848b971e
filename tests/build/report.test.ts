import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { readReportData } from '../../src/pipeline/report-data.js';
import type { GoldColumn } from '../../src/plan/product.js';
import { buildIn, makeShop, type Shop, shopProduct } from './shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
});
afterEach(() => shop.remove());

/** A gold table of `sql` for a product with these columns. */
async function dataOf(sql: string, columns: readonly GoldColumn[], grain: readonly string[]) {
  const path = join(shop.root, "it's [gold].parquet");
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  await engine.run(`COPY (${sql}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  engine.close();
  const file = shopProduct(undefined, { columns, grain });
  return readReportData(file, path);
}

const column = (name: string, type: GoldColumn['type']['kind'], changes: Partial<GoldColumn> = {}): GoldColumn => ({
  name,
  label: name,
  description: name,
  type: type === 'integer' ? { kind: 'integer', bits: 64 } : ({ kind: type } as GoldColumn['type']),
  nullable: true,
  role: type === 'integer' ? 'measure' : 'key',
  unit: null,
  additivity: type === 'integer' ? 'additive' : null,
  pii: null,
  ...changes,
});

describe('the page of a build', () => {
  it('is in the build, with its rows and bars of the largest first', async () => {
    const { folder } = await buildIn(shop);
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html).toContain('<title>Sales by area, 2025-06-30</title>');
    expect(html.match(/<rect class="bar"/g)).toHaveLength(3);
    expect(html).toContain('north');
    const { chart } = await readReportData(shopProduct(), join(folder, 'sales_by_area.parquet'));
    const values = typeof chart === 'string' ? [] : chart.points.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((one, two) => two - one));
  });

  it('hides personal data, and does not draw what it names', async () => {
    const columns = [column('mail', 'text', { pii: 'email' }), column('n', 'integer')];
    const data = await dataOf(`SELECT 'ann@example.org' AS mail, 1::BIGINT AS n`, columns, ['mail']);
    expect(data).toEqual({ firstRows: [[null, '1']], chart: expect.stringContaining('personal data') });
  });

  it('adds up over time what may be added up, in the order of time', async () => {
    const columns = [
      column('day', 'date'),
      column('area', 'text'),
      column('mean', 'integer', { additivity: 'non_additive' }),
      column('n', 'integer'),
    ];
    const sql = `SELECT DATE '2025-01-03' - i::INTEGER // 2 AS day, CASE i % 2 WHEN 0 THEN 'a' END AS area, 9::BIGINT AS mean, i AS n FROM range(6) t(i)`;
    const { chart } = await dataOf(sql, columns, ['day', 'area']);
    expect(chart).toMatchObject({
      kind: 'line',
      title: 'n by day, all of area together',
      points: [
        { label: '2025-01-01', value: 9, shown: '9' },
        { label: '2025-01-02', value: 5 },
        { label: '2025-01-03', value: 1 },
      ],
    });
  });

  it.each<[string, readonly GoldColumn[], readonly string[], string]>([
    [
      'no measure may be added up',
      [column('day', 'date'), column('area', 'text'), column('n', 'integer', { additivity: 'non_additive' })],
      ['day', 'area'],
      'No measure may be added up',
    ],
    ['there is no number', [column('day', 'date'), column('area', 'text')], ['day'], 'no number'],
    ['there are no groups', [column('n', 'integer')], [], 'no groups'],
    ['there is one point', [column('day', 'date'), column('n', 'integer')], ['day'], 'not two points'],
    ['there is no value', [column('area', 'text'), column('void', 'integer')], ['area'], 'no values'],
  ])('says so where %s', async (_what, columns, grain, said) => {
    const sql = `SELECT DATE '2025-01-01' AS day, 'a' AS area, 1::BIGINT AS n, NULL::BIGINT AS void`;
    expect((await dataOf(sql, columns, grain)).chart).toContain(said);
  });
});
