import type { Catalog, ColumnsOf, KnowledgeGraph, ValueHit } from '../catalog/catalog.js';
import { columnsOfAll } from '../catalog/columns-of-all.js';
import { type JoinGraph, joinGraphOf } from '../catalog/join-graph.js';
import { homesOf } from '../catalog/search/hit-homes.js';
import type { Meanings, SearchHit, WeightedWord } from '../catalog/search/search-hit.js';
import { type Token, tokensOf } from '../intent/tokens.js';
import { functionWords } from '../intent/words/fillers.js';
import { relatedTo } from '../intent/words/related.js';
import { listedSynonyms } from '../intent/words/synonyms.js';

/** A catalog of more datasets than this is not read whole for each request. */
const wholeMax = 300;

/** How many datasets are kept for what words of the request name, for values that it names, and for each of both. */
const namedMax = 16;
const valuedMax = 8;
/** Between how many of the best the ways are kept, and how many datasets a way may lead over. */
const tiedMax = 6;
const overMax = 2;

const relatedWeights = [0.6, 0.5, 0.4] as const;
const synonymWeight = 0.6;

/**
 * The graph as far as it may bear on the request: itself where it is small, else the datasets that words of the request, what
 * is related to them, terms, metrics and values speak of, and what lies between them. The same request of the same catalog is
 * read over the same part.
 */
export async function graphForRequest(graph: KnowledgeGraph, request: string): Promise<KnowledgeGraph> {
  const { catalog } = graph;
  if (catalog.datasets.length <= wholeMax) return graph;
  const tokens = tokensOf(request);
  const named = await graph.relevantDatasets(wordGroups(tokens), namedMax);
  // Metrics are found with their datasets; terms have none of their own.
  const hits = catalog.terms.length === 0 ? [] : await graph.search(request, namedMax);
  const told = hits.filter(({ kind }) => kind === 'term').flatMap((hit) => homesOf(catalog, hit));
  const valued = await valuedDatasets(graph, tokens);
  const best = [...new Set([...told, ...named, ...valued])];
  const kept = new Set([...best, ...between(catalog, best.slice(0, tiedMax))]);
  return new RequestGraph(graph, partOf(catalog, kept));
}

function wordGroups(tokens: readonly Token[]): readonly (readonly WeightedWord[])[] {
  return tokens.flatMap(({ kind, lower, stem }) => {
    if (kind === 'sign' || functionWords.has(lower)) return [];
    const related = relatedTo(lower).map(({ word, tier }) => ({ word, weight: relatedWeights[tier] }));
    const synonyms = listedSynonyms(stem).map((word) => ({ word, weight: synonymWeight }));
    return [[{ word: lower, weight: 1 }, ...synonyms, ...related]];
  });
}

/** The datasets that most of what may be values of the request are in. */
async function valuedDatasets(graph: KnowledgeGraph, tokens: readonly Token[]): Promise<readonly string[]> {
  const words = tokens.filter(({ kind, lower }) => kind === 'quoted' || (kind !== 'sign' && !functionWords.has(lower)));
  const phrases = [
    ...words.map(({ text }) => text),
    ...tokens.slice(1).map(({ text }, place) => `${tokens[place]?.text ?? ''} ${text}`),
  ];
  const hits = (await graph.findValues(phrases, [])).filter(({ match }) => match === 'exact');
  const phrasesOf = new Map<string, Set<string>>();
  for (const { dataset, phrase } of hits)
    phrasesOf.set(dataset, (phrasesOf.get(dataset) ?? new Set<string>()).add(phrase));
  // Of datasets with as many the one whose value was found first: those with the most rows come first.
  return [...phrasesOf]
    .sort(([, left], [, right]) => right.size - left.size)
    .slice(0, valuedMax)
    .map(([dataset]) => dataset);
}

const joins = new WeakMap<Catalog, JoinGraph>();

/** The datasets on the cheapest ways between these. */
function between(catalog: Catalog, names: readonly string[]): readonly string[] {
  const graph = joins.get(catalog) ?? joinGraphOf(catalog);
  joins.set(catalog, graph);
  return names.flatMap((from, place) =>
    names.slice(place + 1).flatMap((to) => {
      const [way] = graph.paths(from, to, 1);
      if (way === undefined || way.steps.length > overMax + 1) return [];
      return way.steps.flatMap(({ relationship }) => [relationship.from.dataset, relationship.to.dataset]);
    }),
  );
}

function partOf(catalog: Catalog, kept: ReadonlySet<string>): Catalog {
  const isKept = ({ dataset }: { readonly dataset: string | null }): boolean => dataset === null || kept.has(dataset);
  return {
    ...catalog,
    datasets: catalog.datasets.filter(({ name }) => kept.has(name)),
    relationships: catalog.relationships.filter(({ from, to }) => isKept(from) && isKept(to)),
    terms: catalog.terms.flatMap((term) => {
      const mapsTo = term.mapsTo.filter(isKept);
      const isSeen = [term.condition, term.formula ?? null].every((part) => part === null || isKept(part));
      return isSeen && (mapsTo.length > 0 || term.mapsTo.length === 0) ? [{ ...term, mapsTo }] : [];
    }),
    metrics: catalog.metrics.filter(isKept),
    rules: catalog.rules.filter(isKept),
  };
}

/** A part of a graph, for one request. */
class RequestGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #graph: KnowledgeGraph;
  readonly #kept: readonly ColumnsOf[];

  constructor(graph: KnowledgeGraph, catalog: Catalog) {
    this.catalog = catalog;
    this.#graph = graph;
    this.#kept = columnsOfAll(catalog.datasets);
  }

  findValues(phrases: readonly string[], misspelt: readonly string[] = phrases): Promise<readonly ValueHit[]> {
    return this.#graph.findValues(phrases, misspelt, this.#kept);
  }

  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    return this.#graph.search(text, limit, meanings);
  }

  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#graph.relevantDatasets(words, limit);
  }

  close(): Promise<void> {
    return this.#graph.close();
  }
}
