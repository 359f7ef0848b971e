import type { Catalog, KnowledgeGraph, ValueHit } from '../catalog/catalog.js';
import type { Concept, Grounding } from './concept.js';
import type { Lexicon } from './lexicon.js';
import { nameColumns } from './schema-model.js';
import type { Token } from './tokens.js';
import { pluralOf, singularOf, stemOf } from './word-forms.js';
import { fillerWords, functionWords } from './words/fillers.js';
import { placesNamed, placeWordsMax } from './words/places.js';
import { isDictionaryWord } from './words/related.js';
import { type ValueAlias, valueAliases } from './words/value-aliases.js';
import { verbStems } from './words/verbs.js';

/** Notes that the tokens from `from` to `to`, its end excluded, may denote the grounding's concept. */
export type Add = (from: number, to: number, grounding: Grounding) => void;

/**
 * A stretch of tokens whose phrase is looked up: as it was `said`, in another number `form`, as another name of the same
 * `place`, or as a `part` of a longer quoted text.
 */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly how: 'said' | 'form' | 'place' | 'code' | 'part' | 'whole';
}

type Stretches = Map<string, Stretch[]>;

const valueWordsMax = 8;
const formWordsMax = 3;
const wholeWordsMax = 4;

/** Groundings of stretches of the request in values of the data, by one call of the graph. */
export async function addValues(
  tokens: readonly Token[],
  lexicon: Lexicon,
  graph: KnowledgeGraph,
  add: Add,
): Promise<void> {
  const stretches = stretchesOf(tokens);
  addAliases(tokens, lexicon, graph, add);
  if (stretches.size === 0) return;
  const phrases = [...stretches.keys()];
  const misspelt = phrases.filter((phrase) =>
    (stretches.get(phrase) ?? []).some(
      ({ how, from }) => how === 'said' && (tokens[from]?.kind === 'quoted' || mayBeTypo(phrase)),
    ),
  );
  const hits = await graph.findValues(phrases, misspelt);
  const spread = spreadOf(hits);
  const whole = new Set(hits.filter(({ match }) => match === 'exact').map(({ phrase }) => phrase));
  for (const hit of hits)
    for (const stretch of stretches.get(hit.phrase) ?? []) {
      const score = scoreOf(tokens, hit, stretch, spread.get(hit.phrase) ?? 1);
      const said = tokens[stretch.from]?.text ?? '';
      const loss = lossOf(tokens, hit, stretch, hits);
      if (score === null || loss === null || (stretch.how === 'part' && whole.has(said))) continue;
      const own = isOwnName(graph.catalog, hit, hits) ? ownValue : 0;
      add(stretch.from, stretch.to, {
        concept: valueConcept(hit),
        score: score + own - loss,
        evidence: evidenceOf(hit, stretch),
      });
    }
}

/** What a value loses that differs from others of its column by signs alone, none of which were said. */
const signsUnsaid = 0.35;

/**
 * `grade B+` is not `grade B-`, though values are found by their letters: of several in one column that a phrase finds, those
 * written as it is at a place, with the signs behind it, are meant there; where none is, each is only guessed. What the value of
 * a hit loses there; null where another one is meant.
 */
function lossOf(tokens: readonly Token[], hit: ValueHit, { to }: Stretch, hits: readonly ValueHit[]): number | null {
  const rivals = hits.filter(
    (other) => other.match === 'exact' && isOfColumn(other, hit) && other.phrase === hit.phrase,
  );
  if (hit.match !== 'exact' || rivals.length < 2) return 0;
  const written = `${hit.phrase}${tokens[to - 1]?.trail ?? ''}`.toLowerCase();
  if (hit.value.toLowerCase() === written) return 0;
  return rivals.some(({ value }) => value.toLowerCase() === written) ? null : signsUnsaid;
}

function isOfColumn(left: ValueHit, right: ValueHit): boolean {
  return left.dataset === right.dataset && left.column === right.column;
}

/** How far a value that is the name of a thing goes before the same one as a quality of others: `the depth of Elm Lake` is the lake's. */
const ownValue = 0.015;

function isOwnName(
  { datasets }: Catalog,
  { dataset, column, phrase, match }: ValueHit,
  hits: readonly ValueHit[],
): boolean {
  const same = hits.filter((other) => other.phrase === phrase && other.match === 'exact');
  if (match !== 'exact' || same.length < 2 || same.some((other) => other.column !== column)) return false;
  const table = datasets.find(({ name }) => name === dataset);
  return table !== undefined && nameColumns(table).some(({ name, profile }) => name === column && profile.distinct > 1);
}

/**
 * What is found as a part of values means all values with that part (`named Moor`). Where the value writes it in another
 * way (`Dr. Who` for `dr who`), only that value.
 */
function valueConcept({ dataset, column, value, match, phrase }: ValueHit): Concept {
  if (match !== 'contains') return { kind: 'value', dataset, column, value, match };
  const written = value.toLowerCase().includes(phrase.toLowerCase());
  return written
    ? { kind: 'value', dataset, column, value: phrase, match }
    : { kind: 'value', dataset, column, value, match: 'near' };
}

/** In how many values of any one column the phrase was found as a part. */
function spreadOf(hits: readonly ValueHit[]): ReadonlyMap<string, number> {
  const spread = new Map<string, number>();
  for (const { phrase, match } of hits) if (match === 'contains') spread.set(phrase, (spread.get(phrase) ?? 0) + 1);
  return spread;
}

/** A word in capitals (`US`, `grade A`) or with signs (`A+`) is no function word, though it reads like one. */
export function isFunctionWord(token: Token): boolean {
  const isCode = /^\p{Lu}{2,}$/u.test(token.text) || (token.text === 'A' && token.capitalised) || token.trail !== '';
  return functionWords.has(token.lower) && !isCode;
}

function stretchesOf(tokens: readonly Token[]): Stretches {
  const stretches: Stretches = new Map();
  const note = (phrase: string, stretch: Stretch): void => {
    const known = stretches.get(phrase) ?? [];
    if (phrase !== '' && !known.some(({ from, to }) => from === stretch.from && to === stretch.to))
      stretches.set(phrase, [...known, stretch]);
  };
  tokens.forEach((token, from) => {
    if (token.kind === 'quoted') noteQuoted(token, from, note);
    const starts = token.kind !== 'sign' && token.kind !== 'quoted';
    if (!starts) return;
    noteWhole(tokens, from, note);
    const startsTitle = isFunctionWord(token) && /^\p{Lu}/u.test(token.text);
    if (isFunctionWord(token) && !startsTitle) return;
    for (let to = from + 1; to <= Math.min(tokens.length, from + valueWordsMax); to += 1) {
      const last = tokens[to - 1];
      if (last === undefined || last.kind === 'quoted' || /^[.;:?!()]$/u.test(last.text)) break;
      if (last.kind === 'sign' || (isFunctionWord(last) && !last.capitalised)) continue;
      // `The Hague` may be a value; what opens a sentence in lower case after its article is none.
      if (startsTitle && (to === from + 1 || tokens[from + 1]?.capitalised !== true)) continue;
      noteSaid(tokens.slice(from, to), from, to, note);
    }
  });
  return stretches;
}

type Note = (phrase: string, stretch: Stretch) => void;

/** Runs that begin or end with a small word (`on hold`, `called off`): as part of a value such a word says nothing, but a whole one may have it. */
function noteWhole(tokens: readonly Token[], from: number, note: Note): void {
  for (let to = from + 2; to <= Math.min(tokens.length, from + wholeWordsMax); to += 1) {
    const words = tokens.slice(from, to);
    if (words.some(({ kind }) => kind !== 'word')) return;
    const edges = [words[0], words.at(-1)].some((word) => word !== undefined && isFunctionWord(word));
    if (edges && !words.every(isFunctionWord)) note(phraseText(words), { from, to, how: 'whole' });
  }
}

function noteSaid(tokens: readonly Token[], from: number, to: number, note: Note): void {
  const phrase = phraseText(tokens);
  note(phrase, { from, to, how: 'said' });
  const words = tokens.filter(({ kind }) => kind === 'word');
  const last = words.at(-1);
  if (last !== undefined && last === tokens.at(-1) && tokens.length <= formWordsMax && last.text.length > 3) {
    const before = phrase.slice(0, phrase.length - last.text.length);
    for (const form of [singularOf(last.lower), pluralOf(last.lower)])
      if (form !== last.lower) note(before + form, { from, to, how: 'form' });
  }
  if (tokens.length > placeWordsMax || (words.length === 1 && last !== undefined && last.text === last.lower)) return;
  for (const place of placesNamed(phrase)) {
    for (const name of [...place.names, ...place.demonyms]) note(name, { from, to, how: 'place' });
    for (const code of place.codes) note(code, { from, to, how: 'code' });
  }
}

/** The quoted text, and the shorter runs of its words: `"Ada Moor"` may be a first and a last name. */
function noteQuoted(token: Token, from: number, note: Note): void {
  note(token.text, { from, to: from + 1, how: 'said' });
  const words = token.text.split(/\s+/u);
  if (words.length < 2 || words.length > 4) return;
  for (let start = 0; start < words.length; start += 1)
    for (let end = words.length; end > start; end -= 1)
      if (end - start < words.length) note(words.slice(start, end).join(' '), { from, to: from + 1, how: 'part' });
}

function phraseText(tokens: readonly Token[]): string {
  let text = '';
  let end = tokens[0]?.start ?? 0;
  for (const token of tokens) {
    text += (token.start > end ? ' ' : '') + token.text;
    end = token.end;
  }
  return text;
}

/** A phrase whose words are all in the dictionary is spelled as it was meant. */
function mayBeTypo(phrase: string): boolean {
  const words = phrase
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
  return (
    words.length > 0 &&
    words.length <= formWordsMax &&
    words.some((word) => word.length > 3 && !functionWords.has(word) && !isDictionaryWord(word))
  );
}

const likelyPlace = /state|province|country|nation|ctry|region|territor/iu;

/** How sure the hit is, or null where it says nothing. A whole value goes before a part of one. */
function scoreOf(tokens: readonly Token[], hit: ValueHit, stretch: Stretch, spread: number): number | null {
  const length = stretch.to - stretch.from;
  const first = tokens[stretch.from];
  const quoted = first?.kind === 'quoted';
  const sameCase = hit.value === hit.phrase ? 0.04 : 0;
  // A code in capitals is no ordinary verb (`routes that end at` says nothing of a code END).
  if (
    hit.match === 'exact' &&
    length === 1 &&
    first?.text === first?.lower &&
    verbStems.has(first?.stem ?? '') &&
    /^\p{Lu}+$/u.test(hit.value)
  )
    return null;
  if (stretch.how !== 'said') return hit.match === 'exact' ? formScore(hit, stretch, first, length) : null;
  const named = first?.capitalised === true || first?.kind === 'number' ? 0.06 : 0;
  if (hit.match === 'exact') {
    const plain = first?.kind === 'word' && !first.capitalised && length === 1 ? 0.08 : 0;
    return Math.min(1.05, 0.9 + (quoted ? 0.12 : 0) + sameCase + named - plain);
  }
  const ordinary = length === 1 && first?.kind === 'word' && !first.capitalised;
  if (length === 1 && first?.kind === 'number' && !quoted) return null;
  if (ordinary && (verbStems.has(first.stem) || fillerWords.has(first.lower))) return null;
  const base = hit.match === 'near' ? 0.5 : partScore(hit, spread);
  return base + (quoted ? 0.12 : 0) + named - (ordinary && hit.match === 'contains' ? 0.08 : 0);
}

function formScore(hit: ValueHit, stretch: Stretch, first: Token | undefined, length: number): number | null {
  switch (stretch.how) {
    case 'code':
      return likelyPlace.test(hit.column) ? 0.84 : null;
    case 'place':
      return 0.86;
    case 'part':
      return Math.min(0.66, 0.5 + 0.02 * hit.phrase.length);
    case 'whole':
      return 0.97;
    default:
      return 0.8 + (first?.capitalised === true || length > 1 ? 0.08 : 0);
  }
}

/** A part is worth more the more it says of the value, and less where many values have it. */
function partScore({ phrase, value }: ValueHit, spread: number): number {
  const words = (text: string): number => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').length;
  const share = words(phrase) / Math.max(1, words(value));
  return 0.42 + 0.24 * Math.min(1, share) + 0.08 * Math.min(2, words(phrase) - 1) - (spread > 12 ? 0.04 : 0);
}

function evidenceOf(hit: ValueHit, stretch: Stretch): string {
  if (stretch.how === 'place' || stretch.how === 'code') return `"${hit.value}" is another word for the same place`;
  if (stretch.how === 'part') return `"${hit.value}" is a part of what is quoted`;
  if (hit.match === 'exact')
    return stretch.how === 'form' ? `a value in the data, there "${hit.value}"` : 'a value in the data';
  return hit.match === 'contains' ? `a part of values such as "${hit.value}"` : `near the value "${hit.value}"`;
}

const aliasesByWord = new Map<string, ValueAlias[]>();
for (const alias of valueAliases)
  for (const word of alias.words) aliasesByWord.set(word, [...(aliasesByWord.get(word) ?? []), alias]);

/** `female` for a column of genders that says F: columns are found by the words of their names. */
function addAliases(tokens: readonly Token[], lexicon: Lexicon, graph: KnowledgeGraph, add: Add): void {
  const datasets = new Map(graph.catalog.datasets.map((dataset) => [dataset.name, dataset]));
  tokens.forEach((token, from) => {
    if (token.kind !== 'word') return;
    for (const alias of aliasesByWord.get(token.lower) ?? [])
      for (const { dataset, column } of alias.columns.length === 0
        ? flagColumns(graph.catalog)
        : columnsSaying(alias.columns, lexicon)) {
        const values = datasets.get(dataset)?.columns.find(({ name }) => name === column)?.values ?? [];
        const value = values.find((candidate) =>
          alias.values.some((text) => text.toLowerCase() === candidate.value.toLowerCase()),
        );
        if (value !== undefined)
          add(from, from + 1, {
            concept: { kind: 'value', dataset, column, value: value.value, match: 'exact' },
            score: alias.columns.length === 0 ? 0.8 : 0.96,
            evidence: `"${value.value}" stands for ${token.lower}`,
          });
      }
  });
}

function columnsSaying(
  words: readonly string[],
  lexicon: Lexicon,
): readonly { readonly dataset: string; readonly column: string }[] {
  return words.flatMap((word) =>
    (lexicon.byStem.get(stemOf(word)) ?? []).flatMap(({ concept, loose }) =>
      concept.kind === 'column' && !loose ? [concept] : [],
    ),
  );
}

const flagValues = new Set(['y', 'n', 'yes', 'no', 't', 'f', 'true', 'false']);
const flags = new WeakMap<Catalog, readonly { readonly dataset: string; readonly column: string }[]>();

/** The columns that say only yes and no, in whatever way. */
function flagColumns(catalog: Catalog): readonly { readonly dataset: string; readonly column: string }[] {
  const known = flags.get(catalog);
  if (known !== undefined) return known;
  const found = catalog.datasets.flatMap((dataset) =>
    dataset.columns
      .filter(
        ({ values }) =>
          values !== null && values.length > 0 && values.every(({ value }) => flagValues.has(value.toLowerCase())),
      )
      .map((column) => ({ dataset: dataset.name, column: column.name })),
  );
  flags.set(catalog, found);
  return found;
}
