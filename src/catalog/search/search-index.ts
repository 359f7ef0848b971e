import { distance } from 'fastest-levenshtein';
import { numbersOfBytes } from '../../support/number-bytes.js';
import { compareText } from '../../support/text-order.js';
import { BlockFile } from './block-file.js';
import { ByteSource } from './byte-sink.js';
import {
  indexedFields,
  indexedKinds,
  indexIdentity,
  lettersOf,
  searchIndexBytes,
  weightsOfFields,
} from './index-writer.js';
import type { SearchDocument, Searched } from './search-documents.js';

/** The index of a catalog that is only held in memory. */
export function indexCatalog(searched: Searched): SearchIndex {
  return new SearchIndex(BlockFile.of(searchIndexBytes('', searched), indexIdentity('')));
}

/** A word of the index that stands near another, and how near, 0 to 1. */
export interface NearTerm {
  readonly term: number;
  readonly weight: number;
}

/** The words by number, in the order of texts, with what tells near ones apart. */
interface Terms {
  readonly texts: Buffer;
  readonly ends: Uint32Array;
  readonly counts: Uint32Array;
  readonly letters: Uint32Array;
  readonly sizes: Uint8Array;
  readonly postingEnds: Uint32Array;
}

/** Of words that begin with a searched one, or are misspelt like it, these many: the nearest, then the first by name. */
const nearMax = 64;

/** An inverted index over all that a catalog names, of which only what a search needs is read. */
export class SearchIndex {
  readonly #file: BlockFile;
  readonly documents: number;
  readonly averageLength: number;
  readonly datasets: readonly string[];
  #terms: Terms | null = null;
  #lengths: Uint32Array | null = null;
  #homes: Uint32Array | null = null;
  #documentEnds: Uint32Array | null = null;
  /** Words by number, as far as many documents were told. */
  readonly #words = new Map<number, string>();

  constructor(file: BlockFile) {
    this.#file = file;
    const facts: { documents: number; length: number; datasets: readonly string[] } = JSON.parse(
      file.bytes('facts').toString('utf8'),
    );
    this.documents = facts.documents;
    this.averageLength = facts.documents === 0 ? 0 : facts.length / facts.documents;
    this.datasets = facts.datasets;
  }

  /** The number of the word; null where no document has it. */
  term(word: string): number | null {
    const place = this.#firstFrom(word);
    return place < this.#known.ends.length && this.text(place) === word ? place : null;
  }

  /** The word of that number. */
  text(term: number): string {
    const { texts, ends } = this.#known;
    return texts.toString('utf8', term === 0 ? 0 : ends[term - 1], ends[term]);
  }

  /** How many documents have the word. */
  count(term: number): number {
    return this.#known.counts[term] ?? 0;
  }

  /** Words one typo away, two in long words, or that the word begins; best first. */
  near(word: string): readonly NearTerm[] {
    if (word.length < 3) return [];
    const typosMax = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
    const found: NearTerm[] = [];
    for (let term = this.#firstFrom(word); term < this.#known.ends.length; term += 1) {
      const text = this.text(term);
      if (!text.startsWith(word)) break;
      if (text !== word) found.push({ term, weight: word.length / text.length });
    }
    if (typosMax > 0) found.push(...this.#misspelt(word, typosMax));
    return found.sort((left, right) => right.weight - left.weight || left.term - right.term).slice(0, nearMax);
  }

  /** Tells each document that has the word, in order, with what the word counts there. */
  visit(term: number, tell: (document: number, weight: number) => void): void {
    const { postingEnds } = this.#known;
    const source = this.#file.bytes('postings', term === 0 ? 0 : postingEnds[term - 1], postingEnds[term]);
    const end = source.length;
    let document = 0;
    for (let place = 0; place < end; ) {
      let step = 0;
      for (let shift = 0; ; shift += 7) {
        const part = source[place] ?? 0;
        place += 1;
        step |= (part & 0x7f) << shift;
        if (part < 0x80) break;
      }
      document += step;
      tell(document, weightsOfFields[source[place] ?? 0] ?? 0);
      place += 1;
    }
  }

  /** The number of words of each document, each as often as its fields count. */
  get lengths(): Uint32Array {
    this.#lengths ??= numbersOfBytes(this.#file.bytes('lengths'));
    return this.#lengths;
  }

  /** The place of each document's dataset, from 1; 0 for none. */
  get homes(): Uint32Array {
    this.#homes ??= numbersOfBytes(this.#file.bytes('homes'));
    return this.#homes;
  }

  document(place: number): SearchDocument {
    const { source, ...named } = this.#named(place);
    const words = new Map<string, SearchDocument['words'] extends ReadonlyMap<string, infer Fields> ? Fields : never>();
    while (!source.isDone) {
      const word = this.text(source.number());
      const bits = source.byte();
      words.set(
        word,
        indexedFields.filter((_field, bit) => ((bits >> bit) & 1) === 1),
      );
    }
    return { ...named, words };
  }

  /** What the document is, with its words as one text: less work than `document` where many are read. */
  told(place: number): Omit<SearchDocument, 'words'> & { readonly said: string } {
    const { source, ...named } = this.#named(place);
    let said = '';
    while (!source.isDone) {
      const term = source.number();
      const known = this.#words.get(term);
      const word = known ?? this.text(term);
      if (known === undefined) this.#words.set(term, word);
      said += said === '' ? word : ` ${word}`;
      source.byte();
    }
    return { ...named, said };
  }

  #named(place: number): Omit<SearchDocument, 'words'> & { readonly source: ByteSource } {
    this.#documentEnds ??= numbersOfBytes(this.#file.bytes('documentEnds'));
    const ends = this.#documentEnds;
    const source = new ByteSource(this.#file.bytes('documents', place === 0 ? 0 : ends[place - 1], ends[place]));
    const kind = indexedKinds[source.byte()] ?? 'column';
    const dataset = this.datasets[source.number() - 1] ?? null;
    return { kind, dataset, name: source.text(), source };
  }

  close(): void {
    this.#file.close();
  }

  get #known(): Terms {
    this.#terms ??= {
      texts: this.#file.bytes('terms'),
      ends: numbersOfBytes(this.#file.bytes('termEnds')),
      counts: numbersOfBytes(this.#file.bytes('termCounts')),
      letters: numbersOfBytes(this.#file.bytes('termLetters')),
      sizes: this.#file.bytes('termSizes'),
      postingEnds: numbersOfBytes(this.#file.bytes('postingEnds')),
    };
    return this.#terms;
  }

  /** The first word that is not before `word` in the order of texts. */
  #firstFrom(word: string): number {
    let from = 0;
    let to = this.#known.ends.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compareText(this.text(middle), word) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Few words have nearly the same letters and size: only those are compared. */
  #misspelt(word: string, typosMax: number): readonly NearTerm[] {
    const { letters, sizes } = this.#known;
    const own = lettersOf(word);
    const found: NearTerm[] = [];
    for (let term = 0; term < letters.length; term += 1) {
      const size = sizes[term] ?? 0;
      if (size < word.length - typosMax || size > word.length + typosMax) continue;
      if (bitsIn((letters[term] ?? 0) ^ own) > 2 * typosMax) continue;
      const text = this.text(term);
      if (text === word || text.startsWith(word)) continue;
      const typos = distance(text, word);
      if (typos <= typosMax) found.push({ term, weight: 1 - typos / word.length });
    }
    return found;
  }
}

function bitsIn(number: number): number {
  let rest = number - ((number >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return (Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24) & 0xff;
}
