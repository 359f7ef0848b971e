import { describe, expect, it } from 'vitest';
import { columnOf, datasetOf, inWords, Workbench } from './workbench.js';

async function relationsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const bench = new Workbench();
  await bench.parquet(
    Object.fromEntries(Object.entries(files).map(([name, select]) => [`${name}/${name}.parquet`, select])),
  );
  return (await bench.catalog()).relationships.map(inWords);
}

describe('references', () => {
  it('go by the same name, by the name of the table, and by a role', async () => {
    expect(
      await relationsOf({
        people: "SELECT x AS person_id, 'p' || x AS name FROM range(50) r(x)",
        addresses: "SELECT x + 100 AS id, 's' || x AS street FROM range(60) r(x)",
        visits:
          'SELECT x AS visit_id, x % 50 AS person_id, 100 + x % 60 AS billing_address_id, 100 + x % 50 AS shipping_address_id, x % 7 AS quantity FROM range(300) r(x)',
      }),
    ).toEqual([
      'visits.billing_address_id > addresses.id many_to_one as billing',
      'visits.person_id > people.person_id many_to_one',
      'visits.shipping_address_id > addresses.id many_to_one as shipping',
    ]);
  });

  it('are not made by values alone', async () => {
    expect(
      await relationsOf({
        shelves: 'SELECT x AS shelf_id, x % 5 AS level FROM range(40) r(x)',
        orders: 'SELECT x AS order_id, x % 10 AS quantity, x % 3 AS priority FROM range(100) r(x)',
        counts: 'SELECT x AS count_id, x % 10 AS num_shelves FROM range(100) r(x)',
      }),
    ).toEqual([]);
  });

  it('go by what a column says of the thing, where its values leave one table alone', async () => {
    expect(
      await relationsOf({
        gardeners: "SELECT x AS grd_id, 'g' || x AS name FROM range(1, 13) r(x)",
        greenhouses: "SELECT x AS house_id, 'h' || x AS label FROM range(1, 9) r(x)",
        seed_makers: "SELECT 'M' || x AS maker_cd, 'm' || x AS label FROM range(1, 7) r(x)",
        plants: `SELECT x AS plant_id, 1 + x % 12 AS watered_by, 1 + x % 8 AS grown_in, 'M' || (1 + x % 6) AS origin,
          'M' || (1 + x % 5) AS second_maker, 1 + x % 4 AS height FROM range(100, 400) r(x)`,
        visits: 'SELECT x AS visit_id, 1 + x % 11 AS lead_gardener, 1 + x % 8 AS house FROM range(1000, 1200) r(x)',
      }),
    ).toEqual([
      'plants.grown_in > greenhouses.house_id many_to_one as grown',
      'plants.origin > seed_makers.maker_cd many_to_one',
      'plants.second_maker > seed_makers.maker_cd many_to_one as second',
      'plants.watered_by > gardeners.grd_id many_to_one as watered',
      'visits.house > greenhouses.house_id many_to_one',
      'visits.lead_gardener > gardeners.grd_id many_to_one as lead',
    ]);
  });

  it('go to the own table where its values are keys of that alone, in use or not', async () => {
    expect(
      await relationsOf({
        wardens:
          "SELECT 'W' || x AS warden_no, 'w' || x AS name, CASE WHEN x > 6 THEN 'W' || (x % 4) END AS buddy FROM range(40) r(x)",
        members:
          'SELECT 3000 + x AS member_no, CASE WHEN x > 9 THEN 3000 + x % 9 END AS recommended_by FROM range(60) r(x)',
        boxes: 'SELECT x AS box_id, CASE WHEN x > 5 THEN x % 5 END AS parent, x % 7 AS weight FROM range(50) r(x)',
      }),
    ).toEqual([
      'boxes.parent > boxes.box_id many_to_one as parent',
      'members.recommended_by > members.member_no many_to_one as recommended',
      'wardens.buddy > wardens.warden_no many_to_one as buddy',
    ]);
  });

  it('do not go to the own table by numbers that are in any key, nor by what each row has of its own', async () => {
    expect(
      await relationsOf({
        parcels: `SELECT x AS parcel_id, x % 9 AS group_id, x % 8 AS weighed_by, x % 30 AS pieces,
          'P' || x AS label_no, 'P' || (x + 1) AS label FROM range(200) r(x)`,
      }),
    ).toEqual([]);
  });

  it('are left to be declared where two tables fit what a column says', async () => {
    expect(
      await relationsOf({
        gardeners: "SELECT x AS grd_id, 'g' || x AS name FROM range(1, 13) r(x)",
        porters: "SELECT x AS pt_id, 'p' || x AS name FROM range(1, 13) r(x)",
        plants: 'SELECT x AS plant_id, 1 + x % 12 AS watered_by, x % 7 AS rating_of FROM range(100, 400) r(x)',
      }),
    ).toEqual([]);
  });

  it('see through prefixes and short forms', async () => {
    expect(
      await relationsOf({
        zzcustomer: "SELECT 'C' || x AS zzcustid, 'n' || x AS zzcustname, 's' AS zzcuststatus FROM range(30) r(x)",
        zzproduct: "SELECT 'P' || x AS zzprodid, 'n' || x AS zzprodname, 't' AS zzprodtype FROM range(30) r(x)",
        zzorder:
          "SELECT 'O' || x AS zzorid, 'C' || (x % 30) AS zzorcustid, 'P' || (x % 20) AS zzorprodid, x * 1.5 AS zzorprice FROM range(90) r(x)",
      }),
    ).toEqual([
      'zzorder.zzorcustid > zzcustomer.zzcustid many_to_one',
      'zzorder.zzorprodid > zzproduct.zzprodid many_to_one',
    ]);
  });

  it('go to the own table where the name says so', async () => {
    expect(
      await relationsOf({
        employees:
          'SELECT x AS employee_id, NULLIF(x // 4, x) AS manager_id, x // 2 AS mentor_employee_id FROM range(40) r(x)',
      }),
    ).toEqual([
      'employees.manager_id > employees.employee_id many_to_one as manager',
      'employees.mentor_employee_id > employees.employee_id many_to_one as mentor',
    ]);
  });

  it('go by text codes and to the table that the key is named after', async () => {
    expect(
      await relationsOf({
        country: "SELECT chr(65 + x::INTEGER) AS code, 'country ' || x AS name FROM range(20) r(x)",
        city: "SELECT 'town ' || x AS city_name, chr(65 + (x % 20)::INTEGER) AS country FROM range(80) r(x)",
        country_extra: 'SELECT chr(65 + x::INTEGER) AS code, x AS area FROM range(20) r(x)',
      }),
    ).toContain('city.country > country.code many_to_one');
  });

  it('keep a reference with orphans and drop one that hardly holds', async () => {
    const files = (missing: number) => ({
      stores: 'SELECT x AS store_id, x AS size FROM range(10) r(x)',
      sales: `SELECT x AS sale_id, CASE WHEN x < ${missing} THEN 1000 + x ELSE x % 10 END AS store_id FROM range(100) r(x)`,
    });
    expect(await relationsOf(files(30))).toEqual(['sales.store_id > stores.store_id many_to_one']);
    expect(await relationsOf(files(95))).toEqual([]);
  });

  it('use composite keys where there is no other', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'sections/s.parquet':
        "SELECT x // 4 AS course_id, x % 4 AS section_no, 'r' || (x % 7) AS room FROM range(40) r(x)",
      'enrolments/e.parquet':
        'SELECT x AS enrolment_id, (x % 40) // 4 AS course_id, x % 4 AS section_no FROM range(200) r(x)',
    });
    const catalog = await bench.catalog();
    expect(datasetOf(catalog, 'sections').keys[0]).toEqual({
      columns: ['course_id', 'section_no'],
      source: 'measured',
    });
    expect(catalog.relationships.map(inWords)).toContain(
      'enrolments.course_id+section_no > sections.course_id+section_no many_to_one',
    );
    expect(catalog.relationships.find(({ from }) => from.columns.length === 2)).toMatchObject({
      matched: 200,
      orphans: 0,
      nulls: 0,
    });
  });

  it('count one to one, and many to many only for shared identifiers without a table', async () => {
    expect(
      await relationsOf({
        users: 'SELECT x AS id, x AS age FROM range(20) r(x)',
        profiles: "SELECT x AS user_id, 'bio' AS bio FROM range(20) r(x)",
        clicks: "SELECT x AS click_id, 'd' || (x % 5) AS device_id FROM range(50) r(x)",
        views: "SELECT x AS view_id, 'd' || (x % 5) AS device_id FROM range(50) r(x)",
      }),
    ).toEqual(['clicks.device_id > views.device_id many_to_many', 'profiles.user_id > users.id one_to_one']);
  });

  it('are found over many tables', async () => {
    const bench = new Workbench();
    const tables = Array.from({ length: 60 }, (_none, index) => [
      `t${index}/t.parquet`,
      `SELECT x AS thing${index}_id, x % 5 AS thing${(index + 1) % 60}_id, 'v' || x AS label FROM range(10) r(x)`,
    ]);
    await bench.parquet(Object.fromEntries(tables));
    const catalog = await bench.catalog();
    expect(catalog.datasets).toHaveLength(60);
  });
});

describe('keys', () => {
  it('rank the identifier of the table first and leave measures out', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'shops/s.parquet':
        "SELECT 'n' || x AS name, x * 1000 AS population, x * 1.5 AS rent, 'S' || x AS shop_code, x AS shop_id FROM range(30) r(x)",
    });
    expect(datasetOf(await bench.catalog(), 'shops').keys.map(({ columns }) => columns.join('+'))).toEqual([
      'shop_id',
      'shop_code',
      'name',
    ]);
  });

  it('are not proved by one row', async () => {
    const bench = new Workbench();
    await bench.parquet({ 'shops/s.parquet': "SELECT 1 AS shop_id, 'x' AS name, 5 AS size" });
    expect(datasetOf(await bench.catalog(), 'shops').keys.map(({ columns }) => columns.join('+'))).toEqual(['shop_id']);
  });
});

describe('roles and personal data', () => {
  it('come from type, name and values', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'members/m.parquet': `SELECT x AS member_id, 'f' || x AS first_name, 'u' || x || '@example.com' AS contact, '555-01' || (x % 10) || '-44' || lpad((x % 100)::VARCHAR, 2, '0') AS nin,
        x % 5 AS rating, 2000 + x % 20 AS year_joined, x % 12 + 1 AS month, x * 2.5 AS balance, x % 2 = 0 AS is_active, (x % 2)::INTEGER AS has_car, 'long text about it ' || x AS remark,
        '192.168.1.' || (x % 250) AS origin, DATE '1980-01-01' + x::INTEGER AS date_of_birth, 'c' || (x % 4) AS class_code, (10000 + x % 50)::VARCHAR AS zip, '+49 30 ' || (1000000 + x) AS line FROM range(200) r(x)`,
    });
    const catalog = await bench.catalog();
    const about = (name: string) =>
      `${columnOf(catalog, 'members', name).role} ${columnOf(catalog, 'members', name).pii?.kind ?? '-'}`;
    expect(about('member_id')).toBe('identifier -');
    expect(about('first_name')).toBe('text person_name');
    expect(about('contact')).toBe('text email');
    expect(about('rating')).toBe('measure -');
    expect(about('month')).toBe('category -');
    expect(about('balance')).toBe('measure -');
    expect(about('is_active')).toBe('flag -');
    expect(about('has_car')).toBe('flag -');
    expect(about('remark')).toBe('text -');
    expect(about('origin')).toBe('text ip_address');
    expect(about('date_of_birth')).toBe('time birth_date');
    expect(about('class_code')).toBe('category -');
    expect(about('line')).toBe('text phone');
  });
});
