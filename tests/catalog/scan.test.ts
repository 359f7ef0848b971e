import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { sourceTableOf } from '../../src/catalog/source-table.js';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { columnOf, datasetOf, Workbench } from './workbench.js';

it('reads each folder as itself, whatever signs of patterns its name holds', async () => {
  const bench = new Workbench();
  const names = ['a\\b', 'c\\*', 'd\\[1]', 'e?\\', 'f[*]', 'c\\more'];
  for (const [place, name] of names.entries())
    await bench.parquet({ [`${name}/p${place}[${place}].parquet`]: `SELECT * FROM range(${place + 2}) r(id)` });
  const catalog = await bench.catalog();
  expect(catalog.unreadable).toEqual([]);
  expect(names.map((name) => datasetOf(catalog, name).rows)).toEqual([2, 3, 4, 5, 6, 7]);
});

describe('profiles', () => {
  it('measures all rows exactly', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'm/m.parquet': `SELECT x AS id, CASE WHEN x % 4 = 0 THEN NULL ELSE (x % 3) / 8.0::DOUBLE END AS ratio, (x % 5)::DECIMAL(10, 4) / 4 AS price,
        DATE '2024-01-01' + (x % 10)::INTEGER AS day, 'k' || (x % 2) AS kind, x / 3.0 AS third, 'NaN'::DOUBLE AS nothing FROM range(1000) r(x)`,
    });
    const catalog = await bench.catalog();
    expect(datasetOf(catalog, 'm')).toMatchObject({ rows: 1000, keys: [{ columns: ['id'], source: 'measured' }] });
    expect(columnOf(catalog, 'm', 'ratio').profile).toMatchObject({
      nulls: 250,
      distinct: 3,
      min: '0',
      max: '0.25',
      fractionDigits: 3,
    });
    expect(columnOf(catalog, 'm', 'day')).toMatchObject({
      role: 'time',
      profile: { min: '2024-01-01', max: '2024-01-10', mean: null },
    });
    expect(columnOf(catalog, 'm', 'kind')).toMatchObject({
      role: 'category',
      values: [
        { value: 'k0', count: 500, label: null },
        { value: 'k1', count: 500, label: null },
      ],
    });
    expect(columnOf(catalog, 'm', 'third').profile.fractionDigits).toBeNull();
    expect(columnOf(catalog, 'm', 'nothing').profile).toMatchObject({ min: null, max: null });
  });

  it('pins the digits of a DOUBLE for exact sums where it is a decimal number but for noise', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'd/d.parquet': `SELECT x AS id, x * 0.1::DOUBLE + 0.2::DOUBLE AS noisy, sqrt(x)::DOUBLE AS root,
        CASE WHEN x = 7 THEN 'inf'::DOUBLE ELSE x / 4::DOUBLE END AS endless, x * 1e16 + 0.5 AS large FROM range(1000) r(x)`,
    });
    const [table] = (await bench.catalog()).datasets.map(sourceTableOf);
    expect(table?.columns.map(({ name, fractionDigits }) => [name, fractionDigits])).toEqual([
      ['id', undefined],
      ['noisy', 1],
      ['root', undefined],
      ['endless', undefined],
      ['large', undefined],
    ]);
  });

  it('reads metadata, lets the data win, and says where they differ', async () => {
    const bench = new Workbench();
    await bench.parquet({ 'o/o.parquet': 'SELECT x AS id, NULLIF(x, 3) AS amount FROM range(9) r(x)' });
    bench.write(
      'o/_metadata.json',
      JSON.stringify({
        dataset_name: 'o',
        owner: 'ops',
        freshness: 'daily',
        description: 'All o.',
        row_count: 7,
        schema: [
          { name: 'ID', type: 'BIGINT', nullable: false, description: 'Number' },
          { name: 'amount', nullable: false },
          { name: 'gone' },
        ],
      }),
    );
    bench.csv('p/p.csv', [
      ['a', 'b'],
      [1, 2],
    ]);
    bench.write('p/_metadata.json', '{"freshness": "sometimes"}');
    const catalog = await bench.catalog();
    expect(datasetOf(catalog, 'o')).toMatchObject({ owner: 'ops', freshness: 'daily', description: 'All o.' });
    expect(columnOf(catalog, 'o', 'id')).toMatchObject({ description: 'Number', nullable: false });
    expect(columnOf(catalog, 'o', 'amount').nullable).toBe(true);
    expect(catalog.warnings).toEqual([
      'o/_metadata.json: column "amount" is said to have no nulls, but has 1',
      'o/_metadata.json: column "gone" is not in the data',
      expect.stringMatching(/^p\/_metadata.json: left aside, freshness/),
    ]);
  });

  it('gives source tables that the engine mounts with the same rows', async () => {
    const bench = new Workbench();
    await bench.parquet({
      'sales/year=2024/a.parquet': 'SELECT 1.5::FLOAT AS f, 7::UTINYINT AS u, uuid() AS code',
      'sales/year=2025/b.parquet': 'SELECT 2.5::FLOAT AS f, 8::UTINYINT AS u, uuid() AS code',
    });
    bench.write('lines.csv', "k;v\n'a;b';1,5\n");
    const catalog = await bench.catalog();
    expect(columnOf(catalog, 'sales', 'year').type).toEqual({ kind: 'integer', bits: 64 });
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    await engine.mount(catalog.datasets.map((dataset) => ({ table: sourceTableOf(dataset), root: dataset.root })));
    expect((await engine.query('SELECT year, f, u, length(code) FROM sales ORDER BY year')).rows).toEqual([
      [2024, 1.5, 7, 36],
      [2025, 2.5, 8, 36],
    ]);
    expect((await engine.query('SELECT * FROM lines')).rows).toEqual([['a;b', '1,5']]);
    engine.close();
  });
});

describe('snapshots', () => {
  async function filled(): Promise<Workbench> {
    const bench = new Workbench();
    bench.csv('a.csv', [
      ['a_id', 'name'],
      [1, 'Ann'],
      [2, 'Bob'],
    ]);
    bench.csv('b.csv', [
      ['b_id', 'a_id'],
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    return bench;
  }

  it('are reused while nothing changes', async () => {
    const bench = await filled();
    const first = await bench.scan();
    const second = await bench.scan();
    expect(first.changed).toBe(true);
    expect(second).toMatchObject({ catalogPath: first.catalogPath, changed: false, messages: [] });
    rmSync(first.catalogPath);
    expect((await bench.scan()).changed).toBe(true);
  });

  it('have the same id for the same bytes in another folder, at another time, with other threads', async () => {
    const bench = await filled();
    const first = await bench.scan({ threads: 1 });
    const other = new Workbench();
    await cp(bench.data, other.data, { recursive: true });
    utimesSync(join(other.data, 'a.csv'), 1_600_000_000, 1_600_000_000);
    const second = await other.scan({ threads: 2 });
    expect(second.catalogId).toBe(first.catalogId);
    const graph = await openEmbeddedGraph(second.catalogPath);
    expect(datasetOf(graph.catalog, 'a')).toMatchObject({
      root: other.data,
      files: [{ modifiedMs: 1_600_000_000_000 }],
    });
    await graph.close();
  });

  it('follow a folder that moved', async () => {
    const bench = await filled();
    const first = await bench.scan();
    const moved = join(bench.folder, 'moved');
    await rename(bench.data, moved);
    const second = await bench.scan({ roots: [moved] });
    expect(second.catalogId).toBe(first.catalogId);
    const graph = await openEmbeddedGraph(second.catalogPath);
    expect(graph.catalog.datasets.map(({ root }) => root)).toEqual([moved, moved]);
    await graph.close();
  });

  it('measure only what changed, and come out as a full scan does', async () => {
    const bench = await filled();
    await bench.scan();
    bench.csv('b.csv', [
      ['b_id', 'a_id'],
      [1, 1],
      [2, 1],
      [3, 9],
    ]);
    const partial = await bench.scan();
    expect(partial.messages).toEqual(['b: 3 rows, 2 columns']);
    const graph = await openEmbeddedGraph(partial.catalogPath);
    expect(graph.catalog.relationships).toMatchObject([{ matched: 2, orphans: 1 }]);
    expect(await graph.findValues(['ann'])).toMatchObject([{ dataset: 'a', column: 'name', value: 'Ann' }]);
    await graph.close();
    expect((await bench.scan({ full: true })).catalogId).toBe(partial.catalogId);
  });

  it('do not read a file again that was only touched', async () => {
    const bench = await filled();
    const first = await bench.scan();
    utimesSync(join(bench.data, 'a.csv'), 1_600_000_000, 1_600_000_000);
    const second = await bench.scan();
    expect(second).toMatchObject({ catalogId: first.catalogId, messages: [] });
  });

  it('come out of scans at the same time unharmed', async () => {
    const bench = await filled();
    const results = await Promise.all(Array.from({ length: 4 }, () => bench.scan({ full: true })));
    expect(new Set(results.map(({ catalogId }) => catalogId)).size).toBe(1);
    expect(readdirSync(join(bench.state, 'catalog')).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('are refused when their content is not what they are named by', async () => {
    const bench = await filled();
    const { catalogPath } = await bench.scan();
    const other = catalogPath.replace(/[0-9a-f]{16}\.duckdb$/, `${'0'.repeat(16)}.duckdb`);
    await cp(catalogPath, other);
    await expect(openEmbeddedGraph(other)).rejects.toMatchObject({ code: 'io.read' });
  });

  it('raise where there is nothing to read', async () => {
    await expect(new Workbench().scan()).rejects.toMatchObject({ code: 'data.no_datasets' });
    const broken = new Workbench();
    broken.write('broken.parquet', 'not Parquet');
    await expect(broken.scan()).rejects.toThrow(/no Parquet or CSV files that can be read under .*; broken\.parquet: /);
    await expect(broken.scan({ roots: [`${broken.data}/nowhere`] })).rejects.toMatchObject({ code: 'data.no_folder' });
  });
});

describe('findValues', () => {
  it('finds values by phrase: equal, within, and with one typo', async () => {
    const bench = new Workbench();
    bench.csv('c.csv', [
      ['id', 'country', 'note'],
      [1, 'Germany', 'Sent by blue courier'],
      [2, 'Côte d’Ivoire', 'Blue'],
      [3, 'Germany', 'red_herring'],
      [4, 'New Zealand', 'bluebird'],
    ]);
    const graph = await openEmbeddedGraph((await bench.scan()).catalogPath);
    const found = async (...phrases: string[]) =>
      (await graph.findValues(phrases)).map(({ phrase, value, rows, match }) => `${phrase}: ${value} ${rows} ${match}`);
    expect(await found('GERMANY', "cote d'ivoire", 'red herring')).toEqual([
      'GERMANY: Germany 2 exact',
      "cote d'ivoire: Côte d’Ivoire 1 exact",
      'red herring: red_herring 1 exact',
    ]);
    expect(await found('blue')).toEqual(['blue: Blue 1 exact', 'blue: Sent by blue courier 1 contains']);
    expect(await found('gemany', 'Germnay', 'new zaeland', 'grmny')).toEqual([
      'gemany: Germany 2 near',
      'Germnay: Germany 2 near',
      'new zaeland: New Zealand 1 near',
    ]);
    expect(await found('', '  ', "x'; DROP TABLE catalog; --")).toEqual([]);
    await graph.close();
  });
});

describe('the journal of use', () => {
  it('is folded in by a scan that is asked for, or that measures, and by nothing else', async () => {
    const bench = new Workbench();
    bench.csv('a.csv', [['a_id'], [1], [2]]);
    bench.csv('b.csv', [['b_id'], [7], [8]]);
    const uses = async (options: Parameters<Workbench['scan']>[0] = {}): Promise<readonly number[]> =>
      (await bench.catalog(options)).datasets.map(({ popularity }) => popularity);
    const { catalogId } = await bench.scan();
    const lines = [
      '{"runId":"r1","datasets":["a"]}',
      '{"runId":"r1","datasets":["a"]}',
      '{"runId":"r2","datasets":["a","b"]}',
      'torn {"runId":',
    ];
    writeFileSync(join(bench.state, 'journal.jsonl'), `${lines.join('\n')}\n`);
    expect(await uses()).toEqual([0, 0]);
    expect(await uses({ foldUsage: true })).toEqual([2, 1]);
    expect(await uses()).toEqual([2, 1]);
    expect((await bench.scan()).catalogId).toBe(catalogId);
    writeFileSync(join(bench.state, 'journal.jsonl'), '{"runId":"r3","datasets":["b"]}\n');
    bench.csv('c.csv', [['c_id'], [1]]);
    expect(await uses()).toEqual([0, 1, 0]);
  });
});
