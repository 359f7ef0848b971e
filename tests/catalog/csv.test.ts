import { describe, expect, it } from 'vitest';
import { readCsvDialect } from '../../src/catalog/csv-dialect.js';
import { typeText } from '../../src/plan/data-type.js';
import { datasetOf, Workbench } from './workbench.js';

describe('readCsvDialect', () => {
  const read = (text: string) => {
    const reading = readCsvDialect(text, 'utf-8');
    return reading.kind === 'refused'
      ? reading.reason
      : `${reading.format.delimiter}|${reading.format.quote}|${reading.format.header}|${reading.columns.join('/')}`;
  };
  it.each([
    ['a,b\n1,2\n', `,|"|true|a/b`],
    ['a;b\n1,5;2\n3,5;4\n', `;|"|true|a/b`],
    ['a\tb\n1\t2\n', `\t|"|true|a/b`],
    ['a|b\r\n1|2\r\n', `||"|true|a/b`],
    ['1,2\n3,4\n', `,|"|false|column1/column2`],
    ["a,b\n'x,y',2\n'p,q',3\n", `,|'|true|a/b`],
    ['a,b\n"x ""q"", y",2\n"two\nlines",3\n', `,|"|true|a/b`],
    ['name\nanna\nbert\n', `,|"|true|name`],
    ['a,a,\n1,2,3\n', `,|"|true|a/a_2/column3`],
    ['\uFEFFa,b\n1,2\n', `,|"|true|a/b`],
  ])('%j', (text, expected) => expect(read(text)).toBe(expected));

  it('refuses what only reads as one column', () =>
    expect(read('a,b\n1,2,3\n4\n5,6,7,8\n9\n1,2\n3,4,5\n')).toMatch(/field|delimiter|one column/));
  it('refuses a record of another width', () =>
    expect(read(`a,b\n${'1,2\n'.repeat(30)}1,2,3\n`)).toBe('record 32 has 3 fields where the others have 2'));
  it('refuses an empty file', () => expect(read('\n \n')).toBe('the file is empty'));
});

describe('types of CSV columns', () => {
  it('takes the narrowest type that holds all values', async () => {
    const bench = new Workbench();
    bench.csv('t.csv', [
      ['i', 'd', 'f', 'code', 'day', 'moment', 'zoned', 'flag', 'big', 'mixed', 'empty', 'long'],
      [
        1,
        '1.50',
        '1e5',
        '007',
        '2024-01-31',
        '2024-01-31 10:00:00',
        '2024-01-31T10:00:00Z',
        'true',
        '12345678901234567890123',
        1,
        null,
        '1.2345678901234567',
      ],
      [
        -2,
        '20',
        '0.25',
        '123',
        '2024-02-29',
        '2024-02-29',
        '2024-02-29 11:00:00+02:00',
        'FALSE',
        1,
        'x',
        null,
        '12345.1',
      ],
      [null, '0.125', '3', '42', null, null, null, null, 2, 2, null, 1],
    ]);
    const types = datasetOf(await bench.catalog(), 't').columns.map(({ name, type }) => `${name} ${typeText(type)}`);
    expect(types).toEqual([
      'i bigint',
      'd decimal(18,3)',
      'f double',
      'code text',
      'day date',
      'moment timestamp',
      'zoned timestamp with time zone',
      'flag boolean',
      'big text',
      'mixed text',
      'empty text',
      'long double',
    ]);
  });

  it('does not take what is no date of the calendar for one', async () => {
    const bench = new Workbench();
    bench.csv('t.csv', [
      ['id', 'day'],
      [1, '2024-02-30'],
      [2, '2024-02-28'],
    ]);
    expect(datasetOf(await bench.catalog(), 't').columns[1]?.type.kind).toBe('text');
  });

  it('looks at every row, not only at the first', async () => {
    const bench = new Workbench();
    bench.csv('t.csv', [
      ['id', 'n'],
      ...Array.from({ length: 30_000 }, (_none, row) => [row, row === 29_999 ? 'x' : row]),
    ]);
    expect(datasetOf(await bench.catalog(), 't').columns[1]?.type.kind).toBe('text');
  });

  it('takes NULL for null where it keeps numbers from being numbers, but leaves NA in texts alone', async () => {
    const bench = new Workbench();
    bench.csv('n.csv', [
      ['id', 'n'],
      [1, 'NULL'],
      [2, 5],
    ]);
    bench.csv('t.csv', [
      ['id', 'country'],
      [1, 'NA'],
      [2, 'DE'],
    ]);
    const catalog = await bench.catalog();
    expect(datasetOf(catalog, 'n').columns[1]).toMatchObject({ type: { kind: 'integer' }, profile: { nulls: 1 } });
    expect(datasetOf(catalog, 't').columns[1]?.profile).toMatchObject({ nulls: 0, distinct: 2 });
  });

  it('reads Latin-1 where the bytes are no UTF-8, and says so', async () => {
    const bench = new Workbench();
    bench.write('t.csv', Buffer.from('id,city\n1,Köln\n2,Zürich\n', 'latin1'));
    const catalog = await bench.catalog();
    expect(datasetOf(catalog, 't').columns[1]?.profile.max).toBe('Zürich');
    expect(catalog.warnings).toEqual(['t: it is not UTF-8 and was read as Latin-1']);
  });

  it('names files that cannot be read with their reason, and scans the rest', async () => {
    const bench = new Workbench();
    bench.csv('good.csv', [
      ['a', 'b'],
      [1, 2],
    ]);
    bench.write('bad.csv', `a,b\n${'1,2\n'.repeat(100_000)}1,2,3\n`);
    bench.write('worse.parquet', 'this is no parquet');
    bench.write('parts/1.csv', 'a,b\n1,2\n');
    bench.write('parts/2.csv', 'a;b\n1;2\n');
    const catalog = await bench.catalog();
    expect(catalog.datasets.map(({ name }) => name)).toEqual(['good']);
    expect(catalog.unreadable.map(({ path }) => path)).toEqual(['bad.csv', 'parts/1.csv', 'worse.parquet']);
    for (const { reason } of catalog.unreadable) expect(reason).not.toContain(bench.folder);
  });
});
