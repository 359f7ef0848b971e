import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

/** A product over monthly CSV files, to which files are added whose columns are not those of before. */
describe('a product over files whose columns drift', () => {
  let workspace: TestWorkspace;
  const part = (name: string): string => join(workspace.folder, 'data/sales', name);
  const build = async (): Promise<{ readonly exitCode: number; readonly stderr: string }> =>
    await workspace.dpb(['build', 'by_city', '--as-of', '2025-06-02']);

  beforeAll(async () => {
    workspace = makeWorkspace();
    mkdirSync(join(workspace.folder, 'data/sales'), { recursive: true });
    writeFileSync(part('2025-01.csv'), 'sale_id,sold_on,amount,city\n1,2025-01-05,10,Oslo\n2,2025-01-06,20,Rome\n');
    writeFileSync(part('2025-02.csv'), 'city,amount,sale_id,sold_on\nOslo,5.50,3,2025-02-01\n');
    writeFileSync(part('2025-03.csv'), 'sale_id,sold_on,amount\n4,2025-03-01,100\n');
    const made = await workspace.dpb([
      'generate',
      'total amount by city',
      '--data',
      'data',
      '--name',
      'by_city',
      '--as-of',
      '2025-06-01',
      '--json',
    ]);
    expect(made.exitCode).toBe(0);
  });
  afterAll(() => workspace.remove());

  it('takes each value from its column, and says which are null because files have none', async () => {
    const asked = await workspace.dpb(['ask', 'total amount by city', '--data', 'data', '--format', 'json']);
    const { rows, assumptions } = JSON.parse(asked.stdout);
    expect(rows).toEqual([
      ['Oslo', '15.50'],
      ['Rome', '20.00'],
      [null, '100.00'],
    ]);
    expect(JSON.stringify(assumptions)).toContain('Some files of sales have no \\"city\\": it is null in their rows.');
    expect((await workspace.dpb(['verify', 'by_city'])).exitCode).toBe(0);
    const traced = await workspace.dpb(['trace', 'by_city', 'city=Oslo', '--format', 'json']);
    expect(JSON.stringify(JSON.parse(traced.stdout))).toContain('5.50');
    const product = readFileSync(join(workspace.folder, 'products/by_city/by_city.dpb.yaml'), 'utf8');
    expect(product).toMatch(/name: city, .*partial: true/);
  });

  it('is built with a later file in another order, with more columns, and without one that others lack too', async () => {
    writeFileSync(part('2025-04.csv'), 'amount,channel,sale_id\n0.25,web,5\n');
    expect(await build()).toMatchObject({ exitCode: 0 });
    const traced = await workspace.dpb(['trace', 'by_city', 'city=', '--format', 'json']);
    expect(traced.stdout).toContain('0.25');
  });

  it.each([
    [
      'lacks a column that all had',
      'total,sale_id,city\n1000,6,Bari\n',
      /sales\.amount: sales\/2025-05\.csv has no such column/,
    ],
    ['has another delimiter', 'amount;sale_id;city\n1000;6;Bari\n', /2025-05\.csv has no such column/],
    [
      'has digits that would be rounded away',
      'amount,sale_id,city\n10.555,6,Bari\n',
      /sales\.amount: 10\.555 is no decimal\(18,2\)/,
    ],
    [
      'has a text among the numbers',
      'amount,sale_id,city\nn/a,6,Bari\n',
      /sales\.amount: n\/a is no decimal\(18,2\) \(.*2025-05\.csv\)/,
    ],
    ['has a line of another width', 'amount,sale_id,city\n1,6,Bari,7\n', /2025-05\.csv/],
  ])('is not built where a later file %s', async (_what, text, reason) => {
    writeFileSync(part('2025-05.csv'), text);
    const done = await build();
    rmSync(part('2025-05.csv'));
    expect(done.exitCode).toBe(1);
    expect(done.stderr.replaceAll(/\s+/g, ' ')).toMatch(reason);
  });
});
