import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables } from './clinic.js';

/** Gardeners tend plots that lie in parks; only parks and gardeners have names, and nobody keeps a grade, a date or a kind. */
const tables = {
  gardeners: `gardener_id,gardener_name,wage
1,Ada Moor,20
2,Ben Ruiz,25
3,Cleo Tan,21
`,
  parks: `park_id,park_name,acreage,phone_number
10,Elm Green,12,555-1
11,Low Field,30,555-2
`,
  plots: `plot_id,park_id,gardener_id,depth
100,10,1,2
101,10,2,3
102,11,2,2
103,11,3,4
`,
} as const;

let garden: Clinic;
beforeAll(async () => {
  garden = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await garden.close();
});

describe('requests for what the data does not have', () => {
  it.each([
    'names of plots in descending order of depth',
    'What is the phone number of the gardener with the highest wage?',
    'How many gardeners are in each rank?',
    'How many different levels do gardeners have?',
    'distinct plot dates',
    'average acreage for each park type',
    'number of plots by gardener status',
  ])('%s', async (text) => {
    const { selection } = await garden.ask(text, { threshold: 0.5 });
    expect(selection.reading?.confidence ?? 0, selection.reading?.echo).toSatisfy(
      (confidence: number) => confidence < 0.5 || selection.status !== 'answered',
    );
  });

  it.each([
    ['names of gardeners in descending order of wage', '3'],
    ['How many different parks do plots have?', '1'],
    ['records of parks', '2'],
  ])('but %s', async (text, rows) => {
    const { selection, rows: found } = await garden.ask(text, { threshold: 0 });
    expect(selection.reading?.unresolved, text).toEqual([]);
    expect(String(found.length)).toBe(rows);
  });
});
