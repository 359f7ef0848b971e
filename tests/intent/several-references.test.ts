import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

const shifts = ['early', 'late', 'night'];

/** Jobs of a print shop: `ax` says by its codes alone who printed them, `checked_by` is empty in four of ten. */
const tables = {
  operators: [
    'operator_no,operator_name,shift',
    ...Array.from({ length: 9 }, (_, place) => `P${11 + place},Operator ${place + 1},${shifts[place % 3]}`),
    '',
  ].join('\n'),
  jobs: [
    'job_no,ax,checked_by,printed_on,sheets',
    ...Array.from({ length: 60 }, (_, place) => {
      const checker = place % 5 < 2 ? '' : `P${11 + (place % 6)}`;
      return `J${100 + place},P${11 + ((place * 7) % 9)},${checker},2025-0${1 + (place % 6)}-11,${100 + place * 3}`;
    }),
    '',
  ].join('\n'),
  crews: [
    'job_no,member',
    ...Array.from(
      { length: 40 },
      (_, place) => `J${100 + (place % 30)},P${11 + ((place * 4 + Math.floor(place / 30)) % 9)}`,
    ),
    '',
  ].join('\n'),
  faults: [
    'fault_no,job_no,told_by,cost',
    ...Array.from({ length: 35 }, (_, place) => `F${place + 1},J${100 + place},P${11 + ((place * 2) % 9)},${place}`),
    '',
  ].join('\n'),
  plates: [
    'plate_no,ax,ay,grams',
    ...Array.from(
      { length: 40 },
      (_, place) => `L${place + 1},P${11 + ((place * 5) % 9)},P${11 + ((place * 2) % 9)},${place * 4}`,
    ),
    '',
  ].join('\n'),
} as const;

let shop: Clinic;
beforeAll(async () => {
  shop = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await shop.close();
});

const bySql = (key: string): string =>
  `SELECT shift, sum(sheets) FROM jobs LEFT JOIN operators ON operator_no = ${key} GROUP BY 1`;

describe('of two columns that refer to one table', () => {
  it.each(['total sheets by shift', 'sheets by shift in 2025'])(
    'the one that every row has is taken, and the other is told: %s',
    async (text) => {
      const { selection, rows } = await shop.ask(text, { threshold: 0.5, unmatched: 'keep' });
      expect(plainRows(rows, false)).toEqual(plainRows(await shop.query(bySql('ax')), false));
      expect(selection.reading?.assumptions).toContainEqual({
        code: 'join_path',
        text: 'jobs meets operators on ax, not on checked_by (missing in 24 of 60 rows) or by way of crews (member).',
      });
      const others = selection.alternatives.map(({ echo }) => echo);
      expect(others.some((echo) => echo.includes('by checked_by'))).toBe(true);
    },
  );

  it('the one that is said is taken, and nothing is assumed', async () => {
    const { selection, rows } = await shop.ask('total sheets by shift of the operator who checked them', {
      unmatched: 'keep',
    });
    expect(plainRows(rows, false)).toEqual(plainRows(await shop.query(bySql('checked_by')), false));
    expect(selection.reading?.assumptions.map(({ code }) => code)).not.toContain('join_path');
  });

  it('a way over another table is told too', async () => {
    const { selection } = await shop.ask('total cost of faults by shift', { unmatched: 'keep' });
    expect(selection.reading?.assumptions).toContainEqual({
      code: 'join_path',
      text: 'faults meets operators on told_by, not by way of jobs (ax) or by way of jobs (checked_by).',
    });
  });

  it('none is taken where nothing speaks for either', async () => {
    const { selection } = await shop.ask('total grams by shift', { threshold: 0.5 });
    expect(selection.status).toBe('needs_clarification');
    expect(selection.message).toMatch(/by ax .* by ay /u);
  });

  it('the number of those who did it is not asked for each of them, where it is always one', async () => {
    const { selection } = await shop.ask('number of jobs checked by each operator');
    for (const { echo } of [selection.reading, ...selection.alternatives].filter((reading) => reading !== null))
      expect(echo).not.toMatch(/^Number of checked by by operator/u);
  });
});
