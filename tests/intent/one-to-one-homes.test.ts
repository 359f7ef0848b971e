import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** Sailors, of whom some have a licence, one at most; and trips, also of those without one. */
const tables = {
  sailors: `sailor_id,sailor_name,harbour
1,Ann,Bergen
2,Bo,Bergen
3,Cy,Turku
4,Di,Turku
`,
  licences: `sailor_id,issued_on,grade
1,2024-01-01,A
3,2024-02-01,B
`,
  trips: `trip_id,sailor_id,sailed_on,miles
10,1,2024-01-10,100
11,2,2024-01-11,50
12,2,2024-02-11,70
13,4,2024-02-20,80
14,3,2024-03-01,30
`,
} as const;

let sailing: Clinic;
beforeAll(async () => {
  sailing = await openTables(tables, 'metrics: []\n');
});
afterAll(async () => {
  await sailing.close();
});

describe('two measures, one of a table that is one to one with what both are grouped by', () => {
  it.each(['keep', 'drop'] as const)(
    'counts trips of sailors without a licence, with unmatched: %s',
    async (unmatched) => {
      const { selection, rows } = await sailing.ask('number of licences and number of trips by harbour', { unmatched });
      expect(selection.message).toBeNull();
      expect(plainRows(rows, false)).toEqual(['Bergen | 1 | 3', 'Turku | 1 | 2']);
    },
  );
});
