import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { EvidenceEntry } from '../../src/plan/evidence.js';
import { parseEvidence } from '../../src/proof/evidence-file.js';
import { makeDirectory } from '../../src/support/atomic-files.js';
import { makeWorkspace, shopData, shopGlossary, type TestWorkspace } from './workspace.js';

let workspace: TestWorkspace;
beforeAll(() => {
  workspace = makeWorkspace();
});
afterAll(() => workspace.remove());

async function write(table: string, sql: string): Promise<void> {
  const folder = join(workspace.folder, table);
  makeDirectory(folder);
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  await engine.run(`COPY (${sql}) TO '${join(folder, 'part.parquet')}' (FORMAT parquet)`);
  engine.close();
}

async function makeHarbour(): Promise<void> {
  await write(
    'own/pilots',
    `SELECT i::INTEGER AS pilot_id, CASE i % 3 WHEN 0 THEN 'Inner' WHEN 1 THEN 'Outer' ELSE 'Estuary' END AS station FROM range(1, 61) t(i)`,
  );
  await write(
    'own/passages',
    `SELECT (10000 + i)::INTEGER AS passage_id, (1 + i * 7 % 60)::INTEGER AS pilot_id, DATE '2025-01-01' + (i // 20)::INTEGER AS passed_on,
      (40 + i * 37 % 900)::DECIMAL(10,2) AS dues, CASE WHEN i % 9 = 0 THEN NULL ELSE 'berth ' || (i % 40) END AS berth
    FROM range(2000) t(i)`,
  );
}

interface Report {
  readonly all: { readonly mutants: number; readonly caught: number; readonly by_rules: number };
  readonly breaking: Report['all'];
  readonly sources: Report['all'];
  readonly survivors: readonly { readonly fault: string; readonly column: string | null; readonly telling: string }[];
  readonly mutants: readonly {
    readonly dataset: string | null;
    readonly fault: string;
    readonly column: string | null;
    readonly percent: number;
    readonly breaks: readonly string[];
    readonly caughtBy: readonly string[];
  }[];
}

const share = ({ caught, mutants }: Report['all']): number => caught / mutants;

/** What fails in the build of an as-of date. */
function failedRules(product: string, asOf: string): ReadonlyMap<string, EvidenceEntry> {
  const gold = join(workspace.folder, 'gold', product);
  const build = readdirSync(gold).find((name) => name.startsWith(asOf)) ?? '';
  const evidence = parseEvidence(readFileSync(join(gold, build, 'evidence.json'), 'utf8'));
  const failed = evidence?.entries.filter(({ status }) => status === 'failed') ?? [];
  return new Map(failed.map((entry) => [entry.id, entry]));
}

describe('verify --mutate', () => {
  it('says which seeded faults the checks see, the same each time', async () => {
    await makeHarbour();
    await workspace.dpb([
      'generate',
      'dues and number of passages by month and station',
      '--name',
      'dues',
      '--data',
      'own',
    ]);
    const first = await workspace.dpb(['verify', 'dues', '--mutate', '--json', '--data', 'own']);
    expect(first).toMatchObject({ exitCode: 0 });
    const report: Report = JSON.parse(first.stdout);
    expect(share(report.all)).toBeGreaterThanOrEqual(0.7);
    expect(share(report.sources)).toBeGreaterThanOrEqual(0.7);
    expect(share(report.breaking)).toBeGreaterThanOrEqual(0.95);
    const of = (dataset: string | null, fault: string, column: string | null) =>
      report.mutants.filter(
        (mutant) => mutant.dataset === dataset && mutant.fault === fault && mutant.column === column,
      );
    expect(of('passages', 'nulls', 'dues').map(({ percent, breaks, caughtBy }) => [percent, breaks, caughtBy])).toEqual(
      [1, 10, 50].map((percent) => [percent, ['type'], ['rule.source.passages.dues.not_null']]),
    );
    for (const { breaks, caughtBy } of of('passages', 'swapped_keys', 'pilot_id')) {
      expect(breaks).toContain('reference');
      expect(caughtBy).toContain('rule.source.passages.pilot_id.references.pilots');
    }
    for (const { caughtBy } of of('pilots', 'duplicates', null)) expect(caughtBy).toContain('premise.pilots.pilot_id');
    for (const { breaks, caughtBy } of of(null, 'scaled', 'dues')) {
      expect(breaks).toEqual(['total']);
      expect(caughtBy).toContain('reconciliation.dues');
    }
    for (const { telling } of report.survivors) expect(telling).not.toBe('');
    const text = await workspace.dpb(['verify', 'dues', '--mutate', '--threads', '1', '--data', 'own']);
    const { caught, mutants } = report.all;
    expect(text.stdout).toMatch(new RegExp(`^all seeded faults .* caught \\(${caught} of ${mutants}\\)`));
    for (const { telling } of report.survivors) expect(text.stdout).toContain(`: ${telling}`);
    expect(text.stdout).toContain('Survived, with the rule that would have told them:');
  });

  it('says nothing where the sources are not those of the build', async () => {
    await write('own/pilots', `SELECT i::INTEGER AS pilot_id, 'Inner' AS station FROM range(1, 61) t(i)`);
    const refused = await workspace.dpb(['verify', 'dues', '--mutate', '--data', 'own']);
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('sources changed') });
  });
});

describe('rules made from the first four fifths of the time', () => {
  const cut = '2026-02-24';
  const times = {
    customers: 'signup_date',
    products: 'launch_date',
    orders: 'order_date',
    support_tickets: 'created_at',
    marketing_campaigns: 'start_date',
    marketing_events: 'event_time',
    user_interactions: 'interaction_time',
  } as const;
  const lasting: readonly string[] = ['customers', 'products', 'marketing_campaigns'];

  beforeAll(async () => {
    for (const [table, time] of Object.entries(times)) {
      const whole = `SELECT * FROM read_parquet('${join(shopData, table, `${table}.parquet`)}')`;
      await write(`before/${table}`, `${whole} WHERE ${time} < DATE '${cut}'`);
      await write(`after/${table}`, lasting.includes(table) ? whole : `${whole} WHERE ${time} >= DATE '${cut}'`);
    }
  });

  it.each([
    ['sales', 'daily revenue, order count and units sold by region and category for completed orders'],
    ['charges', 'total shipping cost, tax amount and discount by payment method and sales channel'],
    ['answers', 'average first response minutes by issue type and agent'],
  ])('raise no false alarm on the last fifth: %s', async (name, request) => {
    const common = ['--glossary', shopGlossary, '--quiet'];
    const defined = await workspace.dpb([
      'generate',
      request,
      '--name',
      name,
      '--data',
      'before',
      '--as-of',
      cut,
      ...common,
    ]);
    expect(defined.exitCode).toBe(0);
    const built = await workspace.dpb(['build', name, '--data', 'after', '--as-of', '2026-06-30', ...common]);
    expect(built.exitCode).toBe(0);
    const [before, after] = [failedRules(name, cut), failedRules(name, '2026-06-30')];
    expect([...after.keys()].filter((id) => !before.has(id))).toEqual([]);
  });
});
