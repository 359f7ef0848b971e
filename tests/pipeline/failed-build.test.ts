import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEvidence } from '../../src/proof/evidence-file.js';
import { type Finished, makeWorkspace, type TestWorkspace } from '../commands/workspace.js';
import { faultsOf } from '../packaging/openlineage-schemas.js';

let workspace: TestWorkspace;
const at = (...names: readonly string[]): string => join(workspace.folder, ...names);

beforeEach(() => {
  workspace = makeWorkspace();
  mkdirSync(at('data/bronze'), { recursive: true });
  writeFileSync(at('data/bronze/branches.csv'), 'branch_id,city\n1,Oslo\n2,Bergen\n3,Oslo\n');
  const loans = Array.from({ length: 60 }, (_none, index) => `${index + 1},${1 + (index % 3)},${index}.50`);
  writeFileSync(at('data/bronze/loans.csv'), `loan_id,branch_id,fee\n${loans.join('\n')}\n`);
});
afterEach(() => workspace.remove());

/** The folder of the newest run. */
function newestRun(): string {
  const names = readdirSync(at('.dpb/runs')).sort();
  return at('.dpb/runs', names.at(-1) ?? '');
}

const generate = (): Promise<Finished> =>
  workspace.dpb(['generate', 'total fee by city', '--name', 'fees', '--as-of', '2026-06-15']);

function glossaryRule(severity: 'error' | 'warning'): string {
  return `rules: [{id: small_fees, table: loans, condition: fee < 50, severity: ${severity}, description: Fees are small}]\n`;
}

describe('a build whose proof fails', () => {
  it('keeps its evidence with the run, says which check failed with its counts, and leaves the last good build', async () => {
    expect((await generate()).exitCode).toBe(0);
    const good = readlinkSync(at('gold/fees/current'));
    writeFileSync(at('data/bronze/branches.csv'), 'branch_id,city\n1,Oslo\n2,Bergen\n2,Voss\n');
    const done = await workspace.dpb(['build', 'fees', '--as-of', '2026-06-16']);
    expect(done.exitCode).toBe(1);
    expect(done.stderr).toContain('[build.unproved]');
    expect(done.stderr).toContain('failed [premise.branches.branch_id]');
    expect(done.stderr).toContain('1 of 2 values of branches.branch_id occur more than once');
    expect(done.stderr).toContain('tables: {branches: {dedupe: {key: [branch_id], latest_by: ');
    const evidence = parseEvidence(readFileSync(join(newestRun(), 'evidence.json'), 'utf8'));
    expect(evidence?.entries.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual([
      'premise.branches.branch_id',
    ]);
    const lineage = await workspace.dpb(['lineage', 'emit', 'fees', '--run', basename(newestRun()), '--dry-run']);
    const events = JSON.parse(lineage.stdout);
    expect(events).toMatchObject([
      { eventType: 'START' },
      {
        eventType: 'FAIL',
        run: {
          facets: {
            errorMessage: {
              message: expect.stringContaining('1 of 2 values of branches.branch_id occur more than once'),
            },
            test: {
              tests: expect.arrayContaining([
                expect.objectContaining({ name: 'premise.branches.branch_id', status: 'fail' }),
              ]),
            },
          },
        },
      },
    ]);
    expect(events.flatMap(faultsOf)).toEqual([]);
    expect(events[0].run.runId).toBe(events[1].run.runId);
    expect(readlinkSync(at('gold/fees/current'))).toBe(good);
    expect(readdirSync(at('gold/fees')).sort()).toEqual([good, 'current'].sort());
    const runs = await workspace.dpb(['runs', 'list']);
    expect(
      runs.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('  ')[1]),
    ).toEqual(['answered', 'failed']);
  });

  it('writes neither definition nor gold when the product is new', async () => {
    writeFileSync(at('glossary.yaml'), glossaryRule('error'));
    const done = await generate();
    expect(done.exitCode, done.stderr).toBe(1);
    expect(done.stderr).toContain('10 of 60 rows fail');
    expect(existsSync(at('products'))).toBe(false);
    expect(existsSync(at('gold/fees'))).toBe(false);
    expect(parseEvidence(readFileSync(join(newestRun(), 'evidence.json'), 'utf8'))).not.toBeNull();
    const events = JSON.parse(readFileSync(join(newestRun(), 'openlineage.json'), 'utf8'));
    expect(events).toMatchObject([{ eventType: 'START' }, { eventType: 'FAIL', job: { name: 'fees' } }]);
    expect(events[1].run.facets.errorMessage.message).toContain('10 of 60 rows fail');
    expect(events.flatMap(faultsOf)).toEqual([]);
    expect(JSON.parse(readFileSync(join(newestRun(), 'result.json'), 'utf8'))).toMatchObject({
      status: 'failed',
      product: 'fees',
      buildId: null,
    });
  });

  it('gives programs the evidence as JSON', async () => {
    writeFileSync(at('glossary.yaml'), glossaryRule('error'));
    const done = await workspace.dpb(['generate', 'total fee by city', '--json', '--quiet']);
    expect(done.exitCode, done.stderr).toBe(1);
    expect(JSON.parse(done.stdout)).toMatchObject({
      status: 'failed',
      error: { code: 'build.unproved' },
      evidence: { version: 1 },
    });
  });

  it('is published with a warning where nothing that must hold failed', async () => {
    writeFileSync(at('glossary.yaml'), glossaryRule('warning'));
    const done = await generate();
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stderr).toMatch(/warning \[rule\.[^\]]*small_fees\] .*10 of 60 rows fail/);
    const again = await workspace.dpb(['build', 'fees', '--as-of', '2026-06-15', '--quiet']);
    expect([again.exitCode, again.stdout, again.stderr]).toEqual([0, '', '']);
  });
});
