import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** Bakers teach each other and bake loaves, some of which nobody knows the counter of; what is charged stands in two currencies. */
const tables = {
  bakers: `baker_id,baker_name,mentor,rank
1,Ann,,master
2,Bo,1,master
3,Cy,1,helper
4,Di,2,helper
5,Ed,3,helper
6,Flo,2,master
7,Gus,4,helper
8,Hal,6,helper
9,Ida,6,master
10,Jo,9,helper
11,Kim,5,helper
12,Lee,9,master
`,
  loaves: `loaf_id,baker_id,grain,sold,counter,fare,currency
1,1,rye,true,street,1.5,EUR
2,1,rye,false,street,2.5,CHF
3,2,rye,true,,3.5,EUR
4,2,oat,true,yard,4.5,EUR
5,3,oat,true,yard,5.5,CHF
6,4,A,true,street,6.5,EUR
7,5,A+,true,street,7.5,EUR
`,
  crusts: `grain,crust,valid_from,valid_to
rye,1,2024-01-01,2025-01-01
rye,3,2025-01-01,
oat,5,2024-01-01,2025-01-01
oat,7,2025-01-01,
`,
} as const;

let bakery: Clinic;
beforeAll(async () => {
  bakery = await openTables(tables, 'tables:\n  crusts: {valid_from: valid_from, valid_to: valid_to}\n');
});
afterAll(async () => {
  await bakery.close();
});

describe('what a plan does not say', () => {
  it.each([
    ['names of bakers who baked only rye loaves', /"only" is read as some/u],
    ['number of bakers that have only sold loaves', /"only" is read as some/u],
    ['number of bakers whose loaves are all rye', /"all" is read as some/u],
    [
      'number of bakers whose mentor is a master',
      /"mentor" is read as column bakers.mentor, which the reading does not use/u,
    ],
  ])('is doubted: %s', async (request, told) => {
    const { selection } = await bakery.ask(request);
    expect(selection.reading?.assumptions.map(({ text }) => text)).toContainEqual(expect.stringMatching(told));
    expect(selection.reading?.confidence).toBeLessThan(0.5);
  });

  it('is no key that is missing', async () => {
    const { selection } = await bakery.ask('number of loaves with an unknown counter');
    const { echo = '', confidence = 1 } = selection.reading ?? {};
    expect(/counter is missing/u.test(echo) || confidence < 0.5, echo).toBe(true);
  });

  it('is told of rows without a value', async () => {
    const { selection, rows } = await bakery.ask('number of loaves whose counter is not yard');
    expect(plainRows(rows, false)).toEqual(['4']);
    expect(selection.reading?.assumptions.map(({ text }) => text)).toContainEqual(
      'Rows of loaves without a value in counter (1) are left out too: nothing says what they are.',
    );
  });

  it.each([
    ['number of loaves with grain A', '1'],
    ['number of loaves with grain A or A+', '2'],
    ['number of loaves with grain A+', '1'],
    ['average crust as of 2024-06-30', '3'],
    ['average crust as of 2025-06-30', '5'],
  ])('%s', async (request, expected) => {
    const { selection, rows } = await bakery.ask(request);
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([expected]);
  });

  it('is not one sum of two currencies, whatever the money is called', () => {
    const loaves = bakery.graph.catalog.datasets.find(({ name }) => name === 'loaves');
    expect(loaves?.columns.flatMap(({ name, unitColumn }) => (unitColumn === undefined ? [] : [name]))).toEqual([
      'fare',
    ]);
  });
});
