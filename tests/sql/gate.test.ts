import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { serializeSql } from '../../src/engine/serialize-sql.js';
import { type VettedSql, vetSerializedSql } from '../../src/sql/gate.js';
import { secondReading } from '../../src/sql/second-reading.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryLimit: null });
});
afterAll(() => engine.close());

const allowed = { tables: ['orders', 'My "Table"'] };
const vet = async (sql: string): Promise<VettedSql> => vetSerializedSql(await serializeSql(engine, sql), allowed);

describe('the gate', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT a, sum(b) FROM orders GROUP BY 1', ['orders']],
    ['SELECT * FROM "My ""Table"""', ['My "Table"']],
    [
      'WITH g AS (SELECT 1 AS x), h AS (SELECT x FROM g) SELECT x FROM h WHERE EXISTS (SELECT 1 FROM ORDERS)',
      ['ORDERS'],
    ],
    [
      "SELECT CAST($as_of AS DATE) - INTERVAL 1 MONTH, a LIKE 'x\\%' ESCAPE '\\', a NOT ILIKE 'y', rank() OVER (ORDER BY a) FROM orders UNION ALL SELECT 1, true, true, 2",
      ['orders'],
    ],
  ])('lets pass: %s', async (sql, tables) => {
    expect((await vet(sql)).tables).toEqual(tables);
  });

  it.each<[string, RegExp]>([
    ['SELECT 1; SELECT 2', /exactly one/],
    ['SELECT * FROM customers', /not among its sources/],
    ["SELECT * FROM read_text('/etc/passwd')", /TABLE_FUNCTION/],
    ["SELECT * FROM '/etc/passwd'", /not among/],
    ['SELECT * FROM orders, (SELECT * FROM duckdb_settings())', /TABLE_FUNCTION/],
    ['DESCRIBE orders', /SHOW_REF/],
    ['SUMMARIZE orders', /SHOW_REF/],
    ['DROP TABLE orders', /not a SELECT/],
    ["COPY orders TO 'x'", /not a SELECT/],
    ['SELECT * FROM other.orders', /another schema/],
    ['SELECT * FROM db.main.orders', /another schema/],
    ["SELECT getenv('HOME')", /"getenv"/],
    ["SELECT pg_catalog.lower('x')", /of a schema/],
    ["SELECT repeat('x', 1000000000)", /"repeat"/],
    ['SELECT a FROM orders WHERE a = (SELECT max(b) FROM secret)', /"secret"/],
    ['WITH x AS (WITH secret AS (SELECT 1) SELECT * FROM secret) SELECT * FROM secret', /"secret"/],
    ['WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r', /not allowed|not among/],
    ['SELECT list_transform([1], x -> x + 1)', /not allowed|function/],
    ['SELECT * FROM orders TABLESAMPLE 1%', /not allowed/],
    ['VALUES (1)', /EXPRESSION_LIST/],
    ['FROM orders SELECT COLUMNS(*)', /not allowed/],
    ['SELECT', /not a SELECT/],
    ['PIVOT orders ON a', /not a SELECT/],
    ['SELECT count(*) OVER (ORDER BY random()) FROM orders', /"random"/],
    ['SELECT sum(a) FILTER (WHERE random() > 1) FROM orders', /"random"/],
    ['SELECT a FROM orders LIMIT (SELECT b FROM secret)', /secret/],
  ])('vetoes: %s', async (sql, reason) => {
    await expect(vet(sql)).rejects.toThrow(reason);
  });
});

describe('the second reading', () => {
  it('agrees with the gate on what both can read', async () => {
    const sql =
      'WITH g AS (SELECT a, sum(b) AS s FROM orders GROUP BY 1) SELECT a FROM g WHERE EXISTS (SELECT 1 FROM orders) ORDER BY a DESC NULLS LAST';
    expect(await secondReading(sql, await vet(sql), allowed)).toBe('agrees');
  });

  it('vetoes a table that the gate did not see, and what is no SELECT', async () => {
    await expect(secondReading('SELECT * FROM secret', { tables: [] }, allowed)).rejects.toThrow(/"secret"/);
    await expect(secondReading('DELETE FROM orders', { tables: ['orders'] }, allowed)).rejects.toThrow(/delete/);
  });

  it('says so where it cannot read', async () => {
    const sql = 'SELECT first(a ORDER BY b NULLS LAST) FROM orders';
    expect(await secondReading(sql, await vet(sql), allowed)).toBe('unread');
    expect(await secondReading('SELECT 1', { tables: ['orders'] }, allowed)).toBe('unread');
  });
});
