import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, plainRows } from './clinic.js';
import { openHarbour } from './harbour.js';

let harbour: Clinic;
beforeAll(async () => {
  harbour = await openHarbour();
});
afterAll(async () => {
  await harbour.close();
});

const byPilot = `SELECT crew_name, count(*) FROM trips JOIN crew USING (crew_id) WHERE rank = 'Pilot' GROUP BY crew_id, 1`;
const byTarget = 'SELECT wharf_name, count(*) FROM tows JOIN wharves ON to_wharf_id = wharves.wharf_id GROUP BY 1';

const cases: readonly (readonly [request: string, sql: string])[] = [
  ['number of trips per pilot', byPilot],
  ['trips by pilot', byPilot],
  ['tows by to wharf', byTarget],
  ['tows by to_wharf_id', 'SELECT to_wharf_id, count(*) FROM tows GROUP BY 1'],
  ['number of tows by from_wharf_id', 'SELECT from_wharf_id, count(*) FROM tows GROUP BY 1'],
  ['number of barges by launch year', "SELECT date_trunc('year', launch_date)::date, count(*) FROM barges GROUP BY 1"],
  ['dues by underwriter', 'SELECT underwriter, sum(monthly_dues) FROM covers GROUP BY 1'],
  ['number of dues covers by underwriter', "SELECT underwriter, count(*) FROM covers WHERE tier = 'dues' GROUP BY 1"],
];

const ratios: readonly (readonly [request: string, sql: string])[] = [
  [
    'sunk trips per safe trip by cause',
    "SELECT cause, count(*) FILTER (outcome = 'sunk') / count(*) FILTER (outcome = 'safe') FROM trips GROUP BY 1",
  ],
  [
    'bill amount per trip by wharf',
    `SELECT wharf_name, sum(a) / count(*) FROM (SELECT wharf_id, (SELECT sum(amount) FROM bills b WHERE b.trip_id = t.trip_id) a
      FROM trips t) JOIN wharves USING (wharf_id) GROUP BY 1`,
  ],
  [
    'number of trips per barge by hull',
    'SELECT hull, sum(n) / count(*) FROM (SELECT hull, (SELECT count(*) FROM trips t WHERE t.barge_id = b.barge_id) n FROM barges b) GROUP BY 1',
  ],
  [
    'reports asked sum per report by month',
    "SELECT date_trunc('month', filed_on)::date, avg(asked_sum) FROM reports GROUP BY 1",
  ],
  [
    'average bill amount per trip by cause',
    'SELECT cause, avg(a) FROM (SELECT cause, sum(amount) a FROM bills JOIN trips USING (trip_id) GROUP BY trip_id, 1) GROUP BY 1',
  ],
];

const rounded = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/\d+\.\d+$/u, (number) => Number(number).toFixed(6)));

describe('so much of one per another by a third', () => {
  it.each(ratios)('%s', async (request, sql) => {
    const { selection, rows } = await harbour.ask(request, { threshold: 0.5 });
    expect(selection.status, `${selection.message} ${selection.reading?.echo}`).toBe('answered');
    const expected = plainRows(await harbour.query(sql), false);
    expect(rounded(plainRows(rows, false)), selection.reading?.echo).toEqual(rounded(expected));
  });

  it.each([
    ['number of trips per barge by month', 3],
    ['number of trips per wharf by outcome', 3],
  ])('but %s groups by both', async (request, columns) => {
    const { selection, rows } = await harbour.ask(request, { threshold: 0 });
    expect(rows[0]?.length, selection.reading?.echo).toBe(columns);
  });
});

describe('what a request is grouped by', () => {
  it.each(cases)('%s', async (request, sql) => {
    const { selection, rows } = await harbour.ask(request, { threshold: 0.5 });
    expect(selection.status, `${selection.message} ${selection.reading?.echo}`).toBe('answered');
    expect(plainRows(rows, false), selection.reading?.echo).toEqual(plainRows(await harbour.query(sql), false));
  });
});

const conditions: readonly (readonly [request: string, sql: string])[] = [
  [
    'crew whose supervisor works in Alder Quay',
    `SELECT c.crew_name FROM crew c JOIN crew m ON c.supervisor_id = m.crew_id JOIN wharves w ON w.wharf_id = m.wharf_id
      WHERE wharf_name = 'Alder Quay'`,
  ],
  [
    'number of crew whose supervisor has a wage over 1000',
    'SELECT count(*) FROM crew c JOIN crew m ON c.supervisor_id = m.crew_id WHERE m.wage > 1000',
  ],
  ['number of barges with launch in 2010', 'SELECT count(*) FROM barges WHERE year(launch_date) = 2010'],
  ['number of barges without a keeper', 'SELECT count(*) FROM barges WHERE keeper_id IS NULL'],
  [
    'number of trips without a pilot',
    "SELECT count(*) FROM trips WHERE crew_id IS NULL OR crew_id NOT IN (SELECT crew_id FROM crew WHERE rank = 'Pilot')",
  ],
  [
    'number of trips planned in 2023 by month',
    "SELECT date_trunc('month', planned_on)::date, count(*) FROM trips WHERE year(planned_on) = 2023 GROUP BY 1",
  ],
];

describe('what a request is narrowed by', () => {
  it.each(conditions)('%s', async (request, sql) => {
    const { selection, rows } = await harbour.ask(request, { threshold: 0.5 });
    expect(selection.status, `${selection.message} ${selection.reading?.echo}`).toBe('answered');
    expect(plainRows(rows, false), selection.reading?.echo).toEqual(plainRows(await harbour.query(sql), false));
  });
});

describe('what a reading leaves out', () => {
  it('takes rows of now where they hold for a time and only those of now are meant', async () => {
    const { selection } = await harbour.ask('current charge of each ware', { threshold: 0.5 });
    const texts = selection.reading?.assumptions.map(({ text }) => text).join() ?? '';
    expect(texts).toContain('the rows in force on the as-of date count');
    expect(texts).not.toContain('narrows nothing here');
  });

  it('asks where what a share is of is not read', async () => {
    const { selection } = await harbour.ask('percentage of trips that are late among wharves', { threshold: 0.5 });
    const texts = selection.reading?.assumptions.map(({ text }) => text).join() ?? '';
    expect(texts).toContain('which the reading does not use.');
    expect(selection.status).toBe('needs_clarification');
  });

  it('does not answer one half of two ways', async () => {
    const { selection } = await harbour.ask('number of barges with and without a keeper', { threshold: 0.5 });
    expect(selection.status, selection.reading?.echo).not.toBe('answered');
  });

  it('takes a kind of things that something is said of for no group', async () => {
    const { rows } = await harbour.ask('name and wage of every pilot', { threshold: 0 });
    expect(rows).toHaveLength(6);
  });
});
