import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

let workspace: TestWorkspace;

const at = (name: string): string => join(workspace.folder, name);

beforeAll(async () => {
  workspace = makeWorkspace();
  mkdirSync(at('data'));
  writeFileSync(at('data/towns.csv'), 'town_id,town\n1,Oslo\n2,Rome\n');
  writeFileSync(at('data/visits.csv'), 'visit_id,town_id,paid\n1,1,10\n2,1,20\n3,2,30\n');
  writeFileSync(at('dpb.yaml'), 'data: data\n');
  const metric = '{name: total_paid, table: visits, expression: sum(paid)}';
  writeFileSync(at('glossary.yaml'), `metrics: [${metric}]\n`);
  const made = await workspace.dpb([
    'generate',
    'total paid by town',
    '--name',
    'paid_by_town',
    '--as-of',
    '2024-06-30',
    '--user',
    'ann',
  ]);
  expect(made.exitCode).toBe(0);
});
afterAll(() => workspace.remove());

test('an export is imported and exported again as the same bytes', async () => {
  expect((await workspace.dpb(['graph', 'export', 'one.jsonl'])).exitCode).toBe(0);
  const imported = await workspace.dpb(['graph', 'import', 'one.jsonl', '--json']);
  const { snapshot }: { snapshot: string } = JSON.parse(imported.stdout);
  const elsewhere = makeWorkspace();
  cpSync(at('one.jsonl'), join(elsewhere.folder, 'one.jsonl'));
  for (const { dpb, folder } of [workspace, elsewhere]) {
    expect((await dpb(['graph', 'import', 'one.jsonl'])).stdout).toContain(snapshot);
    expect((await dpb(['graph', 'export', 'two.jsonl', '--snapshot', snapshot])).exitCode).toBe(0);
    expect(readFileSync(join(folder, 'two.jsonl'), 'utf8')).toBe(readFileSync(at('one.jsonl'), 'utf8'));
  }
  elsewhere.remove();
  // The snapshot that was imported is this workspace's own, and goes on to answer.
  expect((await workspace.dpb(['ask', 'total paid by town', '--format', 'csv'])).stdout).toContain('Rome,30');
});

test('the graph has the lineage, the rules and the scores of products', async () => {
  const { stdout } = await workspace.dpb(['graph', 'export']);
  const lines: readonly { type?: string; from: { key: string }; to: { key: string } }[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const edges = lines.flatMap(({ type, from, to }) => (type === undefined ? [] : [`${type} ${from.key} ${to.key}`]));
  expect(edges).toEqual(
    expect.arrayContaining([
      'DERIVED_FROM ["product","paid_by_town"] ["visits"]',
      'DERIVED_FROM ["product","paid_by_town"] ["towns"]',
      'DERIVED_FROM ["product","paid_by_town","total_paid"] ["visits","paid"]',
      'REFERENCES ["visits"] ["towns"]',
      'USED user ["ann"] ["towns"]',
      'USED user ["ann"] ["visits"]',
      expect.stringMatching(/^USED user \["ann"\] .*total_paid/u),
    ]),
  );
  expect(edges.filter((edge) => edge.startsWith('HAS_QUALITY_SCORE ["product","paid_by_town"]'))).toHaveLength(1);
  expect(edges.some((edge) => edge.startsWith('HAS_QUALITY_RULE ["product","paid_by_town"]'))).toBe(true);
});

test('a line that is no part of a graph is refused with its place', async () => {
  const lines = readFileSync(at('one.jsonl'), 'utf8').trim().split('\n');
  for (const wrong of [
    '{"kind":"node"}',
    'no json',
    '{"kind":"edge","type":"HAS_ROLE","key":"","from":{"label":"User","key":"x"},"to":{"label":"Role","key":"y"},"properties":{}}',
    lines[0] ?? '',
  ]) {
    writeFileSync(at('wrong.jsonl'), [...lines, wrong].join('\n'));
    const refused = await workspace.dpb(['graph', 'import', 'wrong.jsonl']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`wrong.jsonl:${lines.length + 1}`);
  }
});

test('a catalog that was changed is not what its id stands for', async () => {
  const text = readFileSync(at('one.jsonl'), 'utf8').replace('"name":"paid"', '"name":"pa1d"');
  writeFileSync(at('changed.jsonl'), text);
  const refused = await workspace.dpb(['graph', 'import', 'changed.jsonl']);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('graph.broken');
});

test('who may not see all of a graph may not move it', async () => {
  writeFileSync(at('glossary.yaml'), 'roles: [{role: staff, users: [sam]}]\npolicy: {datasets: {visits: [staff]}}\n');
  const refused = await workspace.dpb(['graph', 'export', '--user', 'sam']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stdout).toBe('');
  expect(refused.stderr).toContain('access.partial');
});

test('a server that is not there is told, and used no further where it is required', async () => {
  writeFileSync(at('glossary.yaml'), '');
  const environment = { DPB_GRAPH: 'neo4j', NEO4J_URI: 'bolt://127.0.0.1:1', NEO4J_PASSWORD: 'not-to-be-told' };
  const asked = await workspace.dpb(['ask', 'total paid by town', '--format', 'csv'], environment);
  expect(asked.exitCode).toBe(0);
  expect(asked.stdout).toContain('Rome,30');
  expect(asked.stderr).toContain('the embedded snapshot is used');
  expect(asked.stderr).not.toContain('not-to-be-told');
  const required = await workspace.dpb(['ask', 'total paid by town', '--require-graph'], environment);
  expect(required.exitCode).toBe(74);
  const nowhere = await workspace.dpb(['ask', 'total paid by town'], { DPB_GRAPH: 'neo4j' });
  expect(nowhere.exitCode).toBe(2);
  expect(nowhere.stderr).toContain('NEO4J_URI');
});
