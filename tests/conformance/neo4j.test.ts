import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KnowledgeGraph } from '../../src/catalog/catalog.js';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { graphLines } from '../../src/catalog/graph/graph-lines.js';
import { GraphServer } from '../../src/catalog/neo4j/graph-server.js';
import { Neo4jStore } from '../../src/catalog/neo4j/neo4j-store.js';
import type { Meanings } from '../../src/catalog/search/search-hit.js';
import { snapshotPath } from '../../src/catalog/snapshot.js';
import { modelOf } from '../../src/cli/model.js';
import { requestFor } from '../../src/cli/request.js';
import { generate } from '../../src/pipeline/generate.js';
import { syncGraph } from '../../src/pipeline/graph-transfer.js';
import { readSettings } from '../../src/pipeline/settings.js';
import { findWorkspace } from '../../src/pipeline/workspace.js';
import { textHash } from '../../src/support/canonical-json.js';
import { graphStoreContract, surroundingsOf } from '../catalog/graph/contract.js';
import { scanLibrary } from '../catalog/graph/library.js';
import type { Workbench } from '../catalog/workbench.js';
import { treeHashes } from '../commands/workspace.js';
import { settingsFor } from '../llm/gateway-cases.js';
import { embed, fail, startModelServer } from '../llm/model-server.js';
import { openProxy } from './bolt-proxy.js';
import { type RunningServer, startServer } from './graph-server.js';

let running: RunningServer;

beforeAll(async () => {
  running = await startServer();
});
afterAll(async () => {
  await running?.stop();
});

graphStoreContract(async () => new Neo4jStore(new GraphServer(running.settings)), 3);

describe('a graph on a server', () => {
  test('a wrong password is refused, not taken for a server that is gone', async () => {
    const server = new GraphServer({ ...running.settings, password: 'wrong' });
    await expect(server.read('RETURN 1')).rejects.toMatchObject({ code: 'graph.refused' });
    await server.close();
  });

  test('compares meanings by its vector index, and finds what the snapshot finds', async () => {
    const { bench, catalogId, content } = await scanLibrary();
    const embedded = await openEmbeddedGraph(snapshotPath(bench.state, catalogId));
    const store = new Neo4jStore(new GraphServer(running.settings));
    await store.write(content);
    expect(await store.writeMeanings(content, madeUpMeanings('one'))).toBe(
      content.nodes.filter(({ label }) => ['Dataset', 'Column', 'BusinessTerm', 'Metric'].includes(label)).length,
    );
    const served = await store.open(surroundingsOf(embedded));
    expect(await hitsOf(served, madeUpMeanings('one'))).toEqual(await hitsOf(embedded, madeUpMeanings('one')));

    // Only what is searched needs a vector: those of the catalog are on the server. Vectors of another model are not compared with them.
    const asked: string[] = [];
    await served.search('who lends', 8, madeUpMeanings('one', asked));
    expect(asked).toEqual(['who lends']);
    await served.search('who lends', 8, madeUpMeanings('two', asked));
    expect(asked.length).toBeGreaterThan(20);
    expect(await hitsOf(served, madeUpMeanings('two'))).toEqual(await hitsOf(embedded, madeUpMeanings('two')));

    // The graph is read without its vectors, and another write leaves none of them.
    expect(graphLines(await store.read())).toEqual(graphLines(content));
    await store.write(content);
    asked.length = 0;
    await served.search('who lends', 8, madeUpMeanings('one', asked));
    expect(asked.length).toBeGreaterThan(20);
    await store.close();
    await embedded.close();
  });
});

/** What is found by meaning for some phrases; likenesses agree in their first digits. */
async function hitsOf(graph: KnowledgeGraph, meanings: Meanings): Promise<readonly (readonly object[])[]> {
  const phrases = ['who lends', 'book', 'fee', 'nothing at all'];
  const found = await Promise.all(phrases.map((phrase) => graph.search(phrase, 8, meanings)));
  return found.map((hits) => hits.map((hit) => ({ ...hit, likeness: hit.likeness?.toFixed(4) })));
}

/** Vectors that stand for no meaning but are the same for the same text and model. Texts are added to `asked`. */
function madeUpMeanings(model: string, asked: string[] = []): Meanings {
  return {
    model,
    vectors: async (texts) => {
      asked.push(...texts);
      return texts.map((text) => {
        const digits = [...textHash(`${model} ${text}`).slice(0, 48)].map((digit) => Number.parseInt(digit, 16) - 5);
        const length = Math.hypot(...digits);
        return Float32Array.from(digits, (digit) => digit / length);
      });
    },
  };
}

describe('runs that ask the graph of a server', () => {
  const request = 'number of loans for members of Haven';
  let bench: Workbench;
  let expected: Readonly<Record<string, string>>;

  /** What a run of the request leaves, and the notices of its events. */
  async function run(
    name: string,
    environment: Readonly<Record<string, string>>,
    flags: { readonly requireGraph?: boolean; readonly user?: string } = {},
  ): Promise<{ trees: Readonly<Record<string, string>>; notices: readonly string[]; seconds: number }> {
    const [products, gold] = [join(bench.folder, name, 'products'), join(bench.folder, name, 'gold')];
    const given = { data: [bench.data], glossary: join(bench.folder, 'glossary.yaml'), out: products, gold, ...flags };
    const settings = readSettings(findWorkspace(bench.folder), given, environment);
    const notices: string[] = [];
    const started = performance.now();
    const outcome = await generate({
      settings,
      request: requestFor(request, { asOf: '2024-06-30' }, settings),
      runId: name,
      build: true,
      force: false,
      only: null,
      onEvent: (event) => {
        if (event.kind === 'warning') notices.push(event.message);
      },
      now: () => new Date(0),
      openModel: modelOf,
    });
    expect(outcome.status).toBe('answered');
    const seconds = (performance.now() - started) / 1000;
    return { trees: { ...treeHashes(products), ...treeHashes(gold) }, notices, seconds };
  }

  const environmentOf = (uri: string): Readonly<Record<string, string>> => ({
    DPB_GRAPH: 'neo4j',
    NEO4J_URI: uri,
    NEO4J_PASSWORD: running.settings.password,
  });

  beforeAll(async () => {
    const library = await scanLibrary({ open: true });
    bench = library.bench;
    writeFileSync(join(bench.folder, 'dpb.yaml'), '');
    const store = new Neo4jStore(new GraphServer(running.settings));
    await store.write(library.content);
    await store.close();
    expected = (await run('embedded', {})).trees;
  });

  test('make the same product as with the embedded snapshot', async () => {
    const { trees, notices } = await run('served', environmentOf(running.settings.uri), { requireGraph: true });
    expect(notices).toEqual([]);
    expect(trees).toEqual(expected);
  });

  test('a sync writes vectors where a model gives them, and the graph without them where it fails', async () => {
    const model = await startModelServer((asked, response) => embed(asked, response, () => [1, 2, 3]));
    const given = { data: [bench.data], glossary: join(bench.folder, 'glossary.yaml') };
    const settings = readSettings(findWorkspace(bench.folder), given, environmentOf(running.settings.uri));
    const synced = async (): Promise<readonly [number, readonly string[]]> => {
      const failures: string[] = [];
      const llm = settingsFor(model.url, { embedding: { model: 'vectors-1', price: 0.02 }, deadlineMs: 2_000 });
      const world = { scope: 'sync', environment: {}, now: Date.now, random: () => 0, onNote: () => undefined };
      const told = { onProgress: () => undefined, onFailure: (message: string) => failures.push(message) };
      return [(await syncGraph({ ...settings, llm }, world, told)).vectors, failures];
    };
    model.behave((_asked, response) => fail(response, 500));
    expect(await synced()).toEqual([0, [expect.stringContaining('without vectors')]]);
    model.behave((asked, response) => embed(asked, response, () => [1, 2, 3]));
    const [vectors, failures] = await synced();
    expect([vectors > 10, failures]).toEqual([true, []]);
    const asked = model.asked.length;
    expect(await synced()).toEqual([vectors, []]);
    expect(model.asked).toHaveLength(asked);
    await model.close();
    const { trees } = await run('synced', environmentOf(running.settings.uri), { requireGraph: true });
    expect(trees).toEqual(expected);
  });

  test('end with the same product, whichever query the server fails at, within 5 s more', async () => {
    const whole = await openProxy(running.port, 'cut', null);
    const { seconds: usual } = await run('counted', environmentOf(whole.uri), { requireGraph: true });
    await whole.close();
    const queries = whole.queries();
    expect(queries).toBeGreaterThan(10);
    const trials = [
      ...Array.from({ length: queries }, (_query, at) => ['cut', at + 1] as const),
      ['hang', 1] as const,
      ['hang', queries] as const,
    ];
    for (const [fault, at] of trials) {
      const taken: number[] = [];
      // A busy machine may take any run longer: the server's part is in each, the machine's not.
      for (const attempt of ['first', 'second', 'third']) {
        const proxy = await openProxy(running.port, fault, at);
        const { trees, notices, seconds } = await run(`${fault}-${at}-${attempt}`, environmentOf(proxy.uri));
        await proxy.close();
        expect([fault, at, trees]).toEqual([fault, at, expected]);
        expect([fault, at, notices]).toEqual([fault, at, [expect.stringContaining('the embedded snapshot is used')]]);
        taken.push(seconds - usual);
        if (seconds - usual < 5) break;
      }
      expect(Math.min(...taken), `${fault} at query ${at}`).toBeLessThan(5);
    }
  });

  test('fail clearly where the graph is required', async () => {
    const proxy = await openProxy(running.port, 'cut', 1);
    await expect(run('required', environmentOf(proxy.uri), { requireGraph: true })).rejects.toMatchObject({
      code: 'graph.unreachable',
    });
    await proxy.close();
  });

  test('are told of a server that holds another catalog', async () => {
    const store = new Neo4jStore(new GraphServer(running.settings));
    await store.write((await scanLibrary({ small: true })).content);
    await store.close();
    const { trees, notices } = await run('other', environmentOf(running.settings.uri));
    expect(trees).toEqual(expected);
    expect(notices).toEqual([expect.stringContaining('dpb graph sync')]);
  });

  test('are denied where there is a policy and roles cannot be read', async () => {
    const guarded = await scanLibrary();
    bench = guarded.bench;
    writeFileSync(join(bench.folder, 'dpb.yaml'), '');
    const proxy = await openProxy(running.port, 'cut', 1);
    await expect(run('denied', environmentOf(proxy.uri), { user: 'ann' })).rejects.toMatchObject({
      code: 'access.unknown',
    });
    await proxy.close();
    const store = new Neo4jStore(new GraphServer(running.settings));
    await store.write(guarded.content);
    await store.close();
    const { notices } = await run('allowed', environmentOf(running.settings.uri), { user: 'cy' });
    expect(notices).toEqual([]);
  });

  test('go on without a server that was killed', async () => {
    await running.kill();
    const { notices } = await run('killed', environmentOf(running.settings.uri), {}).catch((thrown) => ({
      notices: [String(thrown.code)],
    }));
    expect(notices).toEqual(['access.unknown']);
  });
});
