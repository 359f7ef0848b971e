import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

const days = Array.from({ length: 90 }, (_, index) =>
  new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10),
);
const cisterns = [1, 2, 3, 4, 5];

/** Rows of CSV. */
const rows = (header: string, lines: readonly string[]): string => [header, ...lines, ''].join('\n');

/** Cisterns whose levels are noted each day (the third was closed in March), and draughts of water with lines of a price each. */
const tables = {
  cisterns: rows(
    'cistern_id,cistern_name,dug_on',
    cisterns.map((id) => `${id},Cistern ${id},19${40 + id}-05-0${id}`),
  ),
  cistern_levels: rows(
    'cistern_id,noted_on,balance_litres,rain_litres',
    days.flatMap((day, index) =>
      cisterns
        .filter((id) => id !== 3 || day < '2024-03-01')
        .map((id) => `${id},${day},${1000 * id + ((index * 37) % 91)},${(index * 13 + id) % 17}`),
    ),
  ),
  draughts: rows(
    'draught_id,drawn_on,drawer',
    Array.from({ length: 60 }, (_, index) => `${index + 1},${days[(index * 7) % 90]},Drawer ${index % 4}`),
  ),
  draught_lines: rows(
    'line_id,draught_id,cistern_id,litres',
    Array.from(
      { length: 150 },
      (_, index) => `${index + 1},${1 + (index % 60)},${1 + (index % 5)},${10 + ((index * 31) % 47)}`,
    ),
  ),
};

const glossary = `
metrics:
  - name: reserve
    table: cistern_levels
    expression: sum(rain_litres)
    semi_additive: { over: noted_on, take: last }
  - name: reserve_share
    expression: reserve / held
  - name: held
    table: cistern_levels
    expression: sum(balance_litres)
    semi_additive: { over: noted_on, take: last }
`;

let waters: Clinic;
beforeAll(async () => {
  waters = await openTables(tables, glossary);
});
afterAll(() => waters.close());

/** The last row of each cistern in each group, added up. */
const lastOf = (column: string, group: string): string =>
  `SELECT g, sum(v) FROM (SELECT ${group} AS g, cistern_id, arg_max(${column}, noted_on) AS v FROM cistern_levels GROUP BY 1, 2) GROUP BY 1`;

describe('how much there is at a time', () => {
  it.each([
    ['total balance litres by month', lastOf('balance_litres', "date_trunc('month', noted_on)::date")],
    [
      'total balance litres by cistern name',
      `SELECT cistern_name, v FROM cisterns JOIN (${lastOf('balance_litres', 'cistern_id')}) t(g, v) ON g = cistern_id`,
    ],
    ['total balance litres', `SELECT sum(v) FROM (${lastOf('balance_litres', '1')}) t(g, v)`],
    [
      'total balance litres on 2024-02-10',
      "SELECT sum(balance_litres) FROM cistern_levels WHERE noted_on = '2024-02-10'",
    ],
    ['reserve by month', lastOf('rain_litres', "date_trunc('month', noted_on)::date")],
    [
      'reserve share by month',
      `SELECT a.g, a.v / b.v FROM (${lastOf('rain_litres', "date_trunc('month', noted_on)::date")}) a(g, v) JOIN (${lastOf('balance_litres', "date_trunc('month', noted_on)::date")}) b(g, v) USING (g)`,
    ],
  ])('is not added up over time: %s', async (request, sql) => {
    const { selection, rows: given } = await waters.ask(request, { threshold: 0 });
    expect(plainRows(given, false), selection.reading?.echo).toEqual(plainRows(await waters.query(sql), false));
  });

  it('is told, as is what is added up', async () => {
    const said = async (request: string): Promise<string> =>
      (await waters.ask(request, { threshold: 0 })).selection.reading?.assumptions.map(({ text }) => text).join(' ') ??
      '';
    expect(await said('total balance litres by month')).toContain('taken at the last noted_on of each');
    expect(await said('total rain litres by month')).toContain('rain_litres is added up over noted_on');
    expect(await said('total litres by cistern name')).not.toContain('over time');
  });

  it('is no matter of what happens in it', async () => {
    const { rows: given } = await waters.ask('total rain litres by month', { threshold: 0 });
    const sql = "SELECT date_trunc('month', noted_on)::date, sum(rain_litres) FROM cistern_levels GROUP BY 1";
    expect(plainRows(given, false)).toEqual(plainRows(await waters.query(sql), false));
  });
});

describe('the time of what has no date of its own', () => {
  it('is that of what it is a part of, not of a lasting thing that it refers to, and is told', async () => {
    const { selection, rows: given } = await waters.ask('total litres by month', { threshold: 0 });
    const sql =
      "SELECT date_trunc('month', drawn_on)::date, sum(litres) FROM draught_lines JOIN draughts USING (draught_id) GROUP BY 1";
    expect(plainRows(given, false), selection.reading?.echo).toEqual(plainRows(await waters.query(sql), false));
    expect(selection.reading?.assumptions.map(({ text }) => text)).toContain(
      'draught_lines has no date of its own: time means draughts.drawn_on.',
    );
  });
});
