import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, plainRows } from './clinic.js';
import { openYard } from './yard.js';

let yard: Clinic;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(async () => {
  await yard.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['What proportion of our charters has any mooring fee?', [String(2 / 6)]],
  ['What percentage of charters in each harbour are waived?', ['North | 25', 'South | 0']],
  ['For each skipper, what share of the charters went out as trial charters?', ['Ann | 0', 'Bo | 0.5', 'Cy | 0.5']],
  ['Of the settled charters, what proportion are trial charters?', [String(1 / 3)]],
  ['What share of settled minutes comes from ketch boats?', [String(70 / 90)]],
  ['Waived amount as a share of all amount', [String(200 / 2100)]],
  ['Mooring as a share of all fees', [String(9 / 31)]],
  ['Mooring fees as a share of all fees in January 2024', [String(1 / 3)]],
  ['fee amount as a share of charter minutes', [String(31 / 210)]],
  ['What share of trial charters is settled?', ['0.5']],
];

describe('shares of what a condition holds for', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await yard.ask(request, { unmatched: 'drop' });
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
  });
});

describe('which one has the most of an amount', () => {
  it.each([
    ['Which skipper sailed the most minutes on ketch boats? Name and minutes.', ['Ann | 60']],
    ['Which skipper charged the most amount? Name and amount.', ['Cy | 1100']],
    ['Which skipper charged the most amount?', ['Cy']],
  ])('is told by all it has: %s', async (request, expected) => {
    const { selection, rows } = await yard.ask(request, { unmatched: 'drop' });
    expect(plainRows(rows, false), selection.reading?.echo).toEqual(expected);
  });
});
