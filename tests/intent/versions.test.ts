import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

const areas = ['glacier', 'valley', 'ridge'];
const numbers = Array.from({ length: 12 }, (_, place) => place);

/** Mountain guides whose fees change: of each three rows, the last of them of next year. `g` refers to them by its codes alone. */
const tables = {
  guides: ['guide_no,guide_name,area', ...numbers.map((n) => `G${10 + n},Guide ${n + 1},${areas[n % 3]}`), ''].join(
    '\n',
  ),
  fees: [
    'g,hourly_fee,valid_from,valid_to',
    ...numbers.flatMap((n) => [
      `G${10 + n},${40 + n},2024-01-01,2024-12-31`,
      `G${10 + n},${50 + n},2025-01-01,2026-12-31`,
      `G${10 + n},${90 + n},2027-01-01,`,
    ]),
    '',
  ].join('\n'),
  tours: [
    'tour_no,led_by,walked_on,guests',
    ...Array.from(
      { length: 48 },
      (_, n) => `T${n + 1},G${10 + (n % 12)},202${4 + (n % 2)}-0${1 + (n % 9)}-15,${1 + (n % 6)}`,
    ),
    '',
  ].join('\n'),
} as const;

const averages = (filter: string): string =>
  `SELECT area, avg(hourly_fee) FROM fees JOIN guides ON g = guide_no WHERE ${filter} GROUP BY 1`;

describe.each([
  ['told by its columns', 'terms: []\n'],
  ['declared', 'tables:\n  fees: {valid_from: valid_from, valid_to: valid_to}\n'],
])('a history that is %s', (_, glossary) => {
  let hut: Clinic;
  beforeAll(async () => {
    hut = await openTables(tables, glossary);
  });
  afterAll(async () => {
    await hut.close();
  });

  const expectRows = async (text: string, sql: string, told: RegExp | null): Promise<void> => {
    const { selection, rows } = await hut.ask(text, { asOf: '2026-12-31' });
    const texts = selection.reading?.assumptions.map((assumption) => assumption.text) ?? [];
    expect(plainRows(rows, false)).toEqual(plainRows(await hut.query(sql), false));
    if (told === null) expect(texts.filter((each) => /in force/u.test(each))).toEqual([]);
    else expect(texts).toContainEqual(expect.stringMatching(told));
  };

  it.each(['average hourly fee by area', 'current hourly fee by area'])(
    'is read as it is on the as-of date, the last day of a row too: %s',
    async (text) => {
      const filter = "valid_from <= date '2026-12-31' AND (valid_to IS NULL OR valid_to >= date '2026-12-31')";
      await expectRows(text, averages(filter), /^Of fees the rows in force on the as-of date count/u);
    },
  );

  it('is read as it was at a time that is said', async () => {
    const filter = "valid_from < date '2025-01-01' AND valid_to >= date '2024-01-01'";
    await expectRows(
      'average hourly fee by area in 2024',
      averages(filter),
      /^Time means when rows of fees are in force/u,
    );
  });

  it.each(['average hourly fee ever by area', 'average hourly fee of all time by area'])(
    'is read as a whole where all of it is asked for: %s',
    async (text) => {
      const { selection, rows } = await hut.ask(text);
      expect(plainRows(rows, false)).toEqual(plainRows(await hut.query(averages('true')), false));
      expect(selection.reading?.echo).not.toContain('as-of');
    },
  );

  it('refers to those whose versions it holds', () => {
    const { relationships } = hut.graph.catalog;
    expect(relationships.some(({ from, to }) => from.dataset === 'fees' && to.dataset === 'guides')).toBe(true);
  });
});

describe('a declared history that ends on the day before the next begins', () => {
  it('is met on its last day too', async () => {
    const hut = await openTables(
      {
        ...tables,
        tours: 'tour_no,led_by,walked_on,guests\nT1,G10,2024-12-31,2\nT2,G10,2025-01-01,3\nT3,G11,2026-12-31,4\n',
      },
      'tables:\n  fees: {valid_from: valid_from, valid_to: valid_to}\nrelationships:\n  - {from: tours.led_by, to: fees.g}\n',
    );
    const { selection, rows } = await hut.ask('number of tours by hourly fee');
    const sql =
      'SELECT hourly_fee, count(*) FROM tours JOIN fees ON led_by = g AND walked_on BETWEEN valid_from AND valid_to GROUP BY 1';
    expect(plainRows(rows, false), selection.reading?.echo).toEqual(plainRows(await hut.query(sql), false));
    await hut.close();
  });
});

describe('a history that another table leads to', () => {
  it('is not met as it is today by what happened on days of its own', async () => {
    const hut = await openTables(
      {
        passes: 'pass_no,pass_name\n1,High\n2,Low\n3,Long\n',
        tolls:
          'pass_no,toll,valid_from,valid_to\n1,2,2024-01-01,2025-01-01\n1,5,2025-01-01,\n2,3,2024-01-01,2025-01-01\n2,7,2025-01-01,\n3,4,2024-01-01,\n',
        crossings:
          'crossing_no,tour_no,crossed_on,guests\n1,1,2024-05-01,2\n2,1,2025-05-01,3\n3,2,2024-06-01,4\n4,3,2024-07-01,6\n',
        tours: 'tour_no,pass_no\n1,1\n2,2\n3,3\n',
      },
      'tables:\n  tolls: {valid_from: valid_from, valid_to: valid_to}\nmetrics:\n  - {name: toll_income, table: crossings, expression: "SUM(guests * tolls.toll)"}\n',
    );
    const { selection } = await hut.ask('toll income by pass name');
    expect([selection.reading?.confidence, selection.reading?.assumptions.map(({ text }) => text)]).toEqual([
      expect.toSatisfy((confidence: number) => confidence < 0.5),
      expect.arrayContaining([
        expect.stringMatching(/met by way of (?:tours|passes), not the one on crossings\.crossed_on/u),
      ]),
    ]);
    await hut.close();
  });
});
