import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { emitPythonJob } from '../../src/packaging/emit/python-job.js';
import type { Product, QualityRule } from '../../src/plan/product.js';
import { hostileTexts, productWith, sampleProduct } from '../packaging/sample-product.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const python = join(root, '.conformance/venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

const loans = {
  'loans/part-1.csv': 'id;member;fee;lent_on\n1;1;1.50;2025-01-02\n2;1;;2025-01-31\n3;2;4.00;2025-02-01\n',
  'loans/part-2.csv': 'id;member;fee;lent_on\n4;77;"2,25";2025-02-02\n5;;0.50;2025-02-03\n6;1;9.99;2025-03-01\n',
};

let home = '';
let data = '';
let engine: Engine;

/** Writes the sources of the sample product; a folder name with all that SQL and patterns care for. */
async function writeSources(folder: string, members: string): Promise<void> {
  for (const [path, text] of Object.entries(loans)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text.replace('"2,25"', '2.25'));
  }
  await mkdir(join(folder, 'members'), { recursive: true });
  const target = join(folder, 'members/members.parquet').replaceAll("'", "''");
  await engine.run(`COPY (SELECT * FROM (VALUES ${members}) AS t(id, branch, mail)) TO '${target}' (FORMAT parquet)`);
}

const goodMembers = `(1::BIGINT, 'King''s Road', 'a@b'), (2, 'Süd', NULL)`;

interface Run {
  readonly exitCode: number | undefined;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly stderr: string;
  readonly output: string;
}

let runs = 0;

async function run(product: Product, folder = data, extra: readonly string[] = []): Promise<Run> {
  runs += 1;
  const [file] = emitPythonJob(product);
  const script = join(home, `job-${runs}.py`);
  const output = join(home, `out-${runs}`);
  await writeFile(script, file?.text ?? '');
  const args = [
    script,
    '--data',
    folder,
    '--output',
    output,
    '--run-id',
    `run-${runs}`,
    '--as-of',
    '2025-02-28',
    ...extra,
  ];
  const { exitCode, stderr } = await execa(python, args, { cwd: home, reject: false });
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  return { exitCode, stderr, output, events: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const rowsOf = async (path: string) =>
  (
    await engine.query(
      `SELECT * REPLACE (CAST(fees AS VARCHAR) AS fees) FROM read_parquet('${path.replaceAll("'", "''")}')`,
    )
  ).rows;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dpb-python-'));
  data = join(home, `it's [a] *data* root`);
  engine = await openEngine({ threads: 1, memoryLimit: null });
  await writeSources(data, goodMembers);
});

afterAll(async () => {
  engine.close();
  await rm(home, { recursive: true, force: true });
});

describe('the Python job of a hand-made product', () => {
  test('publishes the rows that the SQL means', async () => {
    const { exitCode, events, stderr, output } = await run(sampleProduct);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(await rowsOf(join(output, 'monthly_fees.parquet'))).toEqual(
      [
        ['2025-01-01', "King's Road", '1.50', 2],
        ['2025-02-01', 'Süd', '4.00', 1],
        ['2025-02-01', null, '2.75', 2],
      ].map((row) =>
        row.map((cell) => (typeof cell === 'number' ? expect.toSatisfy((value) => Number(value) === cell) : cell)),
      ),
    );
    expect(await readdir(output)).toEqual(['monthly_fees.parquet']);
    expect(events.map(({ run_id }) => run_id)).toEqual(events.map(() => `run-${runs}`));
    expect(events.at(-1)).toMatchObject({ event: 'job_finished', rows: 3 });
    expect(
      events.filter(({ event }) => event === 'rule_checked').map(({ rule, failing_rows }) => [rule, failing_rows]),
    ).toEqual([
      ['gold.month.not_null', 0],
      ['gold.grain.unique', 0],
      ['gold.row_count', 0],
      ['gold.branch.accepted_values', 0],
      ['gold.fees.range', 0],
      ['source.loans.member.references.members', 1],
      ['source.loans.lent_on.freshness', 0],
    ]);
  });

  test('says that a premise is broken and leaves nothing', async () => {
    const folder = join(home, 'duplicates');
    await writeSources(folder, `${goodMembers}, (2, 'Nord', NULL)`);
    const { exitCode, events, output } = await run(sampleProduct, folder);
    expect(exitCode).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'premise_broken', premise: 'premise.members.id', duplicate_keys: 1 });
    expect(await readdir(output).catch(() => [])).toEqual([]);
  });

  test('stops at a rule of severity error and keeps the table of before', async () => {
    const strict = (rule: QualityRule): QualityRule => ({ ...rule, severity: 'error' });
    const product = { ...sampleProduct, file: { ...sampleProduct.file, rules: sampleProduct.file.rules.map(strict) } };
    const before = await run(sampleProduct);
    const published = await readFile(join(before.output, 'monthly_fees.parquet'));
    const { exitCode, events } = await run(product, data, ['--output', before.output]);
    expect(exitCode).toBe(1);
    expect(events.at(-1)).toMatchObject({
      event: 'quality_gate_closed',
      rules: ['source.loans.member.references.members'],
    });
    expect(await readFile(join(before.output, 'monthly_fees.parquet'))).toEqual(published);
    expect(await readdir(before.output)).toEqual(['monthly_fees.parquet']);
  });

  test('stops where the columns are not those of the contract', async () => {
    const columns = sampleProduct.file.model.columns.map((column) =>
      column.name === 'loan_count' ? { ...column, type: { kind: 'text' } as const } : column,
    );
    const product = {
      ...sampleProduct,
      file: { ...sampleProduct.file, model: { ...sampleProduct.file.model, columns } },
    };
    const { exitCode, events } = await run(product);
    expect([exitCode, events.at(-1)?.event]).toEqual([1, 'schema_changed']);
  });

  test('takes files that were added to the folder of a source, as a build does', async () => {
    const folder = join(home, 'grown');
    await writeSources(folder, goodMembers);
    await writeFile(join(folder, 'loans/part-3.csv'), 'id;member;fee;lent_on\n7;2;1.00;2025-02-11\n');
    await writeFile(join(folder, 'loans/_part-4.csv'), 'hidden');
    const { exitCode, output } = await run(sampleProduct, folder);
    expect(exitCode).toBe(0);
    expect((await rowsOf(join(output, 'monthly_fees.parquet')))[1]?.slice(1, 3)).toEqual(['Süd', '5.00']);
  });

  test.each([
    ['columns in another order', 'id;fee;member;lent_on\n1;2;1;2025-02-11\n'],
    ['a column less', 'id;member;fee\n1;2;1.5\n'],
    ['nothing in it', ''],
  ])('stops at a CSV file with %s', async (_name, text) => {
    const folder = join(home, `changed-${runs}`);
    await writeSources(folder, goodMembers);
    await writeFile(join(folder, 'loans/part-2.csv'), text);
    const { exitCode, events, output } = await run(sampleProduct, folder);
    expect(exitCode).toBe(1);
    expect(['source_changed', 'job_failed']).toContain(events.at(-1)?.event);
    expect(await readdir(output).catch(() => [])).toEqual([]);
  });

  test('stops where a Parquet column has another type', async () => {
    const folder = join(home, 'retyped');
    await writeSources(folder, goodMembers.replace('1::BIGINT', '1.5'));
    const { exitCode, events } = await run(sampleProduct, folder);
    expect(exitCode).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'source_changed', found: [['id', 'DECIMAL(11,1)']] });
  });

  test('names missing files', async () => {
    const { exitCode, events } = await run(sampleProduct, home);
    expect(exitCode).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'source_missing', files: ['loans/part-1.csv', 'loans/part-2.csv'] });
  });

  test.each([[['--as-of', '2025-02-30']], [['--run-id', '../x']], [['--threads', '0']], [['--colour']]])(
    'ends with 2 on %j',
    async (extra) => {
      expect((await run(sampleProduct, data, extra)).exitCode).toBe(2);
    },
  );

  test.each(hostileTexts)('works with %j in every text', async (text) => {
    const { exitCode, stderr, output } = await run({ ...productWith(text), sql: hostileSql(text) });
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(await rowsOf(join(output, 'monthly_fees.parquet'))).toHaveLength(3);
  });
});

/** The SQL of the sample over the renamed datasets. */
function hostileSql(text: string): string {
  const name = (dataset: string): string => `"${`${dataset} ${text}`.replaceAll('"', '""')}" AS ${dataset}`;
  return sampleProduct.sql
    .replace('FROM loans', () => `FROM ${name('loans')}`)
    .replace('JOIN members', () => `JOIN ${name('members')}`);
}
