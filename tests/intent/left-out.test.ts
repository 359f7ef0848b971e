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
  ['Total amount of charters excluding waived and pencilled charters', ['1600']],
  ['How many charters are there, without pencilled charters?', ['5']],
  ['How many charters by skipper name, not counting trial charters?', ['Ann | 2', 'Bo | 1', 'Cy | 1']],
  ['How many charters, excluding waived, pencilled and sunk charters?', ['3']],
  ['Number of charters excluding waived and pencilled ones', ['4']],
  ['Number of skippers without pencilled charters', ['2']],
  ['How many charters without waived charters and without trial charters', ['3']],
  ['Total minutes by boat kind, no waived charters', ['barge | 20', 'dinghy | 50', 'ketch | 110']],
  ['Total minutes of charters except waived or sunk charters', ['130']],
  ['Total fees without fees of waived charters', ['13']],
  ['Number of fees excluding mooring and towing fees', ['2']],
  ['Number of charters by harbour, waived and pencilled charters left out', ['North | 3', 'South | 1']],
  ['Which skippers have no waived or sunk charters?', ['Cy']],
  ['Total amount without trial or waived charters', ['1100']],
  ['List the charters without mooring fees and without towing fees', ['13', '14', '15']],
];

describe('what is left out is denied of what is counted', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await yard.ask(request, { unmatched: 'drop', threshold: 0 });
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
    expect(selection.reading?.unresolved).toEqual([]);
  });
});

const amounts: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['fees by month', ['2024-01-01 | 3', '2024-02-01 | 4', '2024-03-01 | 24']],
  ['number of fees by month', ['2024-01-01 | 2', '2024-02-01 | 1', '2024-03-01 | 2']],
  ['running total of fees by month', ['2024-01-01 | 3', '2024-02-01 | 7', '2024-03-01 | 31']],
  ['mooring fees by harbour', ['North | 9']],
  ['ketch and barge minutes', ['160']],
  ['ketch, barge and dinghy minutes by harbour', ['North | 120', 'South | 90']],
  ['amount of settled and waived charters by month', ['2024-01-01 | 300', '2024-03-01 | 1100']],
];

describe('an amount that is asked for is added up, and its rows are not counted', () => {
  it.each(amounts.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await yard.ask(request, { unmatched: 'drop' });
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
  });

  it('is doubted where it is not clear which amount is meant', async () => {
    const { selection } = await yard.ask('running total of bills by month', { threshold: 0.5 });
    expect(selection.status).not.toBe('answered');
  });
});
