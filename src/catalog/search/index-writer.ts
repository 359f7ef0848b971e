import { bytesOfNumbers } from '../../support/number-bytes.js';
import { compareText } from '../../support/text-order.js';
import { blockFileBytes } from './block-file.js';
import { ByteSink } from './byte-sink.js';
import { documentsOf, type SearchDocument, type Searched } from './search-documents.js';
import type { SearchField, SearchKind } from './search-hit.js';

/** Changes whenever words are split otherwise, or the sections hold something else: indexes of another version are made anew. */
const indexVersion = 1;

/** What an index of a catalog of this id says it is of. */
export function indexIdentity(catalogId: string): string {
  return `search index ${indexVersion} of catalog ${catalogId}`;
}

/** The order of the kinds and fields is part of the format. */
export const indexedKinds = ['dataset', 'column', 'term', 'metric'] as const satisfies readonly SearchKind[];
export const indexedFields = ['name', 'synonym', 'description'] as const satisfies readonly SearchField[];

const fieldWeights = { name: 3, synonym: 2, description: 1 } as const satisfies Record<SearchField, number>;

/** What a word counts in a document, by the fields that it stands in as bits. */
export const weightsOfFields: readonly number[] = Array.from({ length: 8 }, (_none, bits) =>
  indexedFields.reduce((sum, field, place) => sum + ((bits >> place) & 1) * fieldWeights[field], 0),
);

/** A word of the catalog with its documents so far, each as the step from the one before and the fields. */
interface Gathered {
  readonly postings: ByteSink;
  last: number;
  count: number;
}

/**
 * The inverted index over all that a catalog names, as the bytes of a file of blocks: the words in order with what tells
 * near ones apart (letters and sizes), their documents, and the documents themselves. Equal catalogs have equal bytes.
 */
export function searchIndexBytes(catalogId: string, searched: Searched): Uint8Array {
  const datasets = searched.datasets.map(({ name }) => name);
  const { gathered, lengths, homes } = gatherWords(searched, datasets);
  const terms = [...gathered].sort(([left], [right]) => compareText(left, right));
  const places = new Map(terms.map(([term], place) => [term, place]));
  const texts = new ByteSink();
  const postings = new ByteSink();
  const ends: number[][] = [[], []];
  for (const [term, { postings: own }] of terms) {
    for (const byte of Buffer.from(term, 'utf8')) texts.byte(byte);
    for (const byte of own.bytes()) postings.byte(byte);
    ends[0]?.push(texts.size);
    ends[1]?.push(postings.size);
  }
  const told = tellDocuments(searched, places, datasets);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return blockFileBytes(indexIdentity(catalogId), {
    facts: Buffer.from(JSON.stringify({ documents: lengths.length, length: total, datasets }), 'utf8'),
    terms: texts.bytes(),
    termEnds: bytesOfNumbers(ends[0] ?? []),
    termCounts: bytesOfNumbers(terms.map(([, { count }]) => count)),
    termLetters: bytesOfNumbers(terms.map(([term]) => lettersOf(term))),
    termSizes: Buffer.from(terms.map(([term]) => Math.min(255, term.length))),
    postings: postings.bytes(),
    postingEnds: bytesOfNumbers(ends[1] ?? []),
    lengths: bytesOfNumbers(lengths),
    homes: bytesOfNumbers(homes),
    documents: told.documents,
    documentEnds: told.ends,
  });
}

interface GatheredWords {
  readonly gathered: ReadonlyMap<string, Gathered>;
  /** The number of words of each document, each as often as its fields count. */
  readonly lengths: number[];
  /** The dataset of each document, from 1; 0 for none. */
  readonly homes: number[];
}

function gatherWords(searched: Searched, datasets: readonly string[]): GatheredWords {
  const gathered = new Map<string, Gathered>();
  const lengths: number[] = [];
  const homes: number[] = [];
  const homeOf = new Map(datasets.map((name, place) => [name, place + 1]));
  let place = 0;
  for (const { words, dataset } of documentsOf(searched)) {
    let length = 0;
    for (const [word, fields] of words) {
      const bits = bitsOf(fields);
      const known = gathered.get(word) ?? { postings: new ByteSink(), last: 0, count: 0 };
      known.postings.number(place - known.last);
      known.postings.byte(bits);
      known.last = place;
      known.count += 1;
      gathered.set(word, known);
      length += weightsOfFields[bits] ?? 0;
    }
    lengths.push(length);
    homes.push(dataset === null ? 0 : (homeOf.get(dataset) ?? 0));
    place += 1;
  }
  return { gathered, lengths, homes };
}

function tellDocuments(
  searched: Searched,
  places: ReadonlyMap<string, number>,
  datasets: readonly string[],
): { readonly documents: Uint8Array; readonly ends: Uint8Array } {
  const homeOf = new Map(datasets.map((name, place) => [name, place + 1]));
  const documents = new ByteSink();
  const ends: number[] = [];
  for (const document of documentsOf(searched)) {
    tellDocument(documents, document, places, homeOf);
    ends.push(documents.size);
  }
  return { documents: documents.bytes(), ends: bytesOfNumbers(ends) };
}

function tellDocument(
  sink: ByteSink,
  { kind, dataset, name, words }: SearchDocument,
  places: ReadonlyMap<string, number>,
  homeOf: ReadonlyMap<string, number>,
): void {
  sink.byte(indexedKinds.indexOf(kind));
  sink.number(dataset === null ? 0 : (homeOf.get(dataset) ?? 0));
  sink.text(name);
  for (const [word, fields] of words) {
    sink.number(places.get(word) ?? 0);
    sink.byte(bitsOf(fields));
  }
}

function bitsOf(fields: readonly SearchField[]): number {
  return fields.reduce((bits, field) => bits | (1 << indexedFields.indexOf(field)), 0);
}

/** Which letters a word has, as bits: words that are one typo apart differ in at most two. */
export function lettersOf(word: string): number {
  let bits = 0;
  for (let place = 0; place < word.length; place += 1) bits |= 1 << (word.charCodeAt(place) & 31);
  return bits >>> 0;
}
