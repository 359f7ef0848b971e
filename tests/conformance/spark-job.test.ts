import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { emitSparkJob } from '../../src/packaging/emit/spark-job.js';
import type { Product } from '../../src/plan/product.js';
import { sampleProduct } from '../packaging/sample-product.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const python = join(root, '.conformance/venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

const loans = {
  'loans/part-1.csv': 'id;member;fee;lent_on\n1;1;1.50;2025-01-02\n2;1;;2025-01-31\n3;2;4.00;2025-02-01\n',
  'loans/part-2.csv': 'id;member;fee;lent_on\n4;77;2.25;2025-02-02\n5;;0.50;2025-02-03\n6;1;9.99;2025-03-01\n',
};
const goodMembers = `(1::BIGINT, 'King''s Road', 'a@b'), (2, 'Süd', NULL)`;

let home = '';
let engine: Engine;
const jobs: { name: string; script: string; arguments: readonly string[]; dies_after?: number }[] = [];
const results = new Map<string, Result>();

interface Result {
  readonly name: string;
  readonly code: number | 'killed' | null;
  readonly events: readonly string[];
  readonly last: Readonly<Record<string, unknown>>;
}

const outputOf = (name: string): string => join(home, 'out', name);

/** Writes the sources of the sample product; a folder name with all that patterns of paths care for. */
async function writeSources(
  name: string,
  members = goodMembers,
  files: Record<string, string> = loans,
): Promise<string> {
  const folder = join(home, `it's [a] *{data}* ${name}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'members'), { recursive: true });
  const target = join(folder, 'members/members.parquet').replaceAll("'", "''");
  await engine.run(`COPY (SELECT * FROM (VALUES ${members}) AS t(id, branch, mail)) TO '${target}' (FORMAT parquet)`);
  return folder;
}

/** Plans a run of the product's job; all of them run in one session. */
function plan(name: string, data: string, product: Product = sampleProduct, extra: readonly string[] = []): void {
  const [file] = emitSparkJob(product);
  const script = join(home, `${name}.py`);
  writeFileSync(script, file?.text ?? '');
  const places = ['--data', data, '--output', outputOf(name)];
  jobs.push({ name, script, arguments: [...places, '--run-id', name, '--as-of', '2025-02-28', ...extra] });
}

const withFile = (change: Partial<Product['file']>): Product => ({
  ...sampleProduct,
  file: { ...sampleProduct.file, ...change },
});

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'dpb-spark-'));
  engine = await openEngine({ threads: 1, memoryLimit: null });
  const good = await writeSources('good');
  plan('good', good);
  plan('duplicates', await writeSources('duplicates', `${goodMembers}, (2, 'Nord', NULL)`));
  plan('retyped', await writeSources('retyped', goodMembers.replace('1::BIGINT', '1.5')));
  const reordered = { ...loans, 'loans/part-2.csv': 'id;fee;member;lent_on\n4;2.25;77;2025-02-02\n' };
  plan('reordered', await writeSources('reordered', goodMembers, reordered));
  plan('missing', join(home, 'nowhere'));
  const strict = sampleProduct.file.rules.map((rule) => ({ ...rule, severity: 'error' as const }));
  plan('gate', good, withFile({ rules: strict }));
  const { model } = sampleProduct.file;
  const retyped = model.columns.map((column) =>
    column.name === 'loan_count' ? { ...column, type: { kind: 'text' } as const } : column,
  );
  plan('contract', good, withFile({ model: { ...model, columns: retyped } }));
  plan('moved', join(home, 'nowhere'), sampleProduct, [
    ...['--source', `loans=${join(good, 'loans')}`],
    ...['--source', `members=${join(good, 'members')}`],
  ]);
  const split = withFile({ model: { ...model, partitionBy: { column: 'month', unit: 'month' } } });
  plan('split', good, split, ['--partitioned']);
  const later = { ...loans, 'loans/part-3.csv': 'id;member;fee;lent_on\n7;1;1.00;2025-01-05\n8;2;2.00;2025-02-05\n' };
  const laterData = await writeSources('later', goodMembers, later);
  const again = (name: string, output: string, data: string, ...extra: readonly string[]) => ({
    name,
    script: join(home, 'split.py'),
    arguments: ['--data', data, '--output', outputOf(output), '--as-of', '2025-02-28', ...extra],
  });
  jobs.push(again('since', 'split', laterData, '--since', '2025-02-14'));
  for (const [output, ...extra] of [
    ['torn', '--since', '2025-01-01'],
    ['lost', '--partitioned'],
  ] as const) {
    // One of two moves is done: a partition is new and the other one old, or the old table is gone and the new one not there.
    jobs.push(again(`${output} before`, output, good, '--partitioned'));
    jobs.push({ ...again(`${output} killed`, output, laterData, ...extra), dies_after: 1 });
    jobs.push(again(`${output} next`, output, join(home, 'nowhere')));
  }
  plan('whole', good, withFile({ model: { ...model, partitionBy: null } }), ['--partitioned']);
  plan('flag', good, sampleProduct, ['--colour']);
  plan('day', good, sampleProduct, ['--as-of', '2025-02-30']);
  plan('catalog', good, sampleProduct, ['--output', 'table:fees_of_months']);
  const path = join(home, 'jobs.json');
  writeFileSync(path, JSON.stringify(jobs));
  const { stdout } = await execa(python, [join(root, 'tests/conformance/run_spark.py'), path], { cwd: home });
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const result = JSON.parse(line) as Result;
    results.set(result.name, result);
  }
}, 1_800_000);

afterAll(() => {
  engine.close();
  rmSync(home, { recursive: true, force: true });
});

async function rowsOf(name: string): Promise<readonly (readonly unknown[])[]> {
  const pattern = join(outputOf(name), 'monthly_fees.parquet/**/*.parquet').replaceAll("'", "''");
  const columns = 'CAST(month AS VARCHAR), branch, CAST(fees AS VARCHAR), CAST(loan_count AS VARCHAR)';
  const { rows } = await engine.query(`SELECT ${columns} FROM read_parquet('${pattern}') ORDER BY ALL`);
  return rows;
}

const whole = [
  ['2025-01-01', "King's Road", '1.50', '2'],
  ['2025-02-01', 'Süd', '4.00', '1'],
  ['2025-02-01', null, '2.75', '2'],
];

test('publishes the rows that the SQL means, from sources wherever they lie', async () => {
  for (const name of ['good', 'moved']) {
    expect(results.get(name)).toMatchObject({ code: 0, last: { event: 'job_finished', rows: 3, run_id: name } });
    expect(await rowsOf(name)).toEqual(whole);
    expect(readdirSync(outputOf(name))).toEqual(['monthly_fees.parquet']);
  }
  expect(results.get('good')?.events.filter((event) => event === 'rule_checked')).toHaveLength(7);
  expect(results.get('catalog')).toMatchObject({ code: 0, last: { event: 'job_finished', rows: 3 } });
});

test.each([
  ['duplicates', 'premise_broken', { premise: 'premise.members.id', duplicate_keys: 1 }],
  ['retyped', 'source_changed', { found: [['id', 'decimal(11,1)']] }],
  ['reordered', 'job_failed', {}],
  ['missing', 'source_missing', {}],
  ['gate', 'quality_gate_closed', { rules: ['source.loans.member.references.members'] }],
  ['contract', 'schema_changed', {}],
])('%s: stops with %s and leaves nothing', (name, event, fields) => {
  expect(results.get(name)).toMatchObject({ code: 1, last: { event, ...fields } });
  const left = name === 'missing' ? [] : readdirSync(join(home, 'out')).filter((folder) => folder === name);
  for (const folder of left) expect(readdirSync(outputOf(folder))).toEqual([]);
});

test('replaces the partitions from a date on and no others', async () => {
  expect(results.get('split')).toMatchObject({ code: 0 });
  expect(results.get('since')).toMatchObject({ code: 0 });
  const folders = readdirSync(join(outputOf('split'), 'monthly_fees.parquet')).filter((name) => name.includes('='));
  expect(folders.sort()).toEqual(['month_month=2025-01-01', 'month_month=2025-02-01']);
  expect(await rowsOf('split')).toEqual([whole[0], ['2025-02-01', 'Süd', '6.00', '2'], whole[2]]);
});

test.each([['torn'], ['lost']])(
  '%s: what a killed run had begun to put in place is finished by the next, whatever comes of it',
  async (name) => {
    expect([results.get(`${name} before`)?.code, results.get(`${name} killed`)?.code]).toEqual([0, 'killed']);
    expect(results.get(`${name} next`)).toMatchObject({
      code: 1,
      events: ['job_started', 'swap_finished', 'source_missing'],
    });
    expect(await rowsOf(name)).toEqual([
      ['2025-01-01', "King's Road", '2.50', '3'],
      ['2025-02-01', 'Süd', '6.00', '2'],
      whole[2],
    ]);
    expect(readdirSync(outputOf(name))).toEqual(['monthly_fees.parquet']);
  },
);

test.each([['flag'], ['day'], ['whole']])('%s: ends with 2', (name) => {
  expect(results.get(name)).toMatchObject({ code: 2 });
});
