import type { Catalog } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import { type ComputedColumn, valueTerms } from './computed-columns.js';
import { type Concept, conceptKey, type Grounding } from './concept.js';
import { plainWords } from './lexical-text.js';
import { datasetDrafts, type EntryDraft } from './name-drafts.js';
import { singularOf, stemOf } from './word-forms.js';
import { abbreviations } from './words/abbreviations.js';
import { phraseGroups } from './words/phrases.js';

/** One way to say a concept: stems in order. `weight` is the score of saying it in full. */
export interface LexicalEntry {
  readonly concept: Concept;
  readonly stems: readonly string[];
  /** The words of those stems, in singular. */
  readonly singulars: readonly string[];
  /** The stem of its words written as one (`bodybuilder`), of two or three words; else null. */
  readonly joined: string | null;
  readonly weight: number;
  readonly evidence: string;
  /** Stems of which at least one must be said; the others only tell which table is meant. */
  readonly core: ReadonlySet<string>;
  /** Descriptions: each content word by itself may match, at a low price. */
  readonly loose: boolean;
}

/** All ways to say the concepts of one catalog, found by any of their stems. */
export interface Lexicon {
  readonly byStem: ReadonlyMap<string, readonly LexicalEntry[]>;
  /** The words of names and terms, in singular, each with its stem: for near matches, as a stem may cut off what was misspelt. */
  readonly words: ReadonlyMap<string, string>;
  /** Names for people, by concept, for near matches: `orders.region` → `region`. */
  readonly names: ReadonlyMap<string, string>;
  /** Columns of dates by the stem of what happened then: `close` of `closed_at`, `order` of `order_date`. */
  readonly events: ReadonlyMap<string, readonly Grounding[]>;
  /** Values of one word that tell what became of a row, by stem: `reject` of `rejected`. */
  readonly states: ReadonlyMap<string, readonly Grounding[]>;
}

/** Makes the lexicon of `catalog`: names, synonyms, descriptions, terms, metrics, labels of codes. */
export function lexiconOf(catalog: Catalog, computed: readonly ComputedColumn[] = []): Lexicon {
  const drafts = [
    ...datasetDrafts(catalog),
    ...termDrafts(catalog),
    ...metricDrafts(catalog),
    ...[...computed, ...valueTerms(catalog)].flatMap(computedDrafts),
  ];
  const byStem = new Map<string, LexicalEntry[]>();
  const names = new Map<string, string>();
  const written = new Map<string, string>();
  const prepared = new Map<string, readonly PreparedName[]>();
  // The drafts of one concept follow each other, so that only its own ways to say it need to be remembered.
  let told = '';
  const seen = new Set<string>();
  for (const draft of drafts) {
    const concept = conceptKey(draft.concept);
    if (concept !== told) seen.clear();
    told = concept;
    const text = draft.words.join(' ');
    const ways = prepared.get(text) ?? preparedNames(draft.words);
    prepared.set(text, ways);
    for (const way of ways) {
      if (way.stems.length === 0 || seen.has(way.text)) continue;
      seen.add(way.text);
      for (const [word, stem] of draft.loose === true ? [] : way.singulars) written.set(word, stem);
      if (!names.has(concept) && draft.weight > 0.9) names.set(concept, text);
      addEntry(byStem, {
        concept: draft.concept,
        stems: way.stems,
        singulars: way.singulars.map(([word]) => word),
        joined: way.joined,
        weight: draft.weight * way.factor,
        evidence: draft.evidence,
        core: coreOf(draft, way),
        loose: draft.loose ?? false,
      });
    }
  }
  return {
    byStem,
    words: written,
    names,
    events: eventsOf(catalog),
    states: statesOf(catalog, computed),
  };
}

/** Words of a date's name that do not tell what happens then. */
const dateWords = new Set(['on', 'at', 'date', 'time', 'day', 'datetime', 'timestamp', 'ts', 'dt', 'from', 'to', 'of']);

function eventsOf(catalog: Catalog): ReadonlyMap<string, readonly Grounding[]> {
  const events = new Map<string, Grounding[]>();
  for (const dataset of catalog.datasets)
    for (const column of dataset.columns) {
      if (!isTemporal(column.type)) continue;
      const concept: Concept = { kind: 'column', dataset: dataset.name, column: column.name };
      const words = columnWords(dataset, column).filter((word) => !dateWords.has(word));
      for (const stem of new Set(words.map(stemOf)))
        events.set(stem, [
          ...(events.get(stem) ?? []),
          { concept, score: 0.98, evidence: 'the date of what happened' },
        ]);
    }
  return events;
}

/** A column of states has few of them. */
const statesMax = 30;

function statesOf(catalog: Catalog, computed: readonly ComputedColumn[]): ReadonlyMap<string, readonly Grounding[]> {
  const states = new Map<string, Grounding[]>();
  const add = (word: string, concept: Concept, evidence: string): void => {
    if (!/^\p{L}{4,}$/u.test(word)) return;
    const stem = stemOf(word);
    states.set(stem, [...(states.get(stem) ?? []), { concept, score: 0.92, evidence }]);
  };
  for (const dataset of catalog.datasets)
    for (const column of dataset.columns) {
      if (column.type.kind !== 'text' || column.values === null || column.values.length > statesMax) continue;
      for (const { value } of column.values) {
        const concept: Concept = { kind: 'value', dataset: dataset.name, column: column.name, value, match: 'exact' };
        add(value, concept, `a value in the data, there "${value}"`);
      }
    }
  for (const { concept, names, evidence } of [...computed, ...valueTerms(catalog)])
    for (const { words } of names)
      if (concept.kind === 'value' && words.length === 1) add(words[0] ?? '', concept, evidence);
  return states;
}

/** A way to write a name, as it is searched: made once for all columns that are called alike. */
interface PreparedName {
  readonly words: readonly string[];
  readonly stems: readonly string[];
  /** The stems, between blanks. */
  readonly text: string;
  readonly all: ReadonlySet<string>;
  readonly joined: string | null;
  readonly factor: number;
  /** The words in singular with their stems. */
  readonly singulars: readonly (readonly [string, string])[];
}

function preparedNames(name: readonly string[]): readonly PreparedName[] {
  return expansions(name).map(({ words, factor }) => {
    const stems = words.map(stemOf);
    return {
      words,
      stems,
      text: stems.join(' '),
      all: new Set(stems),
      joined: words.length === 2 || words.length === 3 ? stemOf(words.join('')) : null,
      factor,
      singulars: words.map((word) => [singularOf(word), stemOf(word)] as const),
    };
  });
}

/** A variant in other words keeps the words of the core that it still has, and counts its new ones in. */
function coreOf(draft: EntryDraft, { words, all }: PreparedName): ReadonlySet<string> {
  if (draft.core === undefined) return all;
  const aside = new Set(draft.words.filter((word) => !draft.core?.includes(word)));
  return new Set(words.filter((word) => !aside.has(word)).map(stemOf));
}

/**
 * Names of table and column together are looked for by the words of the table: those of the column have entries of their
 * own, and one column's name may be that of thousands of tables.
 */
function addEntry(byStem: Map<string, LexicalEntry[]>, entry: LexicalEntry): void {
  const telling = entry.stems.filter((stem) => !entry.core.has(stem));
  const stems = telling.length > 0 ? telling : entry.stems;
  for (const stem of new Set(entry.joined === null ? stems : [...stems, entry.joined])) {
    const list = byStem.get(stem);
    if (list === undefined) byStem.set(stem, [entry]);
    else list.push(entry);
  }
}

/** The words themselves, with each abbreviation spelled out (one variant a reading of it), and with phrases that say the same. */
function expansions(words: readonly string[]): readonly Expansion[] {
  const longest = Math.max(1, ...words.map((word) => lookup(word).length));
  // `LName` is cut into two words, but it is one abbreviation.
  const joined = words.length > 1 ? lookup(words.join('')) : [];
  const variants: Expansion[] = [
    { words, factor: 1 },
    ...joined.map((full) => ({ words: full.split(' '), factor: 0.99 })),
  ];
  for (let index = 0; index < longest; index += 1) {
    const spelled = words.flatMap((word) => {
      const full = lookup(word);
      return (full[Math.min(index, full.length - 1)] ?? word).split(' ');
    });
    if (spelled.join(' ') !== words.join(' ')) variants.push({ words: spelled, factor: 0.97 });
  }
  return [...variants, ...variants.flatMap((variant) => rephrased(variant.words))];
}

interface Expansion {
  readonly words: readonly string[];
  readonly factor: number;
}

const phrasesByWord = new Map<string, { readonly phrase: readonly string[]; readonly group: readonly string[] }[]>();
for (const group of phraseGroups)
  for (const text of group) {
    const phrase = text.split(' ');
    const [first = ''] = phrase;
    const list = phrasesByWord.get(first) ?? [];
    list.push({ phrase, group });
    phrasesByWord.set(
      first,
      list.sort((left, right) => right.phrase.length - left.phrase.length),
    );
  }

/** The name with one phrase of it, the longest at its place, in other words. */
function rephrased(words: readonly string[]): readonly Expansion[] {
  return words.flatMap((word, place) => {
    const found = (phrasesByWord.get(word) ?? []).find(({ phrase }) =>
      phrase.every((part, index) => words[place + index] === part),
    );
    if (found === undefined) return [];
    return found.group
      .filter((text) => text !== found.phrase.join(' '))
      .map((text) => ({
        words: [...words.slice(0, place), ...text.split(' '), ...words.slice(place + found.phrase.length)],
        factor: 0.93,
      }));
  });
}

function lookup(word: string): readonly string[] {
  return Object.hasOwn(abbreviations, word) ? (abbreviations[word] ?? []) : [];
}

function termDrafts(catalog: Catalog): readonly EntryDraft[] {
  return catalog.terms.flatMap((term) => {
    const concepts = term.mapsTo.map((target) => termConcept(catalog, target));
    const thing = concepts.some(({ kind }) => kind === 'dataset');
    return term.mapsTo.flatMap((target, place) => {
      const concept = concepts[place] ?? termConcept(catalog, target);
      const names = [term.term, ...term.synonyms];
      /** Other tables only refer to the thing where one table is about it. */
      const factor = Math.max(0.5, target.confidence) * (thing && concept.kind === 'column' ? 0.6 : 1);
      return names.map((name, index) => ({
        concept,
        words: plainWords(name),
        weight: (index === 0 ? 0.96 : 0.94) * factor,
        evidence: `term "${term.term}" in the glossary`,
      }));
    });
  });
}

/** A term that maps to the key of a table names the thing that the table is about, hence the table itself. */
function termConcept(catalog: Catalog, target: { readonly dataset: string; readonly column: string | null }): Concept {
  const dataset = catalog.datasets.find((candidate) => candidate.name === target.dataset);
  const key = dataset?.keys[0]?.columns;
  const isKey = target.column !== null && key?.length === 1 && key[0] === target.column;
  return target.column === null || isKey
    ? { kind: 'dataset', dataset: target.dataset }
    : { kind: 'column', dataset: target.dataset, column: target.column };
}

function computedDrafts({
  concept,
  names,
  evidence,
}: Pick<ComputedColumn, 'concept' | 'names' | 'evidence'>): readonly EntryDraft[] {
  return names.map(({ words, weight }) => ({ concept, words, weight, evidence }));
}

function metricDrafts(catalog: Catalog): readonly EntryDraft[] {
  return catalog.metrics.flatMap((metric) => {
    const concept: Concept = { kind: 'metric', metric: metric.name };
    const names = [metric.name.replaceAll('_', ' '), metric.label, ...metric.synonyms];
    return names.map((name, index) => ({
      concept,
      words: plainWords(name),
      weight: index < 2 ? 1.02 : 0.99,
      evidence: index < 2 ? 'metric of the glossary' : 'synonym of a metric',
    }));
  });
}
