import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** A ferry line: piers of islands, ferries with a kiosk or without, crossings with how many were aboard. */
const tables = {
  piers: `pier_id,pier_name,island,depth
1,Northend,Ailsa,9
2,Southend,Birsay,6
3,Westend,Ailsa,4
`,
  ferries: `ferry_id,ferry_name,pier_id,age,has_kiosk,fuel_kg,hull,in_use,electric
11,Skua,1,30,T,100,wood,T,T
12,Fulmar,1,10,F,300,steel,T,T
13,Dunlin,2,20,T,200,wood,F,F
`,
  crossings: `crossing_id,ferry_id,sailed_on,aboard,skipper
31,11,2023-03-01,20,Ann
32,11,2023-02-01,30,
33,12,2023-02-09,40,Bea
34,11,2023-01-05,10,Ann
`,
} as const;

let line: Clinic;
beforeAll(async () => {
  line = await openTables(tables, 'metrics: []\n');
});
afterAll(async () => {
  await line.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['Bar chart showing pier name and depth sorted by depth.', ['Westend | 4', 'Southend | 6', 'Northend | 9']],
  ['Plot total depth against island as a bar graph.', ['Ailsa | 13', 'Birsay | 6']],
  ['Draw a scatter of age against fuel for all the ferries.', ['30 | 100', '10 | 300', '20 | 200']],
  ['Bar chart, total depth by island, highest depth on the left.', ['Ailsa | 13', 'Birsay | 6']],
  ['Bar chart, total depth by island, lowest depth first.', ['Birsay | 6', 'Ailsa | 13']],
  ['Number of piers per island, in reverse alphabetical order', ['Birsay | 1', 'Ailsa | 2']],
  ['Number of piers per island as bars, sort x from z to a', ['Birsay | 1', 'Ailsa | 2']],
  ['Total depth by island, sorted by the total from bottom to top', ['Birsay | 6', 'Ailsa | 13']],
  ['Number of crossings per month in chronological order', ['2023-01-01 | 1', '2023-02-01 | 2', '2023-03-01 | 1']],
  ['How many ferries have a kiosk?', ['2']],
  ['What are the youngest, oldest and average age of ferries?', ['10 | 30 | 20']],
  ['Which is the deepest pier?', ['Northend']],
  ['Which piers are deeper than 5?', ['Northend', 'Southend']],
  ["Which ferries aren't on any crossing?", ['Dunlin']],
  ['Which ferries have more fuel than the average ferry?', ['Fulmar']],
  ['Give the piers with 2 ferries or more.', ['Northend']],
  ['Which piers have no ferry yet?', ['Westend']],
  ['How many piers are on which island?', ['Ailsa | 2', 'Birsay | 1']],
  ['On which islands are the piers? Bar chart counting piers per island.', ['Ailsa | 2', 'Birsay | 1']],
  ['How many wooden ferries are there?', ['2']],
  ['Show the name of each ferry of wood in use.', ['Skua']],
  ['ferry names with steel as their hull and fuel above 200 kg', ['Fulmar']],
  ['Show the oldest ferry with the name of the pier.', ['Skua | Northend']],
  ['List the electric ferries aged between 15 and 35.', ['30']],
  ['Number of piers that are neither on Ailsa nor on Birsay.', ['0']],
  ['Number of ferries whose name is neither Skua nor Dunlin.', ['1']],
  ['Share of crossings without a skipper', ['0.25']],
  ['How many ferries are not Skua or Dunlin?', ['1']],
  ['How many ferries are not Skua and Dunlin?', ['1']],
];

describe('words about charts, ends of orders and what adjectives measure', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await line.ask(request);
    expect(selection.reading?.unresolved).toEqual([]);
    const ordered = /sort|first|order|left/u.test(request);
    expect(plainRows(rows, ordered), selection.reading?.echo).toEqual(ordered ? expected : [...expected].sort());
  });
});
