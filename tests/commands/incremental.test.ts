import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { makeDirectory } from '../../src/support/atomic-files.js';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

let workspace: TestWorkspace;
beforeEach(() => {
  workspace = makeWorkspace();
});
afterEach(() => workspace.remove());

async function write(path: string, sql: string): Promise<void> {
  const whole = join(workspace.folder, 'own', path);
  makeDirectory(dirname(whole));
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  await engine.run(`COPY (${sql}) TO '${whole}' (FORMAT parquet)`);
  engine.close();
}

/** Passages of ten a day from a day on; some without a pilot, some of no day. */
const passages = (first: number, day: string, days: number): string =>
  `SELECT (${first} + i)::INTEGER AS passage_id, CASE WHEN i % 11 = 0 THEN NULL ELSE 1 + i * 7 % 6 END::INTEGER AS pilot_id,
    CASE WHEN i % 37 = 5 THEN NULL ELSE DATE '${day}' + (i // 10)::INTEGER END AS passed_on,
    (40 + i * 37 % 900)::DECIMAL(10,2) AS dues, (i * 0.37)::DOUBLE AS draught
  FROM range(${days * 10}) t(i)`;

const pilots = (third: string): string =>
  `SELECT i::INTEGER AS pilot_id, CASE i % 3 WHEN 0 THEN 'Inner' WHEN 1 THEN 'Outer' ELSE '${third}' END AS station FROM range(1, 7) t(i)`;

const common = ['--data', 'own', '--as-of', '2025-08-01'];

async function define(name: string, request: string): Promise<void> {
  await write('pilots/pilots.parquet', pilots('Estuary'));
  await write('passages/one.parquet', passages(1, '2025-01-01', 120));
  const defined = await workspace.dpb(['generate', request, '--name', name, ...common]);
  expect(defined).toMatchObject({ exitCode: 0 });
}

interface Built {
  readonly build_id: string;
  readonly refresh?: { readonly kind: string; readonly since?: string | null; readonly why?: string };
}

async function build(name: string, ...extra: readonly string[]): Promise<Built> {
  const built = await workspace.dpb(['build', name, '--json', ...common, ...extra]);
  expect(built).toMatchObject({ exitCode: 0 });
  return JSON.parse(built.stdout);
}

const goldOf = (name: string, { build_id }: Built): Buffer =>
  readFileSync(join(workspace.folder, 'gold', name, build_id, `${name}.parquet`));

/** Builds by periods, then all anew, and says how the former went: both must be the same to the byte. */
async function buildBothWays(name: string): Promise<Built['refresh']> {
  const some = await build(name, '--incremental');
  const bytes = goldOf(name, some);
  const all = await build(name, '--force');
  expect(all.build_id).toBe(some.build_id);
  expect(goldOf(name, all).equals(bytes)).toBe(true);
  return some.refresh;
}

describe('build --incremental', () => {
  it('computes the periods of new and of late facts alone, and gives the same bytes as a full build', async () => {
    await define('dues', 'total dues, average draught and number of passages by month and station');
    await write('passages/two.parquet', passages(5001, '2025-05-01', 40));
    expect(await buildBothWays('dues')).toEqual({ kind: 'incremental', since: '2025-05-01' });
    await write('passages/late.parquet', passages(9001, '2025-02-20', 3));
    expect(await buildBothWays('dues')).toEqual({ kind: 'incremental', since: '2025-02-01' });
    await write(
      'passages/unknown.parquet',
      `SELECT * REPLACE (NULL::DATE AS passed_on) FROM (${passages(9901, '2025-02-20', 1)})`,
    );
    expect(await buildBothWays('dues')).toEqual({ kind: 'incremental', since: null });
  });

  it('computes all where a dimension changed, facts were rewritten, or nothing is new', async () => {
    await define('dues', 'total dues and number of passages by month and station');
    await write('passages/two.parquet', passages(5001, '2025-05-01', 10));
    await write('pilots/pilots.parquet', pilots('Delta'));
    const why = async (): Promise<unknown> => {
      const refresh = await buildBothWays('dues');
      expect(refresh).toMatchObject({ kind: 'full' });
      return refresh?.why;
    };
    expect(await why()).toBe('pilots changed, and its rows may be met in any period');
    await write('passages/one.parquet', passages(1, '2025-01-01', 119));
    expect(await why()).toContain('passages/one.parquet of passages changed');
    rmSync(join(workspace.folder, 'own/passages/two.parquet'));
    expect(await why()).toContain('passages/two.parquet of passages changed');
    rmSync(join(workspace.folder, 'gold'), { recursive: true });
    expect(await why()).toBe('there is no earlier build to go on from');
  });

  it.each([
    ['running', 'running total of dues by month', 'is computed over several periods'],
    ['stations', 'total dues by station', 'no column of its grain is a time of passages'],
  ])('computes all of what looks beyond a period: %s', async (name, request, why) => {
    await define(name, request);
    await write('passages/two.parquet', passages(5001, '2025-05-01', 10));
    const refresh = await buildBothWays(name);
    expect(refresh).toMatchObject({ kind: 'full', why: expect.stringContaining(why) });
  });
});
