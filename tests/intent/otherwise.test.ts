import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables } from './clinic.js';

/** Hauls whose weight was damaged into text, and crates beside them that have a weight, too. */
const tables = {
  boats: 'boat_id,boat_name\n1,Ann\n2,Bo\n3,Cy\n',
  hauls: 'haul_id,boat_id,tonnage\n1,1,10\n2,2,12 (?)\n3,3,7\n4,1,~8\n5,2,n/k\n6,3,9\n',
  crates: 'crate_id,boat_id,crate_tonnage\n1,1,1.5\n2,1,2.5\n3,2,0.5\n4,3,4.0\n',
} as const;

let harbour: Clinic;
beforeAll(async () => {
  harbour = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await harbour.close();
});

describe('a word that names a column which cannot be used', () => {
  it('is asked about, with the reason, where another column would take its place', async () => {
    const { selection } = await harbour.ask('total tonnage by boat name', { threshold: 0.5 });
    expect(selection.status).not.toBe('answered');
    const assumed = selection.reading?.assumptions.map(({ text }) => text).join(' ');
    expect(assumed).toContain('"tonnage" is read as column crates.crate_tonnage, not as column hauls.tonnage');
    expect(assumed).toContain('text');
  });

  it('does not come in the way of what is named otherwise', async () => {
    const { selection } = await harbour.ask('total crate tonnage by boat name', { threshold: 0.5 });
    expect(selection.status).toBe('answered');
    expect(selection.reading?.assumptions.map(({ code }) => code)).not.toContain('named_otherwise');
  });
});
