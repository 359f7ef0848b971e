import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { splitArguments } from '../../src/engine/spark-submit.js';
import { buildIn, makeShop, type Shop } from './shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
});
afterEach(() => shop.remove());

/** A spark-submit that notes its arguments, says `lines` and puts `table` where the job would put its own. */
function submitThat(table: string | null, lines: readonly object[], exitCode = 0): string {
  const path = join(shop.root, 'spark-submit');
  const program = `#!${process.execPath}
const { copyFileSync, mkdirSync, writeFileSync } = require('node:fs');
const given = process.argv.slice(2);
writeFileSync(${JSON.stringify(join(shop.root, 'given.json'))}, JSON.stringify(given));
const folder = given[given.indexOf('--output') + 1] + '/sales_by_area.parquet';
const table = ${JSON.stringify(table)};
if (table !== null) { mkdirSync(folder, { recursive: true }); copyFileSync(table, folder + '/part-0.parquet'); }
for (const line of ${JSON.stringify(lines)}) console.error(JSON.stringify(line));
console.error('WARN something of Spark');
process.exit(${exitCode});
`;
  writeFileSync(path, program);
  chmodSync(path, 0o755);
  return path;
}

const build = (submit: string | null) => {
  const spark = {
    engine: 'spark' as const,
    master: 'local[2]',
    options: ['--conf', 'spark.ui.enabled=false'],
    runId: 'run-1',
  };
  return buildIn(shop, submit === null ? {} : { spark: { submit, ...spark } });
};

const finished = [
  { event: 'job_started', spark: '4.3.0' },
  { event: 'job_finished', rows: 3 },
];

describe('a build with Spark', () => {
  it('says what was compared where the rows are the same', async () => {
    const plain = await build(null);
    const table = join(shop.root, 'kept.parquet');
    writeFileSync(table, readFileSync(join(plain.folder, 'sales_by_area.parquet')));
    const built = await build(submitThat(table, finished));
    expect(built.agreement).toMatchObject({ engine: 'spark', engineVersion: '4.3.0', rows: 3, asOf: '2025-06-30' });
    expect(JSON.parse(readFileSync(join(built.folder, 'spark.json'), 'utf8'))).toEqual(built.agreement);
    const given = JSON.parse(readFileSync(join(shop.root, 'given.json'), 'utf8')) as string[];
    expect(given.slice(0, 4)).toEqual(['--master', 'local[2]', '--conf', 'spark.ui.enabled=false']);
    expect(given).toContain(`sale=${join(shop.data, 'sale')}`);
    expect(given.slice(-4)).toEqual(['--as-of', '2025-06-30', '--run-id', 'run-1']);
    expect(readdirSync(join(shop.gold, 'sales_by_area')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('publishes nothing where Spark gives other rows, fails or is not there', async () => {
    const plain = await build(null);
    const bytes = readFileSync(join(plain.folder, 'sales_by_area.parquet'));
    const other = join(shop.root, 'other.parquet');
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    const source = join(plain.folder, 'sales_by_area.parquet');
    await engine.run(`COPY (SELECT * FROM read_parquet('${source}') LIMIT 2) TO '${other}' (FORMAT parquet)`);
    engine.close();
    await expect(build(submitThat(other, finished))).rejects.toMatchObject({
      code: 'engines.differ',
      message: expect.stringContaining('there are 2 rows, not 3'),
    });
    const broken = [{ event: 'premise_broken', message: 'not so: each shop is there once' }];
    await expect(build(submitThat(null, broken, 1))).rejects.toMatchObject({
      code: 'spark.failed',
      message: expect.stringContaining('premise_broken: not so: each shop is there once'),
    });
    await expect(build(submitThat(null, [], 3))).rejects.toMatchObject({
      message: expect.stringContaining('WARN something of Spark'),
    });
    await expect(build(join(shop.root, 'nowhere'))).rejects.toMatchObject({ code: 'spark.missing', exitCode: 2 });
    expect(readFileSync(join(shop.gold, 'sales_by_area/current/sales_by_area.parquet'))).toEqual(bytes);
    expect(readdirSync(plain.folder)).not.toContain('spark.json');
  });
});

it.each([
  ['', []],
  ['--conf a=b  --jars x.jar', ['--conf', 'a=b', '--jars', 'x.jar']],
  [`--name 'two words' --conf "k=v w" $HOME;ls`, ['--name', 'two words', '--conf', 'k=v w', '$HOME;ls']],
  [`--conf spark.x="a b"`, ['--conf', 'spark.x=a b']],
])('takes %j apart without a shell', (line, parts) => {
  expect(splitArguments(line)).toEqual(parts);
});
