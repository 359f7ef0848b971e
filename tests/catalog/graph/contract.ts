import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KnowledgeGraph } from '../../../src/catalog/catalog.js';
import { openEmbeddedGraph } from '../../../src/catalog/embedded-graph.js';
import { edgeEnds, type GraphContent, type GraphEdge } from '../../../src/catalog/graph/graph-content.js';
import { graphLines, parseGraphLines } from '../../../src/catalog/graph/graph-lines.js';
import type { GraphStore } from '../../../src/catalog/graph/graph-store.js';
import { snapshotPath } from '../../../src/catalog/snapshot.js';
import { scanLibrary } from './library.js';

/** Nodes of products, scores and anything that a catalog does not hold, with whatever texts and numbers. */
const moreContent = fc
  .array(
    fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 12 }),
      texts: fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 3 }),
      count: fc.integer(),
      share: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
      nested: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value ?? null))),
      flag: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map(
    (items): GraphContent => ({
      nodes: items.flatMap((item, place) => [
        { label: 'Dataset', key: `product ${place} ${item.name}`, properties: { ...item, product: true } },
        { label: 'QualityScore', key: `score ${place}`, properties: { none: null, empty: [], mixed: [1, 'a', null] } },
      ]),
      edges: items.map(({ name, share }, place) => ({
        type: 'HAS_QUALITY_SCORE',
        key: name,
        from: { label: 'Dataset', key: `product ${place} ${name}` },
        to: { label: 'QualityScore', key: `score ${place}` },
        properties: { share, name },
      })),
    }),
  );

/** What every store of knowledge graphs must do; `makeStore` gives one that holds nothing. */
export function graphStoreContract(makeStore: () => Promise<GraphStore>, propertyRuns: number): void {
  describe('contract of graph stores', () => {
    let store: GraphStore;
    let library: Awaited<ReturnType<typeof scanLibrary>>;
    let embedded: KnowledgeGraph;
    let graph: KnowledgeGraph;

    beforeAll(async () => {
      store = await makeStore();
      library = await scanLibrary();
      embedded = await openEmbeddedGraph(snapshotPath(library.bench.state, library.catalogId));
    });
    afterAll(async () => {
      await graph?.close();
      await embedded?.close();
      await store?.close();
    });

    test('an empty store holds no graph', async () => {
      await expect(store.read()).rejects.toMatchObject({ code: 'graph.broken' });
      await expect(store.open({ datasets: {} })).rejects.toMatchObject({ code: 'graph.broken' });
    });

    test('what is written is read again, all of it, also when it is written twice', async () => {
      await store.write(library.content);
      expect(graphLines(await store.read())).toEqual(graphLines(library.content));
      await store.write(library.content);
      expect(graphLines(await store.read())).toEqual(graphLines(library.content));
    });

    test('its catalog is the one that was scanned', async () => {
      graph = await store.open(surroundingsOf(embedded));
      expect(graph.catalog).toEqual(embedded.catalog);
      expect(graph.catalog.access?.columns).toContainEqual(expect.objectContaining({ column: 'label', masked: true }));
    });

    test('the graph has all that the design names of a catalog', () => {
      const types = new Set(library.content.edges.map(({ type }: GraphEdge) => type));
      const ofProducts = ['DERIVED_FROM', 'HAS_QUALITY_SCORE', 'USED'];
      expect([...types].sort()).toEqual(
        Object.keys(edgeEnds)
          .filter((type) => !ofProducts.includes(type))
          .sort(),
      );
    });

    test.each([
      ['exact', ['New Haven'], ['New Haven exact', 'new haven exact']],
      [
        'words in a row',
        ['haven'],
        ['Haven exact', 'New Haven contains', 'Old Haven Bay contains', 'new haven contains'],
      ],
      ['accents', ['ann uber'], ['Ann Über exact']],
      ['punctuation', ["cy o'neil", 'cy o neil'], ["Cy O'Neil exact", "Cy O'Neil exact"]],
      ['one typo', ['poetri'], ['poetry near']],
      ['a letter too few', ['fictio'], ['fiction near']],
      ['letters swapped', ['ficiton'], ['fiction near']],
      ['part of a word', ['fict'], []],
      ['other letters', ['дарья'], ['Дарья exact']],
      ['nothing', ['', '   ', '!'], []],
      [
        'signs of query languages',
        ["haven' OR 1=1 --", 'poetry*', '"poetry"', '$phrases', '`'],
        ['poetry exact', 'poetry exact'],
      ],
    ])('finds values: %s', async (_name, phrases, expected) => {
      const hits = await graph.findValues(phrases);
      expect(hits.map(({ value, match }) => `${value} ${match}`)).toEqual(expected);
      expect(hits).toEqual(await embedded.findValues(phrases));
    });

    test('looks for typos only of the phrases that may be misspelt', async () => {
      expect(await graph.findValues(['poetri', 'fictio'], ['fictio'])).toEqual(
        await embedded.findValues(['poetri', 'fictio'], ['fictio']),
      );
    });

    test('values of columns that are not asked for count for nothing', async () => {
      const phrases = ['haven', 'poetri'];
      const all = await graph.findValues(phrases);
      for (const { dataset, column } of all) {
        const within = [{ dataset, columns: [column] }];
        const hits = await graph.findValues(phrases, phrases, within);
        expect(hits).toEqual(await embedded.findValues(phrases, phrases, within));
        expect(hits).toEqual(all.filter((hit) => hit.dataset === dataset && hit.column === column));
      }
      expect(await graph.findValues(phrases, phrases, [])).toEqual([]);
    });

    test('finds by names what the snapshot finds', async () => {
      for (const text of ['book', 'titel', 'name of the branch', 'nothing at all'])
        expect(await graph.search(text, 8)).toEqual(await embedded.search(text, 8));
      const groups = [[{ word: 'book', weight: 1 }], [{ word: 'title', weight: 1 }]];
      expect(await graph.relevantDatasets(groups, 3)).toEqual(await embedded.relevantDatasets(groups, 3));
    });

    test('another graph takes the place of the first whole', async () => {
      const other = await scanLibrary({ small: true });
      await store.write(other.content);
      expect(graphLines(await store.read())).toEqual(graphLines(other.content));
      await store.write(library.content);
      expect(graphLines(await store.read())).toEqual(graphLines(library.content));
    });

    test('whatever is exported and imported is the same lines again', async () => {
      await fc.assert(
        fc.asyncProperty(moreContent, async (more) => {
          const { nodes, edges } = library.content;
          const all = { nodes: [...nodes, ...more.nodes], edges: [...edges, ...more.edges] };
          const lines = graphLines(all);
          await store.write(parseGraphLines(lines, 'export'));
          expect(graphLines(await store.read())).toEqual(lines);
        }),
        { numRuns: propertyRuns, seed: 7 },
      );
    });

    test('a catalog that is not what it is named by is never taken for it', async () => {
      const nodes = library.content.nodes.map((node) =>
        node.label === 'Column' ? { ...node, properties: { ...node.properties, description: 'changed' } } : node,
      );
      const changed = { ...library.content, nodes };
      await expect(store.write(changed).then(() => store.open({ datasets: {} }))).rejects.toMatchObject({
        code: 'graph.broken',
      });
    });
  });
}

/** Where the datasets of an opened graph lie. */
export function surroundingsOf({ catalog }: KnowledgeGraph): Parameters<GraphStore['open']>[0] {
  return {
    datasets: Object.fromEntries(
      catalog.datasets.map(({ name, root, files, popularity }) => [
        name,
        { root, popularity, modifiedMs: files.map(({ modifiedMs }) => modifiedMs) },
      ]),
    ),
  };
}
