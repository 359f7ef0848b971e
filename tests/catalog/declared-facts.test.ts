import { describe, expect, it } from 'vitest';
import { datasetOf, inWords, Workbench } from './workbench.js';

const prices = [
  ['product_id', 'price', 'valid_from', 'valid_to'],
  [1, 10, '', '2024-02-01'],
  [1, 11, '2024-02-01', ''],
  [2, 20, '2024-01-01', ''],
  [3, 30, '2024-01-01', '2024-03-01'],
  [3, 31, '2024-02-01', ''],
];
const sales = [
  ['sale_id', 'product_id', 'sold_on'],
  [1, 1, '2024-01-05'],
  [2, 2, '2024-02-05'],
  [3, 9, '2024-02-05'],
  [4, 1, '2024-03-05'],
];

function market(): Workbench {
  const bench = new Workbench();
  bench.csv('price_list.csv', prices);
  bench.csv('sales.csv', sales);
  return bench;
}

describe('the validity of rows', () => {
  it('finds whose rows they are, counts what overlaps and is told with its place', async () => {
    const catalog = await market().catalog({
      glossary: 'tables:\n  price_list: {valid_from: valid_from, valid_to: valid_to}',
    });
    const evidence = { keys: 3, broken: 1, samples: ['3 (2 rows)'] };
    expect(datasetOf(catalog, 'price_list').history).toEqual({
      key: ['product_id'],
      start: 'valid_from',
      end: 'valid_to',
      evidence,
    });
    expect(catalog.relationships.map(inWords)).toEqual(['sales.product_id > price_list.product_id many_to_one']);
    expect(catalog.relationships[0]).toMatchObject({
      matched: 3,
      orphans: 1,
      during: { start: 'valid_from', evidence },
    });
    expect(catalog.warnings).toEqual([
      'glossary.yaml:2:28: 1 of 3 values of price_list.product_id have rows in force at the same time: 3 (2 rows)',
    ]);
  });

  it.each([
    ['{valid_from: valid_form}', /no column "valid_form" in price_list/],
    ['{valid_to: valid_to}', /needs a "valid_from"/],
    ['{valid_from: price}', /"price" is no date or time/],
    ['{dedupe: {key: product_id, latest_by: valid}}', /no column "valid" in price_list/],
    ['{columns: {price: {type: double}}}', /it is bigint, and read as that/],
  ])('must name columns that fit: %s', async (table, problem) => {
    await expect(market().scan({ glossary: `tables: {price_list: ${table}}` })).rejects.toThrow(problem);
  });
});

describe('columns that are read as another type', () => {
  const parts = (): Workbench => {
    const bench = new Workbench();
    bench.write('sales/2025-01.csv', 'id,day,amount\n1,2025-01-05,10\n2,2025-01-06,20\n');
    bench.write('sales/2025-02.csv', 'id,day,amount\n3,07.02.2025,5.50\n4,31.02.2025,unknown\n');
    return bench;
  };

  it('are profiled as what they are read as, with what does not fit counted', async () => {
    const glossary =
      'tables: {sales: {columns: {day: {type: date, formats: [YYYY-MM-DD, DD.MM.YYYY], on_failure: null}, amount: {type: "decimal(9,2)", on_failure: drop}}}}';
    const catalog = await parts().catalog({ glossary });
    const [, day, amount] = datasetOf(catalog, 'sales').columns;
    expect(day).toMatchObject({
      type: { kind: 'date' },
      role: 'time',
      profile: { nulls: 1, min: '2025-01-05', max: '2025-02-07' },
      cast: { stored: { kind: 'text' }, onFailure: 'null', values: 4, misfits: 1 },
    });
    expect(amount).toMatchObject({
      role: 'measure',
      profile: { max: '20.00' },
      cast: { onFailure: 'drop', misfits: 1 },
    });
    expect(catalog.warnings).toEqual([]);
  });

  it('warn where a value would stop each build', async () => {
    const catalog = await parts().catalog({ glossary: 'tables: {sales: {columns: {amount: {type: double}}}}' });
    expect(catalog.warnings.join()).toMatch(
      /glossary\.yaml:1:\d+: 1 of 4 values are no double: no build that reads them will pass/,
    );
  });

  it.each([
    ['{type: number}', /"number" is no type/],
    ['{on_failure: drop}', /what it is read as is missing/],
    ['{type: date, formats: [DD/MM]}', /"DD\/MM" is no format of a date/],
    ['{type: timestamp, formats: [DD.MM.YYYY]}', /formats are for type: date/],
    ['{type: date, formats: [DD/MM/YYYY, MM/DD/YYYY]}', /no text can tell DD\/MM\/YYYY from MM\/DD\/YYYY/],
  ])('are declared with what can be done: %s', async (column, problem) => {
    const glossary = `tables: {sales: {columns: {day: ${column}}}}`;
    await expect(parts().scan({ glossary })).rejects.toThrow(problem);
  });
});

describe('a key that is nearly one', () => {
  const members = (twice: number) => [
    ['member_id', 'town', 'changed', 'joined'],
    ...Array.from({ length: 20 }, (_none, index) => [index + 1, `t${index % 3}`, '2024-01-01', '2023-01-01']),
    ...Array.from({ length: twice }, (_none, index) => [index + 1, 't9', '2024-02-01', '2023-01-01']),
  ];
  const visits = [
    ['visit_id', 'member_id'],
    ...Array.from({ length: 30 }, (_none, index) => [index, 1 + (index % 20)]),
  ];

  it('is referred to all the same, with what breaks it', async () => {
    const bench = new Workbench();
    bench.csv('members.csv', members(2));
    bench.csv('visits.csv', visits);
    const catalog = await bench.catalog();
    expect(datasetOf(catalog, 'members').nearKey).toEqual(['member_id']);
    expect(catalog.relationships).toMatchObject([
      { cardinality: 'many_to_one', nearKey: { keys: 20, broken: 2, samples: ['1 (2 rows)', '2 (2 rows)'] } },
    ]);
    const declared = await bench.catalog({
      glossary: 'tables: {members: {dedupe: {key: member_id, latest_by: changed}}}',
    });
    expect(datasetOf(declared, 'members')).toMatchObject({
      keys: [{ columns: ['member_id'], source: 'declared' }],
      nearKey: null,
      dedupe: { key: ['member_id'], latestBy: ['changed'], evidence: { keys: 20, broken: 2 }, ties: 0 },
    });
    const tied = await bench.catalog({ glossary: 'tables: {members: {dedupe: {key: member_id, latest_by: joined}}}' });
    expect(datasetOf(tied, 'members').dedupe).toMatchObject({ latestBy: ['joined'], ties: 2 });
    expect(declared.relationships[0]?.nearKey ?? null).toBeNull();
  });

  it('is none where many values repeat', async () => {
    const bench = new Workbench();
    bench.csv('members.csv', members(9));
    bench.csv('visits.csv', visits);
    expect(datasetOf(await bench.catalog(), 'members').nearKey).toBeNull();
  });
});
