import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** Depots send parcels; columns of yes and no and dates say what became of them; porters do trips. */
const tables = {
  depots: `depot_id,depot_name
1,North
2,South
`,
  parcels: `parcel_id,depot_id,carriage,sent_on,delivered_on,on_display,postage
1,1,courier,2023-11-05,2024-01-02,true,10
2,1,bicycle,2023-12-01,2023-12-09,false,20
3,2,courier,2024-01-10,,true,30
4,2,bicycle,2024-02-11,2024-02-20,false,40
5,2,bicycle,2024-05-01,,false,50
`,
  porters: `porter_id,porter_name,depot_id,started_on
1,Ann,1,2023-03-01
2,Bo,2,2024-04-01
3,Cy,2,2024-09-01
`,
  trips: `trip_id,porter_id,purpose,mark,hours
1,1,rescue,A-,2
2,2,rescue,A+,4
3,2,tour,A+,9
4,3,tour,B+,5
`,
  errands: `errand_id,stage,fee,crates
1,called off,1,1
2,on hold,2,1
3,on hold,4,2
4,open,8,2
5,not paid,16,4
6,up for sale,32,4
`,
} as const;

let post: Clinic;
beforeAll(async () => {
  post = await openTables(tables, 'tables: {}\n');
});
afterAll(async () => {
  await post.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['Parcels and postage by depot name', ['North | 2 | 30', 'South | 3 | 120']],
  ['How many parcels are on display?', ['2']],
  ['Average postage of parcels on display per depot name', ['North | 10', 'South | 30']],
  ['parcels on display by carriage', ['courier | 2']],
  ['How many parcels are not delivered?', ['2']],
  ['How many parcels were not yet delivered?', ['2']],
  ['Number of parcels not delivered by carriage', ['bicycle | 1', 'courier | 1']],
  ['Number of parcels by year of delivery', ['2023-01-01 | 1', '2024-01-01 | 2', ' | 2']],
  ['Total postage per month of delivery', ['2023-12-01 | 20', '2024-01-01 | 10', '2024-02-01 | 40', ' | 80']],
  ['How many parcels did we send by courier each year?', ['2023-01-01 | 1', '2024-01-01 | 1']],
  ['Average hours spent on a rescue by our porters', ['3']],
  ['How many people started at each depot in 2024?', ['South | 2']],
  ['How many parcels ended up on display?', ['2']],
  ['What is the postage of all parcels?', ['150']],
  ['What was the postage of all parcels sent by courier?', ['40']],
  ['Postage of all parcels of South', ['120']],
  ['How many parcels has each depot sent? Use the names, not the codes.', ['North | 2', 'South | 3']],
  ['How many errands were called off?', ['1']],
  ['Total fee of errands on hold', ['6']],
  ['number of errands that are not on hold', ['4']],
  ['How many called off errands are there?', ['1']],
  ['How many errands are not paid?', ['1']],
  ['How many errands are up for sale?', ['1']],
  ['percentage of errands that are called off', ['16.666666666666664']],
  ['fee per crate', ['4.5']],
  ['average fee per crate by stage', ['called off | 1', 'not paid | 4', 'on hold | 2', 'open | 4', 'up for sale | 8']],
  ['number of errands per crates', ['1 | 2', '2 | 2', '4 | 2']],
  ['Number of parcels posted by carriage for parcels on display', ['courier | 2']],
  ['deliveries by month', ['2023-12-01 | 1', '2024-01-01 | 1', '2024-02-01 | 1']],
  ['How many parcel deliveries were there in 2024?', ['2']],
  ['deliveries per carriage in 2024', ['bicycle | 1', 'courier | 1']],
  ['Number of porters by calendar year of the start', ['2023-01-01 | 1', '2024-01-01 | 2']],
  ['How many A- trips are there?', ['1']],
  ['Total hours of trips with mark A+', ['13']],
  ["Number of trips with mark 'A-'", ['1']],
];

describe('what became of things, and when', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await post.ask(request, { unmatched: 'drop' });
    expect(plainRows(rows, false), selection.reading?.echo).toEqual([...expected].sort());
  });
});
