import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** Pots have a description, as kinds of glaze have; potters, pots and kilns have an id and a name. */
const tables = {
  glaze_kinds: `glaze_kind_code,glaze_kind_description
CE,celadon
SH,shino
`,
  potters: `potter_id,name
1,Ada
2,Bo
`,
  kilns: `kiln_id,name
71,Anagama
72,Raku
`,
  pots: `pot_id,pot_description,glaze_kind_code,potter_id,kiln_id
11,bowl,CE,1,71
12,jar,CE,1,72
13,cup,SH,2,71
`,
} as const;

let pottery: Clinic;
beforeAll(async () => {
  pottery = await openTables(tables, 'metrics: []\n');
});
afterAll(async () => {
  await pottery.close();
});

describe('things named in one breath', () => {
  it.each([
    ['List all glaze kind codes and descriptions.', ['CE | celadon', 'SH | shino']],
    ["Show the potters' names, ids and the number of pots.", ['Ada | 1 | 2', 'Bo | 2 | 1']],
    ["List the kilns' names and ids.", ['Anagama | 71', 'Raku | 72']],
  ])('tell of each other: %s', async (request, expected) => {
    const { rows } = await pottery.ask(request);
    expect(plainRows(rows, false)).toEqual(expected);
  });
});
