import { describe, expect, it } from 'vitest';
import { typeText } from '../../src/plan/data-type.js';
import { datasetOf, Workbench } from './workbench.js';

/** The columns of a dataset as `name type`, with `?` where some files have none. */
async function columnsOf(bench: Workbench, name: string): Promise<readonly string[]> {
  const { columns } = datasetOf(await bench.catalog(), name);
  return columns.map((column) => `${column.name} ${typeText(column.type)}${column.partial === true ? '?' : ''}`);
}

describe('a folder of CSV files whose columns drift', () => {
  it('is read by the names in the headers, in any order and case', async () => {
    const bench = new Workbench();
    bench.write('sales/2025-01.csv', 'id,day,amount\n1,2025-01-05,10\n2,2025-01-06,20\n');
    bench.write('sales/2025-02.csv', 'AMOUNT, Day ,id,channel\n5.50,2025-02-01,3,web\n');
    bench.write('sales/2025-03.csv', 'id,day\n4,2025-03-01\n');
    expect(await columnsOf(bench, 'sales')).toEqual([
      'id bigint',
      'day date',
      'amount decimal(18,2)?',
      'channel text?',
    ]);
    const catalog = await bench.catalog();
    expect(catalog.warnings).toEqual([
      'sales: "amount" is null in the rows of 1 of 3 files, which have no such column: sales/2025-03.csv',
      'sales: "channel" is null in the rows of 2 of 3 files, which have no such column: sales/2025-01.csv, sales/2025-03.csv',
    ]);
    const [, , amount, channel] = datasetOf(catalog, 'sales').columns;
    expect([amount?.profile.nulls, channel?.profile.nulls]).toEqual([1, 3]);
  });

  it('may have files without a byte, and files without a row', async () => {
    const bench = new Workbench();
    bench.write('sales/a1.csv', 'id,amount\n1,10\n');
    bench.write('sales/a2.csv', '');
    bench.write('sales/a3.csv', 'amount,id\n');
    const catalog = await bench.catalog();
    expect(datasetOf(catalog, 'sales').rows).toBe(1);
    expect(catalog.warnings).toEqual(['sales: sales/a2.csv is empty']);
  });

  it('tells a header by those of the other files', async () => {
    const bench = new Workbench();
    bench.write('notes/1.csv', 'id,note\n1,first\n');
    // Alone it would look like rows of text without a header.
    bench.write('notes/2.csv', 'note,id\nnote,2\n');
    expect(datasetOf(await bench.catalog(), 'notes').rows).toBe(2);
  });

  it('is text where a later file has no numbers, and says which values, where, and what to declare', async () => {
    const bench = new Workbench();
    bench.write('sales/2025-01.csv', 'id,amount\n1,10\n2,20\n3,30\n');
    bench.write('sales/2025-02.csv', 'id,amount\n4,5.50\n5,unknown\n');
    expect(await columnsOf(bench, 'sales')).toEqual(['id bigint', 'amount text']);
    const [warning] = (await bench.catalog()).warnings;
    expect(warning).toContain('1 of 5 values are none: "unknown" (1 rows), in sales/2025-02.csv');
    expect(warning).toContain('amount: {type: "decimal(18,2)", on_failure: drop}');
  });

  it('is text where days are written in several ways, and says which', async () => {
    const bench = new Workbench();
    bench.write('sales/2025-01.csv', 'id,day\n1,2025-01-05\n2,2025-01-06\n');
    bench.write('sales/2025-02.csv', 'id,day\n3,01.02.2025\n');
    expect(await columnsOf(bench, 'sales')).toEqual(['id bigint', 'day text']);
    expect((await bench.catalog()).warnings).toEqual([
      expect.stringContaining('day: {type: date, formats: [YYYY-MM-DD, DD.MM.YYYY], on_failure: drop}'),
    ]);
  });

  it('does not take codes with leading zeros for numbers', async () => {
    const bench = new Workbench();
    bench.write('places/1.csv', 'id,code\n1,0123\n2,4567\n3,8901\n');
    expect((await bench.catalog()).warnings).toEqual([]);
  });

  it.each([
    ['another delimiter', 'id;amount\n3;4\n', /different delimiters/],
    ['no header', '3,2025\n4,2026\n', /names its columns, that of sales\/2\.csv does not/],
    ['a column without a name', 'id,amount,\n3,4,5\n', /different columns/],
  ])('is refused with %s', async (_what, text, reason) => {
    const bench = new Workbench();
    bench.write('good.csv', 'a,b\n1,2\n');
    bench.write('sales/1.csv', 'id,amount\n1,2\n');
    bench.write('sales/2.csv', text);
    const catalog = await bench.catalog();
    expect(catalog.datasets.map(({ name }) => name)).toEqual(['good']);
    expect(catalog.unreadable[0]?.reason).toMatch(reason);
  });

  it('is no folder of several tables with a few names in common', async () => {
    const bench = new Workbench();
    bench.write('good.csv', 'a,b\n1,2\n');
    bench.write('shop/customers.csv', 'id,name,city\n1,Ann,Oslo\n');
    bench.write('shop/products.csv', 'id,name,price\n1,Pen,2\n');
    const catalog = await bench.catalog();
    expect(catalog.unreadable[0]?.reason).toMatch(/put each table into a folder of its own/);
  });
});

describe('a folder of Parquet files whose columns drift', () => {
  it('is read by name, with types that hold all values', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'sales/1.parquet': "SELECT 1::INTEGER AS id, 10::BIGINT AS amount, DATE '2025-01-01' AS day, 7::BIGINT AS size",
      'sales/2.parquet':
        "SELECT 5.50::DECIMAL(10,2) AS amount, 2::BIGINT AS ID, TIMESTAMP '2025-02-01 10:00:00' AS day, 7.5::DOUBLE AS size, 'web' AS channel",
    });
    expect(await columnsOf(bench, 'sales')).toEqual([
      'id bigint',
      'amount decimal(21,2)',
      'day timestamp',
      'size double',
      'channel text?',
    ]);
  });

  it.each([
    ['truths beside numbers', 'SELECT 1 AS id, true AS amount', /"amount", which is bigint in .*1.parquet, boolean in/],
    ['moments of a zone beside numbers', "SELECT 1 AS id, TIMESTAMPTZ '2025-01-01' AS amount", /"amount"/],
    ['FLOAT beside whole numbers', 'SELECT 1 AS id, 1.5::FLOAT AS amount', /"amount"/],
    [
      'DOUBLE beside numbers of too many digits',
      'SELECT 1 AS id, 1.5::DOUBLE AS amount',
      /more digits than a double holds/,
    ],
  ])('is refused where a value would be another: %s', async (_what, select, reason) => {
    const bench = new Workbench();
    await bench.parquet({
      'good.parquet': 'SELECT 1 AS id',
      'sales/1.parquet': 'SELECT 1 AS id, 9007199254740993 AS amount',
      'sales/2.parquet': select,
    });
    expect((await bench.catalog()).unreadable[0]?.reason).toMatch(reason);
  });

  it('is text beside text, and says so', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'sales/1.parquet': 'SELECT 1 AS id, 10 AS amount',
      'sales/2.parquet': "SELECT 2 AS id, 'n/a' AS amount",
    });
    expect(await columnsOf(bench, 'sales')).toEqual(['id integer', 'amount text']);
    expect((await bench.catalog()).warnings).toEqual([
      'sales: "amount" is text, since it is integer in sales/1.parquet, text in sales/2.parquet',
    ]);
  });
});
