import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** A workshop: repairs of bikes by a repairer, opened, perhaps promised and closed; the repairers are kept elsewhere. */
const tables = {
  benches: `bench_id,bench_label
1,North
2,South
`,
  repairs: `repair_id,bench_id,trouble,repairer_id,opened_on,promised_on,closed_on,minutes
11,1,brake,7,2024-01-05,2024-01-20,2024-01-10,30
12,1,brake,8,2024-02-05,2024-02-10,2024-02-20,45
13,2,wheel,7,2024-02-07,2024-02-09,,60
14,2,wheel,9,2024-11-01,2024-12-10,2025-01-09,20
15,1,chain,7,2024-12-02,2025-01-01,2025-02-03,10
`,
} as const;

let workshop: Clinic;
beforeAll(async () => {
  workshop = await openTables(tables, 'metrics: []\n');
});
afterAll(async () => {
  await workshop.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  // A kind without an article groups, whatever stands before `by`.
  ['number of repairs opened by trouble', ['brake | 2', 'chain | 1', 'wheel | 2']],
  ['number of repairs made by bench label', ['North | 3', 'South | 2']],
  ['number of repairs booked by trouble', ['brake | 2', 'chain | 1', 'wheel | 2']],
  // What happened narrows to those to which it did, at the time of that.
  ['number of repairs closed by trouble', ['brake | 2', 'chain | 1', 'wheel | 1']],
  ['number of repairs closed by year', ['2024-01-01 | 2', '2025-01-01 | 2']],
  ['number of repairs by year closed', [' | 1', '2024-01-01 | 2', '2025-01-01 | 2']],
  ['number of repairs closed after the promised date by trouble', ['brake | 1', 'chain | 1', 'wheel | 1']],
  ['number of repairs closed in 2025', ['2']],
  ['number of repairs by closed month in 2024', ['2024-01-01 | 1', '2024-02-01 | 1']],
  // Who does something is not what is done.
  ['number of repairs by repairer', ['7 | 3', '8 | 1', '9 | 1']],
  ['minutes by repairer', ['7 | 100', '8 | 45', '9 | 20']],
];

describe('what happened', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await workshop.ask(request);
    expect(selection.reading?.unresolved).toEqual([]);
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
  });

  it('counts people by what they are called, or asks', async () => {
    const { selection } = await workshop.ask('number of repairers');
    expect(selection.reading?.echo).not.toContain('Number of repairs');
  });

  it.each(['repairs of brakes made by a repairer', 'number of repairs made by the repairers'])(
    'does not group by who did it: %s',
    async (request) => {
      const { selection } = await workshop.ask(request, { threshold: 0 });
      expect(selection.reading?.echo).not.toContain('by repairer');
    },
  );
});
