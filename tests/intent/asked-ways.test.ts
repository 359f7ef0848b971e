import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** A sailing club: boats of harbours are lent to sailors; regattas are held in seasons; courses keep how many enrolled. */
const tables = {
  harbours: `harbour_id,name,depth
1,Northquay,9
2,Southquay,6
`,
  boats: `boat_id,name,harbour_id,hull,price
11,Gull,1,wood,100
12,Tern,1,steel,300
13,Petrel,2,wood,200
14,Heron,2,steel,500
`,
  sailors: `sailor_id,first_name,last_name,callsign
21,Ann,Lund,TACK
22,Bo,Dahl,MOOR
23,Cy,Lund,RUN
`,
  loans: `loan_id,boat_id,sailor_id,days
31,11,21,2
32,12,21,3
33,11,22,1
34,13,23,4
35,11,21,1
`,
  regattas: `regatta_id,season,class,entries
41,2019,dinghy,10
42,2019,keel,12
43,2020,dinghy,8
44,2020,dinghy,9
`,
  courses: `course_id,course_title,num_enrolled
51,Knots,30
52,Charts,45
53,Tides,12
`,
} as const;

let club: Clinic;
beforeAll(async () => {
  club = await openTables(tables, 'metrics: []\n');
});
afterAll(async () => {
  await club.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['Show the harbours and their depth.', ['Northquay | 9', 'Southquay | 6']],
  ['Which hulls have an average price of over 200?', ['steel']],
  ['How does the average price vary across different hulls?', ['steel | 400', 'wood | 150']],
  ['number of boats based on hull', ['steel | 2', 'wood | 2']],
  [
    'How many loans are there for each sailor? Group by the first name of each sailor.',
    ['Ann | 3', 'Bo | 1', 'Cy | 1'],
  ],
  [
    'trend of the number of regattas over season by class',
    ['2019 | dinghy | 1', '2019 | keel | 1', '2020 | dinghy | 2'],
  ],
  ['Which course has the highest number of enrolled sailors?', ['Charts']],
  ['How many regattas were held after season 2019?', ['2']],
  ['Of the boats of wood, how many are there in each harbour?', ['Northquay | 1', 'Southquay | 1']],
  ['What are the maximum and minimum prices in all boats?', ['500 | 100']],
  ['Show the names of the top 2 boats that have the most loans.', ['Gull', 'Petrel']],
  ['the name and price for the boats that are of wood', ['Gull | 100', 'Petrel | 200']],
];

describe('what is asked in one of many ways', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await club.ask(request);
    expect(selection.reading?.unresolved).toEqual([]);
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
  });

  it.each(['Which boat has the largest tonnage?', 'Which harbours have fewer than 3 cranes?'])(
    'is not ranked or kept by the number of itself: %s',
    async (request) => {
      const { selection } = await club.ask(request, { threshold: 0 });
      expect(selection.status === 'answered' ? selection.reading?.echo : null).toBeNull();
    },
  );

  it('takes a verb for no code in capitals', async () => {
    const { selection } = await club.ask('the name of the boat that a sailor runs for the most days', { threshold: 0 });
    expect(selection.reading?.echo ?? '').not.toContain('RUN');
  });
});
