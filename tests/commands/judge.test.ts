import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { libraryTables, writeTables } from '../llm/library.js';
import { fail, type ModelServer, say, startModelServer } from '../llm/model-server.js';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

let workspace: TestWorkspace;
let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer(() => undefined);
  workspace = makeWorkspace();
  writeTables(join(workspace.folder, 'data'), libraryTables);
  const price = 'price: {input: 2, output: 8}';
  const llm = `base_url: "${server.url}", model: reader, ${price}, judge: {model: strict, ${price}}, deadline_seconds: 5`;
  writeFileSync(join(workspace.folder, 'dpb.yaml'), `data: data\nllm: {${llm}}\n`);
  const lines = [
    ['right', 'number of loans by state', 'SELECT state, count(*) FROM loans GROUP BY 1'],
    ['other', 'number of members by tier', 'SELECT tier, count(*) FROM members GROUP BY 1'],
    ['unread', 'wobbliness of the zorbs', 'SELECT 1'],
  ].map(([id, request, gold_sql]) => JSON.stringify({ id, request, gold_sql, data: 'data', category: 'agg' }));
  writeFileSync(join(workspace.folder, 'cases.jsonl'), lines.join('\n'));
});
afterAll(async () => {
  workspace.remove();
  await server.close();
});

const asOf = ['--as-of', '2026-03-15'];
const judged = (): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
  workspace.dpb(['eval', 'cases.jsonl', '--judge', '--json', ...asOf], { DPB_LLM_API_KEY: 'a-key-of-the-judge' });

test('a judge scores how readings are put; it is shown no rows, may fail, and decides nothing', async () => {
  const plain = await workspace.dpb(['eval', 'cases.jsonl', '--json', ...asOf]);
  server.behave((asked, response) =>
    asked.text.includes('members by tier')
      ? fail(response, 400)
      : say(asked, response, JSON.stringify({ score: 1, reason: 'It says nothing.' })),
  );
  const { exitCode, stdout, stderr } = await judged();
  const { judge, ...rest } = JSON.parse(stdout);
  expect(judge, stderr).toMatchObject({ model: 'strict', mean: 1, verdicts: { right: { score: 1 } } });
  expect(Object.keys(judge.unscored)).toEqual(['other']);
  expect(judge.dollars).toBeGreaterThan(0);
  expect([exitCode, { ...rest, judge: null }]).toEqual([plain.exitCode, JSON.parse(plain.stdout)]);
  expect(server.asked.map(({ body }) => body.model)).toEqual(['strict', 'strict']);
  for (const { text } of server.asked) for (const value of ['Overdue', 'gold']) expect(text).not.toContain(value);
});

test('a score that is none goes back twice and is no score', async () => {
  const before = server.asked.length;
  server.behave((asked, response) => say(asked, response, JSON.stringify({ score: 9, reason: 'Best of all.' })));
  const { judge } = JSON.parse((await judged()).stdout);
  // The description that was scored before is not judged again.
  expect(server.asked.length - before).toBe(3);
  expect(judge).toMatchObject({ mean: 1, verdicts: { right: { score: 1 } }, unscored: { other: expect.any(String) } });
});
