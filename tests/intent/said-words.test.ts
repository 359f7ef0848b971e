import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, plainRows } from './clinic.js';
import { openNursery } from './nursery.js';

let nursery: Clinic;
beforeAll(async () => {
  nursery = await openNursery();
});
afterAll(async () => {
  await nursery.close();
});

/** Request and SQL written by hand that gives the same rows. */
type Case = readonly [request: string, sql: string];

/** Numbers as far as both ways of computing them agree. */
function rounded(rows: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return rows.map((row) =>
    row.map((cell) =>
      typeof cell === 'number' || /^-?\d+\.\d+$/u.test(String(cell)) ? Number(cell).toFixed(6) : cell,
    ),
  );
}

function answersAs(cases: readonly Case[]): void {
  it.each(cases)('%s', async (request, sql) => {
    const { selection, rows } = await nursery.ask(request);
    expect(selection.message).toBeNull();
    expect(plainRows(rounded(rows), false)).toEqual(plainRows(rounded(await nursery.query(sql)), false));
  });
}

describe('a value of the data that describes a thing', () => {
  answersAs([
    [
      'total plants lost of repaired beds by soil kind',
      "SELECT soil_kind, sum(plants_lost) FROM beds WHERE stage = 'repaired' GROUP BY ALL",
    ],
    [
      'total amount of repaired beds by soil kind',
      "SELECT soil_kind, sum(amount) FROM levies JOIN beds USING (bed_id) WHERE stage = 'repaired' GROUP BY ALL",
    ],
    ['number of repaired beds', "SELECT count(*) FROM beds WHERE stage = 'repaired'"],
  ]);
});

describe('a column with its value right behind', () => {
  answersAs([
    ['number of beds with soil kind mossy', "SELECT count(*) FROM beds WHERE soil_kind = 'mossy'"],
    [
      'total plants lost of beds with soil kind mossy by stage',
      "SELECT stage, sum(plants_lost) FROM beds WHERE soil_kind = 'mossy' GROUP BY ALL",
    ],
    [
      'number of beds where soil kind is mossy by stage',
      "SELECT stage, count(*) FROM beds WHERE soil_kind = 'mossy' GROUP BY ALL",
    ],
  ]);
});

describe('different things', () => {
  answersAs([
    [
      'number of different wardens by stage',
      'SELECT stage, count(DISTINCT warden_id) FROM bed_wardens JOIN beds USING (bed_id) GROUP BY ALL',
    ],
  ]);
});

describe('the mean over things', () => {
  const perGrower = 'SELECT count(b.bed_id) AS n FROM growers JOIN beds AS b USING (grower_id) GROUP BY grower_id';
  answersAs([
    ['average number of beds per grower', `SELECT avg(n) FROM (${perGrower})`],
    [
      'average number of levies per bed',
      'SELECT avg(n) FROM (SELECT count(*) AS n FROM levies JOIN beds USING (bed_id) GROUP BY bed_id)',
    ],
  ]);

  it('says that those without any are not in it', async () => {
    const { selection } = await nursery.ask('average number of beds per grower');
    const assumed = selection.reading?.assumptions.find(({ code }) => code === 'mean');
    expect(assumed?.text).toContain('growers without');
  });
});

describe('one column divided by another', () => {
  const ratio = (by: string): string => `SELECT ${by}, sum(plants_lost) / sum(plants_set) FROM beds GROUP BY ALL`;
  answersAs([
    ['plants lost per plants set by soil kind', ratio('soil_kind')],
    ['plants lost over plants set by stage', ratio('stage')],
    ['plants lost / plants set by stage', ratio('stage')],
    ['plants lost divided by plants set by soil kind', ratio('soil_kind')],
    ['total plants lost divided by total plants set by stage', ratio('stage')],
    ['plants lost per plants set by month', ratio("date_trunc('month', sown_on)::DATE")],
    [
      'percentage of plants lost over plants set by stage',
      'SELECT stage, 100 * sum(plants_lost) / sum(plants_set) FROM beds GROUP BY ALL',
    ],
    [
      'number of levies divided by number of beds by stage',
      `SELECT stage, l.n / b.n FROM (SELECT stage, count(*) AS n FROM beds GROUP BY ALL) AS b
       JOIN (SELECT stage, count(*) AS n FROM levies JOIN beds USING (bed_id) GROUP BY ALL) AS l USING (stage)`,
    ],
  ]);

  it.each([
    ['plants lost per soil kind', 'SELECT soil_kind, sum(plants_lost) FROM beds GROUP BY ALL'],
    ['plants lost divided by soil kind', 'SELECT soil_kind, sum(plants_lost) FROM beds GROUP BY ALL'],
    ['number of beds per stage', 'SELECT stage, count(*) FROM beds GROUP BY ALL'],
    [
      'number of beds with plants lost over 2 by stage',
      'SELECT stage, count(*) FROM beds WHERE plants_lost > 2 GROUP BY ALL',
    ],
    ['number of beds with plants lost over plants set', 'SELECT count(*) FROM beds WHERE plants_lost > plants_set'],
  ])('but not where groups or a comparison are meant: %s', async (request, sql) => {
    const { selection, rows } = await nursery.ask(request);
    expect(selection.message).toBeNull();
    expect(plainRows(rows, false)).toEqual(plainRows(await nursery.query(sql), false));
  });
});

describe('what only a part of a ratio counts', () => {
  it('is told in the reading', async () => {
    const { selection } = await nursery.ask('percentage of beds that are repaired by soil kind');
    expect(selection.reading?.echo).toContain('(above only where beds.stage is "repaired")');
  });
});

describe('amounts', () => {
  answersAs([
    ['total amount of beds by stage', 'SELECT stage, sum(amount) FROM levies JOIN beds USING (bed_id) GROUP BY ALL'],
    ['total levies by levy kind', 'SELECT levy_kind, sum(amount) FROM levies GROUP BY ALL'],
    [
      'share of total levies by levy kind',
      'SELECT levy_kind, sum(amount) / (SELECT sum(amount) FROM levies) FROM levies GROUP BY ALL',
    ],
    ['total number of levies by levy kind', 'SELECT levy_kind, count(*) FROM levies GROUP BY ALL'],
    ['total beds by stage', 'SELECT stage, count(*) FROM beds GROUP BY ALL'],
    ['total amount of wardens', 'SELECT count(*) FROM wardens'],
  ]);
});

describe('the first of a ranking', () => {
  it('are things, not what belongs to none of them', async () => {
    const { selection, rows } = await nursery.ask('top 2 growers by number of beds');
    expect(selection.message).toBeNull();
    const sql = `SELECT grower_name, count(*) AS n FROM beds JOIN growers USING (grower_id) GROUP BY ALL
                 ORDER BY n DESC, grower_name LIMIT 2`;
    expect(plainRows(rows, true)).toEqual(plainRows(await nursery.query(sql), true));
    expect(selection.reading?.assumptions.map(({ code }) => code)).toContain('not_ranked');
  });

  it('are without those even where these are the most', async () => {
    const { rows } = await nursery.ask('grower with the most beds');
    expect(rows[0]?.[0]).not.toBeNull();
  });
});

describe('a condition on a count behind a group', () => {
  it('is told to keep groups, and narrows single things where it stands behind them', async () => {
    const groups = await nursery.ask('number of growers by valley with more than 20 beds');
    expect(groups.selection.reading?.assumptions.map(({ code }) => code)).toContain('having');
    const single = await nursery.ask('number of growers with more than 16 beds by valley');
    const busy = 'SELECT grower_id FROM beds GROUP BY ALL HAVING count(*) > 16';
    const sql = `SELECT valley, count(*) FROM growers WHERE grower_id IN (${busy}) GROUP BY ALL`;
    expect(plainRows(single.rows, false)).toEqual(plainRows(await nursery.query(sql), false));
  });
});
