import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SearchHit } from '../../src/catalog/search/search-hit.js';
import type { LlmSettings } from '../../src/llm/llm-settings.js';
import { llmFolder } from '../../src/pipeline/model.js';
import { searchGraph } from '../../src/pipeline/search.js';
import { key, settingsFor } from './gateway-cases.js';
import { type Library, openLibrary } from './library.js';
import { type Behaviour, embed, fail, type ModelServer, startModelServer } from './model-server.js';

/** People in one direction, places in another, all else in a third. */
function vectorOf(text: string): readonly number[] {
  if (/^(?:dataset )?(?:members?|patrons)\b/u.test(text)) return [2, 0, 0];
  if (text.includes('member')) return [2, 0, 0.5];
  return /branch|premises/u.test(text) ? [0, 3, 0.1] : [0, 0, 1];
}

const good: Behaviour = (asked, response) => embed(asked, response, vectorOf);
const embedding = { model: 'vectors-1', price: 0.02 };

let server: ModelServer;
let library: Library;
let failures: string[];
let seen: number;

beforeAll(async () => {
  server = await startModelServer(good);
});
afterAll(() => server.close());
beforeEach(async () => {
  library = await openLibrary();
  server.behave(good);
  failures = [];
  seen = server.asked.length;
});
afterEach(() => library.close());

async function search(words: string, changes: Partial<LlmSettings> = {}): Promise<readonly SearchHit[]> {
  const { settings, graph } = library.session;
  const world = {
    scope: `search ${words}`,
    environment: {},
    now: Date.now,
    random: () => 0,
    onNote: () => undefined,
  };
  const llm = settingsFor(server.url, { embedding, ...changes });
  const asked = { words, limit: 5, onFailure: (message: string) => failures.push(message) };
  return searchGraph(graph, { workspace: settings.workspace, llm }, world, asked);
}

const calls = (): number => server.asked.length - seen;

test('what is said in other words is found by its meaning, and told how near it is', async () => {
  expect(await library.session.graph.search('patrons', 5)).toEqual([]);
  const hits = await search('patrons');
  expect(hits[0]).toMatchObject({ kind: 'dataset', name: 'members', evidence: [] });
  expect(hits[0]?.likeness).toBeGreaterThan(0.9);
  expect(hits.every(({ name, dataset }) => /member/u.test(`${dataset} ${name}`))).toBe(true);
  expect(failures).toEqual([]);
});

test('meaning is a third list beside the words', async () => {
  const [first] = await search('members');
  expect(first).toMatchObject({ name: 'members', evidence: [{ match: 'exact' }] });
  expect(first?.score).toBeGreaterThan(1 / 61 + 1 / 200);
});

test('a text is asked for once, whatever is searched, and after its vector was torn', async () => {
  await search('patrons');
  const [first] = server.asked.slice(seen);
  expect(first?.body.model).toBe('vectors-1');
  const before = calls();
  await search('patrons');
  expect(calls()).toBe(before);
  await search('premises');
  expect(server.asked.at(-1)?.body.input).toEqual(['premises']);
  const folder = join(llmFolder(library.session.settings.workspace), 'vectors');
  const [file = ''] = readdirSync(folder);
  const path = join(folder, file);
  truncateSync(path, readFileSync(path).length - 3);
  await search('premises');
  expect(server.asked.at(-1)?.body.input).toEqual(['premises']);
});

test('only names and what people wrote are sent, and the key stands in no file', async () => {
  await search('patrons');
  const sent = server.asked
    .slice(seen)
    .map(({ text }) => text)
    .join('\n');
  for (const cell of ['Ann Berg', 'ann@example.org', 'Oslo', 'Overdue']) expect(sent).not.toContain(cell);
  expect(sent).not.toContain(key);
  const folder = llmFolder(library.session.settings.workspace);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) expect(readFileSync(join(entry.parentPath, entry.name), 'latin1')).not.toContain(key);
});

const broken: readonly (readonly [string, Behaviour])[] = [
  ['fails', (_asked, response) => fail(response, 500)],
  ['refuses', (_asked, response) => fail(response, 401)],
  ['hangs', () => undefined],
  [
    'gives too few vectors',
    (asked, response) => embed({ ...asked, body: { ...asked.body, input: ['x'] } }, response, vectorOf),
  ],
  [
    'gives vectors of several lengths',
    (asked, response) => embed(asked, response, (text) => Array(1 + (text.length % 5)).fill(1)),
  ],
  ['gives no numbers', (_asked, response) => void response.end('{"data":[{"index":0,"embedding":["a"]}]}')],
  ['breaks off', (_asked, response) => void response.destroy()],
];
test.each(broken)('a server that %s leaves the words', async (_how, behaviour) => {
  server.behave(behaviour);
  const changes = { deadlineMs: 400 };
  expect(await search('members', changes)).toEqual(await library.session.graph.search('members', 5));
  expect(failures).toHaveLength(1);
  await expect(search('members', { ...changes, mode: 'require' })).rejects.toMatchObject({
    code: expect.stringMatching(/^llm\./u),
  });
});

test('nothing is sent where it is off, not configured, or would cost more than it may', async () => {
  await search('members', { mode: 'off' });
  await search('members', { embedding: null });
  await search('members', { key: () => null });
  expect(failures).toEqual([]);
  await search('members', { embedding: { model: 'vectors-1', price: null } });
  await search('members', { dollarsPerRequestMax: 0.000_000_1 });
  expect(failures).toHaveLength(2);
  expect(calls()).toBe(0);
});
