import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

const kilns = ['brick', 'round', 'long'];

/** Firings of a pottery: some cracked, each with the gas that it burnt and the pots that it held. */
const tables = {
  potters: [
    'potter_no,potter_name,level',
    ...['A', 'B', 'C', 'D'].map((n, p) => `P${p + 1},Potter ${n},${p < 2 ? 'novice' : 'master'}`),
    '',
  ].join('\n'),
  firings: [
    'firing_no,potter_no,kiln,cracked,gas,pots',
    ...Array.from(
      { length: 45 },
      (_, n) => `F${100 + n},P${1 + (n % 4)},${kilns[n % 3]},${n % 5 === 0},${n * 3 + 10},${1 + (n % 17)}`,
    ),
    '',
  ].join('\n'),
} as const;

let pottery: Clinic;
beforeAll(async () => {
  pottery = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await pottery.close();
});

describe('a share that is told behind what it is of', () => {
  it.each([
    [
      'cracked firings as a percentage of all firings',
      'SELECT 100.0 * count(*) FILTER (cracked) / count(*) FROM firings',
    ],
    [
      'firings of novice potters as a share of all firings',
      "SELECT count(*) FILTER (level = 'novice') / count(*) FROM firings JOIN potters USING (potter_no)",
    ],
    [
      'gas of round firings as a percentage of all gas',
      "SELECT 100.0 * sum(gas) FILTER (kiln = 'round') / sum(gas) FROM firings",
    ],
    [
      'number of cracked firings as a percentage of all firings by kiln',
      'SELECT kiln, 100.0 * count(*) FILTER (cracked) / count(*) FROM firings GROUP BY 1',
    ],
    [
      'firings by kiln as a percentage of all firings',
      'SELECT kiln, 100.0 * count(*) / sum(count(*)) OVER () FROM firings GROUP BY 1',
    ],
    ['gas by kiln as a share of total', 'SELECT kiln, sum(gas) / sum(sum(gas)) OVER () FROM firings GROUP BY 1'],
  ])('is one number over the other: %s', async (text, sql) => {
    const { rows, selection } = await pottery.ask(text);
    const near = (all: readonly (readonly unknown[])[]): readonly string[] =>
      plainRows(
        all.map((row) => row.map((cell) => (Number.isFinite(Number(cell)) ? Number(cell).toFixed(6) : cell))),
        false,
      );
    expect(near(rows), selection.reading?.echo).toEqual(near(await pottery.query(sql)));
  });

  it('is never a number over itself', async () => {
    const { selection } = await pottery.ask('share of firings without a kiln by potter name');
    for (const reading of [selection.reading, ...selection.alternatives])
      expect(reading?.echo ?? '').not.toMatch(/^Number of firings per number of firings by/u);
  });
});

describe('a measure beside the number of the rows that have it', () => {
  it.each([
    ['number of firings and gas for round', "SELECT count(*), sum(gas) FROM firings WHERE kiln = 'round'"],
    ['number of firings and pots', 'SELECT count(*), sum(pots) FROM firings'],
  ])('is added up: %s', async (text, sql) => {
    const { rows } = await pottery.ask(text);
    expect(plainRows(rows, false)).toEqual(plainRows(await pottery.query(sql), false));
  });
});
