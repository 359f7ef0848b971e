import { openEngine } from '../../engine/duckdb-engine.js';
import type { Catalog, ColumnsOf, KnowledgeGraph, ValueHit } from '../catalog.js';
import { type GraphSearch, searchInMemory } from '../search/graph-search.js';
import type { Meanings, SearchHit, WeightedWord } from '../search/search-hit.js';
import { foldPhrases, hitsPerPhraseMax, nearLengthMin, searchValues, type ValueFinder } from '../value-index.js';
import type { GraphServer, ServerRow } from './graph-server.js';
import { keptMeanings } from './kept-meanings.js';
import { exactKey, isOneTypoAway } from './value-properties.js';

/** A catalog that was read from a server, which also finds its values. */
export class Neo4jGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #server: GraphServer;
  readonly #search: GraphSearch;

  constructor(server: GraphServer, catalog: Catalog) {
    this.#server = server;
    this.#search = searchInMemory(catalog, keptMeanings(server));
    this.catalog = catalog;
  }

  findValues(
    phrases: readonly string[],
    misspelt = phrases,
    within?: readonly ColumnsOf[],
  ): Promise<readonly ValueHit[]> {
    return searchValues(valueFinder(this.#server, within ?? null), this.catalog, phrases, misspelt);
  }

  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    return this.#search.search(text, limit, meanings);
  }

  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#search.relevantDatasets(words, limit);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

const told = 'v.dataset AS dataset, v.column AS column, v.value AS value, v.rows AS rows, v.folded AS folded';

/** Values that are not seen are left out before the most frequent ones are taken. */
const seenOnly = '($seen IS NULL OR v.column IN $seen[v.dataset])';

const spelledCypher = `UNWIND $phrases AS p
  CALL (p) {
    MATCH (v:Value {index_exact: p.exact}) WHERE ${seenOnly} RETURN v, 'exact' AS match ORDER BY v.index_place LIMIT $limit
    UNION ALL
    MATCH (v:Value) WHERE v.index_words CONTAINS p.words AND v.index_exact <> p.exact AND ${seenOnly}
    RETURN v, 'contains' AS match ORDER BY v.index_place LIMIT $limit
  }
  RETURN p.phrase AS phrase, match, ${told}`;

/** One typo changes the length by at most one and spares either the first two letters or the last two. */
const nearCypher = `UNWIND $phrases AS p UNWIND [p.size - 1, p.size, p.size + 1] AS size
  CALL (p, size) {
    MATCH (v:Value {index_start: p.start, index_size: size}) WHERE ${seenOnly} RETURN v
    UNION
    MATCH (v:Value {index_finish: p.finish, index_size: size}) WHERE ${seenOnly} RETURN v
  }
  RETURN p.phrase AS phrase, p.folded AS said, ${told}, v.index_place AS place`;

function valueFinder(server: GraphServer, within: readonly ColumnsOf[] | null): ValueFinder {
  const seen = within && Object.fromEntries(within.map(({ dataset, columns }) => [dataset, columns]));
  return {
    spelled: async (phrases) => {
      const asked = (await folded(phrases)).map(({ phrase, folded: text }) => ({
        phrase,
        exact: exactKey(text),
        words: ` ${text} `,
      }));
      if (asked.length === 0) return [];
      const rows = await server.read(spelledCypher, { phrases: asked, limit: BigInt(hitsPerPhraseMax), seen });
      return rows.map((row) => hitOf(row, row.match === 'exact' ? 'exact' : 'contains'));
    },
    near: async (phrases) => {
      const asked = (await folded(phrases)).flatMap(({ phrase, folded: text }) => {
        const letters = [...text];
        const [start, finish] = [letters.slice(0, 2).join(''), letters.slice(-2).join('')];
        const size = BigInt(letters.length);
        return letters.length < nearLengthMin ? [] : [{ phrase, folded: text, start, finish, size }];
      });
      if (asked.length === 0) return [];
      const rows = await server.read(nearCypher, { phrases: asked, seen });
      const near = rows.filter((row) => isOneTypoAway(String(row.said), String(row.folded)));
      return asked.flatMap(({ phrase }) =>
        near
          .filter((row) => row.phrase === phrase)
          .sort((left, right) => Number(left.place) - Number(right.place))
          .slice(0, hitsPerPhraseMax)
          .map((row) => hitOf(row, 'near')),
      );
    },
  };
}

/** Phrases are folded by what folded the values. */
async function folded(phrases: readonly string[]): ReturnType<typeof foldPhrases> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    return await foldPhrases(engine, phrases);
  } finally {
    engine.close();
  }
}

function hitOf({ phrase, dataset, column, value, rows }: ServerRow, match: ValueHit['match']): ValueHit {
  return {
    phrase: String(phrase),
    dataset: String(dataset),
    column: String(column),
    value: String(value),
    rows: Number(rows),
    match,
  };
}
