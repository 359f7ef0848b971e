import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

const berths = ['inner', 'outer', 'dry'];

/** Overhauls of a shipyard told in minutes, welders who came and left, and codes of both that are text. */
const tables = {
  welders: [
    'welder_no,welder_name,joined_on,left_on',
    ...Array.from(
      { length: 8 },
      (_, n) => `W${700 + n},Welder ${n + 1},20${10 + n}-03-01,${n % 3 === 0 ? '2025-02-01' : ''}`,
    ),
    '',
  ].join('\n'),
  overhauls: [
    'overhaul_no,welder_no,berth,done_on,minutes,charge',
    ...Array.from(
      { length: 60 },
      (_, n) =>
        `${5000 + n}-X,W${700 + ((n * 5) % 8)},${berths[n % 3]},2025-0${1 + (n % 9)}-10,${30 * (1 + (n % 14))},${100 + n * 37}.50`,
    ),
    '',
  ].join('\n'),
  waits: [
    'wait_no,berth,hours',
    ...Array.from({ length: 30 }, (_, n) => `${n + 1},${berths[n % 3]},${n % 7}`),
    '',
  ].join('\n'),
} as const;

let yard: Clinic;
beforeAll(async () => {
  yard = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await yard.close();
});

describe('a number in a comparison', () => {
  it.each([
    ['overhauls over 5 hours by berth', 'SELECT berth, count(*) FROM overhauls WHERE minutes > 300 GROUP BY 1'],
    [
      'total charge of overhauls over 5 hours by berth',
      'SELECT berth, sum(charge) FROM overhauls WHERE minutes > 300 GROUP BY 1',
    ],
    [
      'total minutes of overhauls longer than 2.5 hours by berth',
      'SELECT berth, sum(minutes) FROM overhauls WHERE minutes > 150 GROUP BY 1',
    ],
    [
      'number of waits longer than 90 minutes by berth',
      'SELECT berth, count(*) FROM waits WHERE hours * 60 > 90 GROUP BY 1',
    ],
    ['number of waits over 3 hours by berth', 'SELECT berth, count(*) FROM waits WHERE hours > 3 GROUP BY 1'],
  ])('goes with its unit to the column that is told in one: %s', async (text, sql) => {
    const { rows } = await yard.ask(text);
    expect(plainRows(rows, false)).toEqual(plainRows(await yard.query(sql), false));
  });

  it.each([
    ['overhauls above 1500 by berth', 'SELECT berth, count(*) FROM overhauls WHERE charge > 1500 GROUP BY 1'],
    ['number of overhauls over 2000', 'SELECT count(*) FROM overhauls WHERE charge > 2000'],
    [
      'overhauls between 500 and 900 by berth',
      'SELECT berth, count(*) FROM overhauls WHERE charge BETWEEN 500 AND 900 GROUP BY 1',
    ],
    [
      'total minutes of overhauls above 120 by berth',
      'SELECT berth, sum(minutes) FROM overhauls WHERE minutes > 120 GROUP BY 1',
    ],
  ])('goes to what is measured, or to what each of the things amounts to: %s', async (text, sql) => {
    const { rows } = await yard.ask(text);
    expect(plainRows(rows, false)).toEqual(plainRows(await yard.query(sql), false));
  });

  it('never goes by size to a column of text', async () => {
    for (const text of ['overhauls above 5030 by berth', 'welders over 703']) {
      const { selection } = await yard.ask(text);
      for (const reading of [selection.reading, ...selection.alternatives])
        expect(reading?.echo ?? '').not.toMatch(/_no is (?:more|less) than "/u);
    }
  });

  it('still compares how many there are where that is said', async () => {
    const { rows } = await yard.ask('berths with more than 15 overhauls');
    const sql = 'SELECT berth FROM overhauls GROUP BY 1 HAVING count(*) > 15';
    expect(plainRows(rows, false)).toEqual(plainRows(await yard.query(sql), false));
  });
});
