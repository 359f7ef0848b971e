import { type Clinic, openTables } from './clinic.js';

/** A row of CSV for each number from 1 to `count`. */
function rows(header: string, count: number, row: (number: number) => string): string {
  return [header, ...Array.from({ length: count }, (_, index) => row(index + 1)), ''].join('\n');
}

const wharfNames = ['Alder Quay', 'Birch Quay', 'Cedar Quay', 'Dune Quay'];
const inlets = ['North Inlet', 'South Inlet'];
const ranks = ['Skipper', 'Pilot', 'Junior pilot', 'Cook'];
const hulls = ['oak', 'steel', 'larch'];
const outcomes = ['safe', 'safe', 'safe', 'sunk', 'late'];
const causes = ['haul', 'survey', 'rescue'];
const stages = ['filed', 'settled'];

const day = (year: number, number: number): string =>
  `${year}-${String(1 + (number % 12)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}`;

/**
 * A harbour: crew with supervisors of their own, barges that are towed from one wharf to another, trips with fees, a history of
 * charges, covers whose tier may be called as what they cost.
 */
const tables = {
  wharves: rows('wharf_id,wharf_name,inlet', 4, (id) => `${id},${wharfNames[id - 1]},${inlets[id % 2]}`),
  crew: rows('crew_id,crew_name,rank,wharf_id,supervisor_id,wage', 24, (id) => {
    const supervisor = id === 1 ? '' : String(1 + (id % 5));
    return `${id},Member ${String.fromCharCode(64 + id)},${ranks[id % 4]},${1 + (id % 4)},${supervisor},${900 + ((id * 37) % 11) * 50}`;
  }),
  keepers: rows(
    'keeper_id,keeper_name,town',
    9,
    (id) => `${id},Keeper ${String.fromCharCode(64 + id)},${id % 2 === 0 ? 'Marsh' : 'Holm'}`,
  ),
  barges: rows('barge_id,keeper_id,barge_name,hull,launch_date', 40, (id) => {
    const keeper = id % 10 === 0 ? '' : String(1 + (id % 7));
    return `${id},${keeper},Barge ${id},${hulls[id % 3]},${day(2008 + (id % 9), id)}`;
  }),
  trips: rows('trip_id,barge_id,crew_id,wharf_id,planned_on,started_on,outcome,cause', 200, (id) => {
    const member = id % 25 === 0 ? '' : String(1 + ((id * 7) % 22));
    return `${id},${1 + ((id * 3) % 37)},${member},${1 + (id % 4)},${day(2022 + (id % 3), id)},${day(2023 + (id % 2), id + 2)},${outcomes[id % 5]},${causes[id % 3]}`;
  }),
  bills: rows('bill_id,trip_id,amount', 150, (id) => `${id},${1 + ((id * 11) % 200)},${(id * 37) % 101}.50`),
  tows: rows(
    'tow_id,barge_id,from_wharf_id,to_wharf_id,towed_on',
    60,
    (id) => `${id},${1 + (id % 37)},${1 + (id % 4)},${1 + ((id * 3 + 1) % 4)},${day(2024, id)}`,
  ),
  covers: rows(
    'cover_no,barge_id,underwriter,tier,monthly_dues',
    36,
    (id) =>
      `C${100 + id},${id},${id % 2 === 0 ? 'Gull Mutual' : 'Tern Mutual'},${['plain', 'dues', 'wide'][id % 3]},${20 + ((id * 13) % 29)}.25`,
  ),
  gauges: rows('gauge_id,gauge_name,grim', 6, (id) => `${id},Gauge ${id},${id % 3 === 0 ? 'yes' : 'no'}`),
  barge_gauges: rows(
    'barge_id,gauge_id,noted_on',
    90,
    (id) => `${1 + (id % 40)},${1 + ((id * 7 + Math.floor(id / 40)) % 6)},${day(2023, id)}`,
  ),
  wares: rows('ware_id,ware_name,sort', 5, (id) => `${id},Ware ${id},${id % 2 === 0 ? 'dry' : 'wet'}`),
  ware_charges: rows(
    'charge_id,ware_id,charge,valid_from,valid_to',
    10,
    (id) =>
      `${id},${1 + Math.floor((id - 1) / 2)},${100 + id * 7}.00,${id % 2 === 1 ? '2023-01-01,2023-12-31' : '2024-01-01,'}`,
  ),
  trip_wares: rows(
    'line_no,trip_id,ware_id,pieces,piece_cost',
    240,
    (id) => `${id},${1 + ((id * 7) % 190)},${1 + (id % 4)},${1 + (id % 5)},${10 + ((id * 17) % 23)}.75`,
  ),
  reports: rows(
    'report_no,cover_no,filed_on,stage,asked_sum',
    50,
    (id) => `${id},C${101 + (id % 36)},${day(2024, id)},${stages[id % 2]},${100 + ((id * 31) % 97)}.50`,
  ),
} as const;

/** The harbour, scanned. */
export function openHarbour(): Promise<Clinic> {
  return openTables(tables, 'terms: []\n');
}
