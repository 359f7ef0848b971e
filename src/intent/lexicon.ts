import type { Catalog, Column, Dataset } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import { type Concept, conceptKey } from './concept.js';
import { stemOf } from './word-forms.js';
import { abbreviations } from './words/abbreviations.js';
import { functionWords } from './words/fillers.js';

/** One way to say a concept: stems in order. `weight` is the score of saying it in full. */
export interface LexicalEntry {
  readonly concept: Concept;
  readonly stems: readonly string[];
  readonly weight: number;
  readonly evidence: string;
  /** Stems of which at least one must be said; the others only tell which table is meant. */
  readonly core: ReadonlySet<string>;
  /** Descriptions: any one content word may match, at a low price. */
  readonly loose: boolean;
}

/** All ways to say the concepts of one catalog, found by any of their stems. */
export interface Lexicon {
  readonly byStem: ReadonlyMap<string, readonly LexicalEntry[]>;
  /** All stems in order, for near matches. */
  readonly stems: readonly string[];
  /** Names for people, by concept, for near matches: `orders.region` → `region`. */
  readonly names: ReadonlyMap<string, string>;
}

interface Draft {
  readonly concept: Concept;
  readonly words: readonly string[];
  readonly weight: number;
  readonly evidence: string;
  readonly core?: readonly string[];
  readonly loose?: boolean;
}

/** Makes the lexicon of `catalog`: names, synonyms, descriptions, terms, metrics, labels of codes. */
export function lexiconOf(catalog: Catalog): Lexicon {
  const drafts = [...catalog.datasets.flatMap(datasetDrafts), ...termDrafts(catalog), ...metricDrafts(catalog)];
  const byStem = new Map<string, LexicalEntry[]>();
  const seen = new Set<string>();
  const names = new Map<string, string>();
  for (const draft of drafts) {
    for (const words of expansions(draft.words)) {
      const stems = words.map(stemOf);
      const key = `${conceptKey(draft.concept)}|${stems.join(' ')}`;
      if (stems.length === 0 || seen.has(key)) continue;
      seen.add(key);
      if (!names.has(conceptKey(draft.concept)) && draft.weight > 0.9)
        names.set(conceptKey(draft.concept), draft.words.join(' '));
      const weight = words === draft.words ? draft.weight : draft.weight * 0.97;
      addEntry(byStem, {
        concept: draft.concept,
        stems,
        weight,
        evidence: draft.evidence,
        core: new Set((draft.core ?? words).map(stemOf)),
        loose: draft.loose ?? false,
      });
    }
  }
  return { byStem, stems: [...byStem.keys()].sort(), names };
}

function addEntry(byStem: Map<string, LexicalEntry[]>, entry: LexicalEntry): void {
  const joined = entry.stems.length === 2 || entry.stems.length === 3 ? [stemOf(entry.stems.join(''))] : [];
  for (const stem of new Set([...entry.stems, ...joined])) {
    const list = byStem.get(stem);
    if (list === undefined) byStem.set(stem, [entry]);
    else list.push(entry);
  }
}

/** The words themselves, and with each abbreviation spelled out (one variant an abbreviation that has several readings). */
function expansions(words: readonly string[]): readonly (readonly string[])[] {
  const longest = Math.max(1, ...words.map((word) => lookup(word).length));
  const variants: (readonly string[])[] = [words];
  for (let index = 0; index < longest; index += 1) {
    const spelled = words.flatMap((word) => {
      const full = lookup(word);
      return (full[Math.min(index, full.length - 1)] ?? word).split(' ');
    });
    if (spelled.join(' ') !== words.join(' ')) variants.push(spelled);
  }
  return variants;
}

function lookup(word: string): readonly string[] {
  return Object.hasOwn(abbreviations, word) ? (abbreviations[word] ?? []) : [];
}

function datasetDrafts(dataset: Dataset): readonly Draft[] {
  const concept: Concept = { kind: 'dataset', dataset: dataset.name };
  const words = [...wordsOfName(dataset.name)];
  const drafts: Draft[] = [{ concept, words, weight: 1, evidence: 'name of the table' }];
  for (const synonym of dataset.synonyms)
    drafts.push({ concept, words: plainWords(synonym), weight: 0.96, evidence: 'synonym in the glossary' });
  if (dataset.description !== '')
    drafts.push({
      concept,
      words: contentWords(dataset.description),
      weight: 0.35,
      evidence: 'description of the table',
      loose: true,
    });
  return [...drafts, ...dataset.columns.flatMap((column) => columnDrafts(dataset, column, words))];
}

function columnDrafts(dataset: Dataset, column: Column, tableWords: readonly string[]): readonly Draft[] {
  const concept: Concept = { kind: 'column', dataset: dataset.name, column: column.name };
  const words = [...columnWords(dataset, column)];
  const drafts: Draft[] = [{ concept, words, weight: 1, evidence: 'name of the column' }];
  drafts.push({ concept, words: [...wordsOfName(column.name)], weight: 1, evidence: 'name of the column' });
  const table = new Set(tableWords.map(stemOf));
  const bare = words.filter((word) => !table.has(stemOf(word)));
  if (bare.length > 0 && bare.length < words.length)
    drafts.push({ concept, words: bare, weight: 0.97, evidence: 'name of the column' });
  const own = bare.length > 0 ? bare : words;
  for (let from = 0; from < Math.min(3, tableWords.length); from += 1) {
    drafts.push({
      concept,
      words: [...tableWords.slice(from), ...own],
      weight: from === 0 ? 0.99 : 0.95,
      evidence: 'names of table and column',
      core: own,
    });
  }
  for (const synonym of column.synonyms)
    drafts.push({ concept, words: plainWords(synonym), weight: 0.96, evidence: 'synonym in the glossary' });
  if (column.description !== '')
    drafts.push({
      concept,
      words: contentWords(column.description),
      weight: 0.4,
      evidence: 'description of the column',
      loose: true,
    });
  for (const value of column.values ?? []) {
    if (value.label === null) continue;
    drafts.push({
      concept: { kind: 'value', dataset: dataset.name, column: column.name, value: value.value, match: 'exact' },
      words: plainWords(value.label),
      weight: 0.97,
      evidence: 'label of the code in the glossary',
    });
  }
  return drafts;
}

function termDrafts(catalog: Catalog): readonly Draft[] {
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

function metricDrafts(catalog: Catalog): readonly Draft[] {
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

function plainWords(text: string): string[] {
  return [...text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)].map((match) => match[0]);
}

function contentWords(text: string): string[] {
  return plainWords(text)
    .filter((word) => word.length > 2 && !functionWords.has(word))
    .slice(0, 24);
}
