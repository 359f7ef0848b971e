import type { Catalog } from '../catalog/catalog.js';
import type { Concept, Grounding } from './concept.js';
import type { Token } from './tokens.js';
import { type Add, isFunctionWord } from './value-mentions.js';
import { stemOf } from './word-forms.js';
import { fillerWords } from './words/fillers.js';
import { isAnyone } from './words/persons.js';
import { isDictionaryWord, relatedTo } from './words/related.js';
import { listedSynonyms } from './words/synonyms.js';
import { verbStems } from './words/verbs.js';

type ValueConcept = Extract<Concept, { kind: 'value' }>;

/** The values of columns of few values, found by what they are in other forms. */
interface FormIndex {
  /** By the stems of their words. */
  readonly byStems: ReadonlyMap<string, readonly ValueConcept[]>;
  /** Of several words by their initials, and codes in capitals by themselves, in lower case. */
  readonly byInitials: ReadonlyMap<string, readonly ValueConcept[]>;
  readonly byCode: ReadonlyMap<string, readonly ValueConcept[]>;
  /** Of several words, some of which end in a full stop, by the first letter. */
  readonly shortened: ReadonlyMap<
    string,
    readonly { readonly words: readonly string[]; readonly value: ValueConcept }[]
  >;
}

/** What it is worth that a value says what was said: by form, by short form, by initials, by a word that means the same. */
const scores = { stems: 0.72, shortened: 0.76, initials: 0.74, listed: 0.62, related: [0.6, 0.54] } as const;
const wordsMax = 4;
/** Words that name something this well are not read by their initials. */
const namedMin = 0.45;
/** Catalogs with more values than this are left to the index of values, which knows no forms. */
const valuesMax = 100_000;
const sameMax = 12;

/** Groundings in values that say what is said in another form: `Mar. Ops.`, `HR`, `park` for `parking`, `doctor` for `physician`. */
export function addValueForms(
  tokens: readonly Token[],
  catalog: Catalog,
  known: (from: number, to: number) => readonly Grounding[],
  add: Add,
): void {
  const index = indexOf(catalog);
  tokens.forEach((token, from) => {
    if (token.kind !== 'word' || isFunctionWord(token)) return;
    for (let to = from + 1; to <= Math.min(tokens.length, from + wordsMax); to += 1) {
      const words = tokens.slice(from, to);
      const last = words.at(-1);
      if (last === undefined || last.kind !== 'word') return;
      if (isFunctionWord(last)) continue;
      const best = Math.max(0, ...known(from, to).map(({ score }) => score));
      const plain = words.every((word, place) => {
        const named = known(from + place, from + place + 1).some(({ score }) => score >= namedMin);
        return word.capitalised || (!named && isDictionaryWord(word.lower) && !verbStems.has(word.stem));
      });
      for (const { value, score } of formsOf(words, index, plain))
        if (score > best)
          add(from, to, { concept: value, score, evidence: `"${value.value}" is another form of what is said` });
    }
  });
}

/** The values that the words may say; `plain` words name nothing else, so that their initials may be a code. */
function formsOf(
  words: readonly Token[],
  index: FormIndex,
  plain: boolean,
): readonly { readonly value: ValueConcept; readonly score: number }[] {
  const scored = (values: readonly ValueConcept[] | undefined, score: number) =>
    (values ?? []).map((value) => ({ value, score }));
  const [first] = words;
  if (first === undefined) return [];
  if (words.length > 1) {
    const lower = words.map((word) => word.lower);
    const initials = lower.map((word) => word.charAt(0)).join('');
    const shortened = (index.shortened.get(initials.charAt(0)) ?? []).filter((entry) => shortens(entry.words, lower));
    return [
      ...scored(index.byStems.get(words.map(({ stem }) => stem).join(' ')), scores.stems),
      ...(plain ? scored(index.byCode.get(initials), scores.initials) : []),
      ...scored(
        shortened.map(({ value }) => value),
        scores.shortened,
      ),
    ];
  }
  const code = /^\p{Lu}{2,5}$/u.test(first.text) ? scored(index.byInitials.get(first.lower), scores.initials) : [];
  if (fillerWords.has(first.lower) || first.lower.length < 4) return code;
  const verb = verbStems.has(first.stem) && !first.capitalised;
  const own = verb && !first.lower.endsWith('ing') ? [] : scored(index.byStems.get(first.stem), scores.stems);
  return verb ? [...code, ...own] : [...code, ...own, ...synonymsOf(first, index)];
}

function synonymsOf(
  token: Token,
  { byStems }: FormIndex,
): readonly { readonly value: ValueConcept; readonly score: number }[] {
  // People of any kind are no value of a column.
  if (isAnyone(token.lower)) return [];
  const listed = listedSynonyms(token.stem).map((stem) => ({ stem, score: scores.listed }));
  const related = relatedTo(token.lower).flatMap(({ word, tier }) =>
    tier === 2 ? [] : [{ stem: stemOf(word), score: scores.related[tier] }],
  );
  // `wooden`, `golden`: of what something is made.
  const stuff = token.lower.slice(0, -2);
  const made =
    token.lower.endsWith('en') && isDictionaryWord(stuff) ? [{ stem: stemOf(stuff), score: scores.listed }] : [];
  return [...listed, ...related, ...made].flatMap(({ stem, score }) =>
    (byStems.get(stem) ?? []).map((value) => ({ value, score })),
  );
}

/** Whether each of the words begins the one said at its place, and some are shorter. */
function shortens(short: readonly string[], said: readonly string[]): boolean {
  return short.length === said.length && short.every((word, place) => said[place]?.startsWith(word) === true);
}

const indexes = new WeakMap<Catalog, FormIndex>();

function indexOf(catalog: Catalog): FormIndex {
  const known = indexes.get(catalog);
  if (known !== undefined) return known;
  const byStems = new Map<string, ValueConcept[]>();
  const byInitials = new Map<string, ValueConcept[]>();
  const byCode = new Map<string, ValueConcept[]>();
  const shortened = new Map<string, { words: readonly string[]; value: ValueConcept }[]>();
  let count = 0;
  for (const value of categoryValues(catalog)) {
    count += 1;
    if (count > valuesMax) break;
    const words = value.value.toLowerCase().match(/\p{L}+/gu) ?? [];
    if (words.length === 0 || words.length > wordsMax || /\d/u.test(value.value)) continue;
    push(byStems, words.map(stemOf).join(' '), value);
    if (words.length > 1) push(byInitials, words.map((word) => word.charAt(0)).join(''), value);
    if (/^\p{Lu}{2,5}$/u.test(value.value)) push(byCode, value.value.toLowerCase(), value);
    if (words.length > 1 && value.value.includes('.')) push(shortened, words[0]?.charAt(0) ?? '', { words, value });
  }
  const made = { byStems, byInitials, byCode, shortened };
  indexes.set(catalog, made);
  return made;
}

function* categoryValues(catalog: Catalog): Generator<ValueConcept> {
  for (const dataset of catalog.datasets)
    for (const column of dataset.columns)
      if (column.type.kind === 'text' && column.role !== 'flag')
        for (const { value } of column.values ?? [])
          yield { kind: 'value', dataset: dataset.name, column: column.name, value, match: 'exact' };
}

function push<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else if (list.length < sameMax) list.push(value);
}
