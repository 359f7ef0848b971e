import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Catalog, Dataset, KnowledgeGraph } from '../../src/catalog/catalog.js';
import { graphFor } from '../../src/catalog/restricted-graph.js';
import { searchInMemory } from '../../src/catalog/search/graph-search.js';
import type { AccessPolicy } from '../../src/governance/access-policy.js';
import { understand } from '../../src/pipeline/answer.js';
import { readByModel } from '../../src/pipeline/consult-model.js';
import type { Model } from '../../src/pipeline/model.js';
import type { Session } from '../../src/pipeline/session.js';
import type { Reading } from '../../src/plan/reading.js';
import { canonicalJson } from '../../src/support/canonical-json.js';
import { answerWith, type Library, loansByBranch, nothingUnderstood, openLibrary } from './library.js';
import { type Asked, type Behaviour, embed, fail, type ModelServer, say, startModelServer } from './model-server.js';

const asked = 'count the patrons and jottings of each shelf width';
const policy: AccessPolicy = {
  default: 'allow',
  datasets: [{ dataset: 'members', roles: ['desk'] }],
  columns: [{ dataset: 'surveys', column: 'remarks', roles: ['desk'] }],
  roles: [],
};

/** The catalog among more tables with a word of the request than are shown, and one of more columns than are shown of a table. */
function amongShelves({ datasets, ...rest }: Catalog): Catalog {
  const [table] = datasets;
  const [column] = table?.columns ?? [];
  if (table === undefined || column === undefined) throw new Error('there is no dataset');
  const made = (name: string, columns: readonly string[]): Dataset => ({
    ...table,
    name,
    columns: columns.map((one) => ({ ...column, name: one })),
    keys: [],
  });
  const wide = Array.from({ length: 60 }, (_none, place) => `shelf_width_${place}`);
  const shelves = Array.from({ length: 26 }, (_none, place) => made(`shelf_${place}`, ['width']));
  return { ...rest, datasets: [...shelves, ...datasets, made('surveys', [...wide, 'remarks'])] };
}

function graphOf(catalog: Catalog): KnowledgeGraph {
  const search = searchInMemory(catalog);
  return {
    catalog,
    findValues: async () => [],
    search: (text, limit, meanings) => search.search(text, limit, meanings),
    relevantDatasets: (words, limit) => search.relevantDatasets(words, limit),
    close: async () => {},
  };
}

const membersCounted = {
  ...loansByBranch,
  tables: [{ id: 'members', dataset: 'members' }],
  joins: [],
  dimensions: [],
  measures: [
    { ...loansByBranch.measures[0], definition: { ...loansByBranch.measures[0].definition, home: 'members' } },
  ],
};

/** Members lie where patrons do, and remarks where jottings do; all else is a little like the request, as all texts are. */
function vectorOf(text: string): readonly number[] {
  if (text === asked) return [1, 1, 0];
  if (/^dataset members\b/u.test(text)) return [1, 0, 0];
  return /^column remarks\b/u.test(text) ? [0, 1, 0] : [1, 1, 6];
}

const answers: Behaviour = (one, response) => say(one, response, answerWith(membersCounted));
/** A server that speaks for vectors as `vectors` does, and for readings as always. */
const withVectors =
  (vectors: Behaviour): Behaviour =>
  (one, response, place) =>
    (one.body.input === undefined ? answers : vectors)(one, response, place);
const good = withVectors((one, response) => embed(one, response, vectorOf));

const shownSchema = z.object({
  catalog: z.object({
    datasets: z.array(z.object({ dataset: z.string(), columns: z.array(z.object({ name: z.string() })) })),
  }),
});
type Shown = z.infer<typeof shownSchema>['catalog']['datasets'];

let server: ModelServer;
let library: Library;
let open: Session;
let guarded: Session;
let seen = 0;
let models = 0;

beforeAll(async () => {
  server = await startModelServer(good);
  library = await openLibrary();
  const { settings, graph } = library.session;
  const catalog = amongShelves(graph.catalog);
  open = { ...library.session, graph: graphOf(catalog) };
  const closed = graphOf({ ...catalog, access: policy });
  guarded = { ...library.session, graph: graphFor(closed, null, join(settings.workspace.state, 'seen.duckdb')) };
});
afterAll(async () => {
  await guarded.graph.close();
  await library.close();
  await server.close();
});
beforeEach(() => {
  seen = server.asked.length;
  library.notes.length = 0;
});
afterEach(() => server.behave(good));

const sent = (): readonly Asked[] => server.asked.slice(seen);

/** A model with a name of its own, and vectors of another where they are wanted: no answer is kept from one test for another. */
function model(withEmbedding: boolean, changes: Parameters<Library['model']>[1] = {}): Model {
  models += 1;
  const embedding = withEmbedding ? { model: `vectors-${models}`, price: 0.02 } : null;
  return library.model(server.url, { model: `scripted-${models}`, embedding, ...changes });
}

async function read(session: Session, by: Model): Promise<{ readonly shown: Shown; readonly reading: Reading | null }> {
  const { reading } = await readByModel(nothingUnderstood, session, library.request(asked), by);
  const [question] = sent().filter(({ body }) => body.input === undefined);
  const { catalog } = shownSchema.parse(JSON.parse(question?.body.messages[1]?.content ?? ''));
  return { shown: catalog.datasets, reading };
}

const names = (shown: Shown): readonly string[] => shown.map(({ dataset }) => dataset);
const columns = (shown: Shown): readonly string[] =>
  shown.flatMap((one) => (one.dataset === 'surveys' ? one.columns.map(({ name }) => name) : []));

describe('what a model is shown of a catalog that is not shown whole', () => {
  it('has what the request calls by another word, where meanings are compared, and not where they are not', async () => {
    const without = await read(open, model(false));
    expect(sent().some(({ body }) => body.input !== undefined)).toBe(false);
    expect(names(without.shown)).not.toContain('members');
    expect(columns(without.shown)).toHaveLength(40);
    expect(columns(without.shown)).not.toContain('remarks');
    expect(without.reading).toBeNull();
    seen = server.asked.length;
    const beside = await read(open, model(true));
    expect(names(beside.shown)).toHaveLength(24);
    expect(names(beside.shown)).toContain('members');
    expect(columns(beside.shown)).toHaveLength(40);
    expect(columns(beside.shown)).toContain('remarks');
    expect(beside.reading?.plan.query).toMatchObject({ tables: [{ dataset: 'members' }] });
  });

  it('is never what the user may not see, nor is that sent for its vector', async () => {
    const { shown, reading } = await read(guarded, model(true));
    expect(names(shown)).toHaveLength(24);
    expect(sent().some(({ body }) => body.input?.includes(asked))).toBe(true);
    expect(reading).toBeNull();
    expect(canonicalJson(shown)).not.toMatch(/members|remarks/u);
    for (const { body } of sent().filter(({ body: { input } }) => input !== undefined))
      expect(body.input?.join('\n')).not.toMatch(/members|remarks|full_name/u);
  });

  const broken: readonly (readonly [string, Behaviour])[] = [
    ['fails', (_one, response) => fail(response, 500)],
    ['hangs', () => undefined],
    ['gives no numbers', (_one, response) => void response.end('{"data":[{"index":0,"embedding":["a"]}]}')],
  ];
  it.each(broken)(
    'is what the words name where the server of vectors %s, and a note says so',
    async (_how, vectors) => {
      const { shown } = await read(open, model(false));
      seen = server.asked.length;
      server.behave(withVectors(vectors));
      library.notes.length = 0;
      const failing = model(true, { deadlineMs: 300 });
      expect((await read(open, failing)).shown).toEqual(shown);
      expect(library.notes).toContainEqual({ kind: 'outcome', outcome: 'words alone', reason: expect.any(String) });
      const count = sent().filter(({ body }) => body.input !== undefined).length;
      await readByModel(nothingUnderstood, open, library.request(asked), failing);
      expect(sent().filter(({ body }) => body.input !== undefined)).toHaveLength(count);
    },
  );

  it('raises what the vectors do where a model is required', async () => {
    server.behave(withVectors((_one, response) => fail(response, 401)));
    const required = model(true, { mode: 'require' });
    const reading = readByModel(nothingUnderstood, open, library.request(asked), required);
    await expect(reading).rejects.toMatchObject({ code: 'llm.refused' });
  });
});

it('asks for no vectors where the whole catalog is shown', async () => {
  await readByModel(nothingUnderstood, library.session, library.request(asked), model(true));
  expect(sent()).not.toHaveLength(0);
  expect(sent().every(({ body }) => body.input === undefined)).toBe(true);
});

it('decides nothing of what is read without a model', async () => {
  server.behave((one, response) =>
    one.body.input === undefined
      ? say(one, response, '{"reading": null, "missing": []}')
      : embed(one, response, vectorOf),
  );
  const request = library.request('number of loans by state');
  const alone = await understand(open, request);
  expect(alone.status).toBe('answered');
  const trusted = { ...model(true), trust: { below: 2, right: 0.9, agreed: 0.95 } };
  expect(await understand(open, request, trusted)).toEqual(alone);
  expect(sent().some(({ body }) => body.input !== undefined)).toBe(true);
});
