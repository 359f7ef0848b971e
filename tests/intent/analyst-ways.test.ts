import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** A laundry: fitters do repairs at stops of a round; each repair is paid or returned; the glossary says what is meant in words. */
const tables = {
  towns: `town_id,town_name
1,Hill
2,Lake
`,
  fitters: `fitter_id,fitter_name,town_id,born_on
1,Ann,1,1980-04-01
2,Bo,1,1991-02-03
3,Cy,2,1999-09-09
`,
  shops: `shop_id,shop_name,town_id
1,North,1
2,South,2
`,
  rounds: `round_id,shop_id,held_on
1,1,2023-03-01
2,2,2024-05-01
`,
  repairs: `repair_id,fitter_id,round_id,stage,way,amount,returned
11,1,1,K,contract,10,false
12,2,2,K,contract,20,true
13,3,2,L,favour,30,false
14,1,2,M,contract,40,false
15,2,1,L,favour,50,false
`,
  windcoats: `windcoat_id,windcoat_name,place,bought_on,gone_on
1,Red,vanished,2023-01-01,2024-06-01
2,Blue,vanished,2023-02-01,2025-07-01
3,Green,cellar,2024-02-01,
`,
} as const;

const glossary = `tables:
  repairs:
    columns:
      stage: 'K = kept, L = lost, M = mended'
  windcoats:
    columns:
      gone_on: 'first day on which it had vanished'
notes:
- 'Waste rate = repairs kept or lost / all repairs'
- 'Sound takings = amount of kept and mended repairs'
- 'Regular fitter = a fitter who came back within a month'
`;

let laundry: Clinic;
beforeAll(async () => {
  laundry = await openTables(tables, glossary);
});
afterAll(async () => {
  await laundry.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['Total amount of repairs, returns left out.', ['130']],
  ['Total amount of repairs by way. Returns do not count.', ['contract | 50', 'favour | 80']],
  ['How many repairs in 2024?', ['3']],
  [
    'Number of repairs by year, with the percentage change on the year before.',
    ['2023-01-01 | 2 | ', '2024-01-01 | 3 | 50'],
  ],
  ['Yearly income of repairs', ['2023-01-01 | 60', '2024-01-01 | 90']],
  ['How many people did at least one repair?', ['3']],
  ['Number of repairs by town of the shop', ['Hill | 2', 'Lake | 3']],
  ['How many vanished windcoats by year?', ['2024-01-01 | 1', '2025-01-01 | 1']],
  ['How many coats do we have?', ['3']],
  ['Waste rate?', ['0.8']],
  ['Sound takings by fitter name', ['Ann | 50', 'Bo | 20', 'Cy | ']],
];

describe('what analysts ask', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await laundry.ask(request, { unmatched: 'drop' });
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
  });

  it('is doubted where the glossary defines it by what is not understood', async () => {
    const { selection } = await laundry.ask('How many regular fitters do we have?', { threshold: 0.5 });
    expect(selection.status).not.toBe('answered');
  });
});
