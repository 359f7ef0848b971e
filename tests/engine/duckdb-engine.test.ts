import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { serializeSql } from '../../src/engine/serialize-sql.js';
import type { DataType } from '../../src/plan/data-type.js';
import type { SourceTable } from '../../src/plan/product.js';
import { plainCsv } from './plain-csv.js';

let engine: Engine;
let folder: string;

beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryLimit: '1GB' });
  folder = mkdtempSync(join(tmpdir(), 'dpb-engine-'));
});
afterAll(() => engine.close());

const cell = async (sql: string) => (await engine.query(`SELECT ${sql} AS cell`)).rows[0]?.[0];

function source(part: Partial<SourceTable>, columns: readonly (readonly [string, DataType])[]): SourceTable {
  return {
    dataset: 'table',
    description: '',
    owner: null,
    format: { kind: 'parquet' },
    files: [],
    keys: [],
    freshness: null,
    columns: columns.map(([name, type]) => ({ name, type, nullable: true, description: '', pii: null })),
    ...part,
  };
}

describe('values', () => {
  it.each([
    ['9007199254740991::BIGINT', 9007199254740991],
    ['9007199254740993::BIGINT', '9007199254740993'],
    ['-12::HUGEINT', -12],
    ['170141183460469231731687303715884105727::HUGEINT', '170141183460469231731687303715884105727'],
    ['12.50::DECIMAL(10,2)', '12.50'],
    ["DATE '2025-03-31'", '2025-03-31'],
    ["TIMESTAMP '2025-03-31 08:00:00'", '2025-03-31T08:00:00'],
    ["TIMESTAMP '2025-03-31 08:00:00.123456'", '2025-03-31T08:00:00.123456'],
    ["TIMESTAMPTZ '2025-03-31 08:00:00+02'", '2025-03-31T06:00:00Z'],
    ["'NaN'::DOUBLE", null],
    ["'-Infinity'::DOUBLE", null],
    ['0.1::DOUBLE', 0.1],
    ['true', true],
    ['[1, NULL, 3]', '[1,null,3]'],
    ["{'a': 1, 'b': ['x', NULL], 'c': 1.50}", '{"a":1,"b":["x",null],"c":"1.50"}'],
    ["MAP {'k': 2}", '[["k",2]]'],
    ["TIME '08:00:01'", '08:00:01'],
  ] as const)('%s is %j', async (sql, expected) => {
    expect(await cell(sql)).toEqual(expected);
  });
});

describe('session', () => {
  it('is in UTC and cannot be changed', async () => {
    expect(await cell("current_setting('TimeZone')")).toBe('UTC');
    await expect(engine.run("SET TimeZone = 'Asia/Tokyo'")).rejects.toMatchObject({ code: 'engine.query' });
    await expect(engine.run('INSTALL httpfs')).rejects.toMatchObject({ code: 'engine.query' });
  });

  it('keeps rows whose order is null in a filter on row_number', async () => {
    const first = `SELECT id FROM range(1, 4) AS t(id) QUALIFY row_number() OVER (ORDER BY nullif(id % 3, 0) DESC NULLS LAST) <= 3`;
    expect((await engine.query(first)).rows).toHaveLength(3);
    expect((await engine.query(`SELECT * FROM (${first}) WHERE id > 9`)).rows).toEqual([]);
  });

  it('binds text parameters by name', async () => {
    const { rows } = await engine.query('SELECT CAST($as_of AS DATE) + 1 AS day', { as_of: '2024-02-28' });
    expect(rows).toEqual([['2024-02-29']]);
  });

  it('serializes SQL without running it', async () => {
    expect(JSON.parse(await serializeSql(engine, 'SELECT 1'))).toMatchObject({ error: false });
    expect(JSON.parse(await serializeSql(engine, 'DROP TABLE x'))).toMatchObject({ error: true });
  });
});

describe('mount', () => {
  it('reads Parquet parts under a hostile path with the declared types', async () => {
    const root = join(folder, `it's [a] "root"`);
    mkdirSync(root);
    const quoted = root.replaceAll("'", "''");
    await engine.run(`COPY (SELECT 1::UTINYINT AS id, 'a' AS "we""ird; --") TO '${quoted}/p*1.parquet'`);
    await engine.run(`COPY (SELECT 2::UTINYINT AS id, 'b' AS "we""ird; --") TO '${quoted}/p2.parquet'`);
    const columns = [
      ['id', { kind: 'integer', bits: 16 }],
      ['we"ird; --', { kind: 'text' }],
    ] as const;
    await engine.mount([{ table: source({ dataset: 'a"b', files: ['p*1.parquet', 'p2.parquet'] }, columns), root }]);
    const { rows, columns: types } = await engine.query('SELECT * FROM "a""b" ORDER BY 1');
    expect(rows).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(types.map(({ type }) => type)).toEqual(['SMALLINT', 'VARCHAR']);
  });

  it('reads partition folders as columns of the declared type', async () => {
    await engine.run(
      `COPY (SELECT x, x % 2 AS year FROM range(4) r(x)) TO '${folder}/parts' (FORMAT parquet, PARTITION_BY (year))`,
    );
    const columns = [
      ['x', { kind: 'integer', bits: 64 }],
      ['year', { kind: 'integer', bits: 32 }],
    ] as const;
    const files = ['parts/year=0/data_0.parquet', 'parts/year=1/data_0.parquet'];
    await engine.mount([{ table: source({ dataset: 'parts', files }, columns), root: folder }]);
    expect((await engine.query('SELECT year, sum(x) FROM parts GROUP BY 1 ORDER BY 1')).rows).toEqual([
      [0, 2],
      [1, 4],
    ]);
  });

  it('reads CSV in the stated dialect and types', async () => {
    writeFileSync(join(folder, 'x.csv'), "code;amount;day\n'007';1.5;2024-01-31\n'a;b';;\n");
    const format = {
      kind: 'csv',
      delimiter: ';',
      quote: "'",
      escape: "'",
      header: true,
      nullText: '',
      encoding: 'utf-8',
    } as const;
    const columns = [
      ['code', { kind: 'text' }],
      ['amount', { kind: 'decimal', precision: 18, scale: 2 }],
      ['day', { kind: 'date' }],
    ] as const;
    await engine.mount([{ table: source({ dataset: 'lines', files: ['x.csv'], format }, columns), root: folder }]);
    expect((await engine.query('SELECT * FROM lines')).rows).toEqual([
      ['007', '1.50', '2024-01-31'],
      ['a;b', null, null],
    ]);
  });

  it('says what is wrong when a file does not hold what was declared', async () => {
    writeFileSync(join(folder, 'y.csv'), 'n\nx\n');
    const table = source({ dataset: 'broken', files: ['y.csv'], format: plainCsv }, [
      ['n', { kind: 'integer', bits: 64 }],
    ]);
    await engine.mount([{ table, root: folder }]);
    await expect(engine.query('SELECT * FROM broken')).rejects.toMatchObject({ code: 'engine.query' });
  });
});
