import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** A press: bills to shops with their lines; presses run jobs for some minutes, at a load in percent. */
const tables = {
  shops: `shop_id,shop_name
1,Quill
2,Ink
`,
  bills: `bill_id,shop_id,billed_on,total_amount,clerk
31,1,2024-03-01,100,Ada
32,1,2024-04-01,250,Bea
33,2,2025-01-15,80,Ada
34,2,2025-02-20,120,Bea
35,2,2025-03-20,40,Ada
`,
  bill_lines: `bill_id,line_no,sheet_kind,line_amount
31,1,thin,60
31,2,thick,50
32,1,thin,260
33,1,thick,90
34,1,thin,70
34,2,thin,60
35,1,thick,45
`,
  runs: `run_id,shop_id,ran_on,run_minutes,load_pct,idle_hours
1,1,2024-01-01,30,50,1
2,1,2024-02-01,90,70,2
3,2,2025-01-01,20,20,3
4,2,2025-05-01,45,40,4
5,2,2025-06-01,15,60,5
`,
  leases: `lease_id,shop_id,hours
1,1,7
2,2,9
3,2,11
`,
} as const;

let press: Clinic;
beforeAll(async () => {
  press = await openTables(tables, 'metrics: []\n');
});
afterAll(async () => {
  await press.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  // What is largest is so by its amount, not by how many there are.
  ['largest bill of each shop', ['Ink | 34 | 120', 'Quill | 32 | 250']],
  ['smallest bill by shop name', ['Ink | 35 | 40', 'Quill | 31 | 100']],
  ['longest run minutes of each shop', ['Ink | 45', 'Quill | 90']],
  // A heading of a measure asks for its total, also narrowed.
  ['run minutes in 2025', ['80']],
  ['bill amount in 2024', ['350']],
  ['run minutes for Quill', ['120']],
  // Parts of a whole are averaged.
  ['load pct by shop name', ['Ink | 40', 'Quill | 60']],
  // What each of the things measured adds up to is averaged.
  ['average line amount per bill by clerk', ['Ada | 81.66666666666667', 'Bea | 195']],
  // What is billed keeps the amount itself.
  ['amount billed by shop name', ['Ink | 240', 'Quill | 350']],
];

describe('totals and extremes', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await press.ask(request, { threshold: 0 });
    expect(selection.reading?.unresolved).toEqual([]);
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
  });

  it.each([
    'answers by shop name',
    'runs still waiting by shop name',
    'runs this quarter compared with the same quarter last year',
  ])('asks rather than drops a word: %s', async (request) => {
    const { selection } = await press.ask(request, { threshold: 0.5 });
    expect(selection.status, selection.reading?.echo).not.toBe('answered');
  });

  it('does not take the hours of something else', async () => {
    const { selection } = await press.ask('idle hours by shop name', { threshold: 0 });
    const taken = selection.reading?.echo.includes('idle hours') === true;
    expect(taken || (selection.reading?.confidence ?? 0) <= 0.3).toBe(true);
  });
});
