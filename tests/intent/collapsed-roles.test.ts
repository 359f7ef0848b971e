import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables } from './clinic.js';

/** Parcels go from one depot to another, and are posted on one day and handed over on another. */
const tables = {
  depots: `depot_id,town
1,Oslo
2,Bergen
3,Rome
4,Paris
`,
  parcels: `parcel_id,origin_depot_id,target_depot_id,posted_on,received_on,weight
1,1,2,2025-01-05,2025-01-20,10
2,2,2,2025-01-25,2025-02-02,20
3,3,1,2025-02-10,2025-03-01,30
4,1,3,2025-02-15,,40
5,2,1,2025-03-01,2025-03-05,50
`,
} as const;

let post: Clinic;
beforeAll(async () => {
  post = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await post.close();
});

describe('two things that a request tells apart', () => {
  it.each([
    ['number of parcels by origin town and target town'],
    ['number of parcels posted and received per month'],
    ['number of parcels received per month'],
  ])('are not answered as one: %s', async (text) => {
    const { selection } = await post.ask(text, { threshold: 0.5 });
    if (selection.status === 'answered') {
      // Read in full: both roles, or the date that was said.
      const plan = JSON.stringify(selection.reading?.plan);
      const wanted = text.includes('town') ? ['origin_depot_id', 'target_depot_id'] : ['received_on'];
      for (const column of wanted) expect(plan).toContain(column);
    } else {
      expect(selection.reading?.assumptions.map(({ code }) => code)).toContain('roles_collapsed');
    }
  });

  it.each([
    ['number of parcels by origin town', 'origin_depot_id'],
    ['number of parcels by target town', 'target_depot_id'],
    ['number of parcels posted per month', 'posted_on'],
    ['number of parcels by the town of the depot where they start', 'origin_depot_id'],
    ['How many parcels arrive at the depot in Oslo?', 'target_depot_id'],
  ])('do not keep one from being answered: %s', async (text, column) => {
    const { selection } = await post.ask(text, { threshold: 0.5 });
    expect(selection.status).toBe('answered');
    expect(JSON.stringify(selection.reading?.plan)).toContain(column);
    expect(selection.reading?.assumptions.map(({ code }) => code)).not.toContain('roles_collapsed');
  });
});
