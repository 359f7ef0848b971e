import { distance } from 'fastest-levenshtein';
import { compareText } from '../support/text-order.js';
import type { Lexicon } from './lexicon.js';
import { singularOf, stemOf } from './word-forms.js';
import { abbreviations } from './words/abbreviations.js';
import { fillerWords, functionWords } from './words/fillers.js';
import { isDictionaryWord, relatedTo } from './words/related.js';
import { listedSynonyms } from './words/synonyms.js';
import { verbStems } from './words/verbs.js';

/** A stem of the catalog that a word of the request may have meant. `factor` multiplies the score. */
export interface NearStem {
  readonly stem: string;
  readonly factor: number;
  readonly evidence: string;
}

/** What a tie of words is worth: one said by our own list, the three tiers of the dictionary, and forms of one root. */
const listedFactor = 0.72;
const tierFactors = [0.68, 0.6, 0.52] as const;
const rootFactor = 0.72;
const compoundFactor = 0.62;
const wholeFactor = 0.74;
/** What a word one typo away is worth, and from how many letters on two typos are believed. */
const typoFactor = 0.8;
const longWord = 8;

/** What has been found for the words of a lexicon, and its words in buckets for the search of typos. */
interface NearIndex {
  readonly found: Map<string, readonly NearStem[]>;
  readonly words: ReadonlyMap<string, string>;
  readonly byStart: ReadonlyMap<string, readonly string[]>;
  readonly byEnd: ReadonlyMap<string, readonly string[]>;
}

const indexes = new WeakMap<Lexicon, NearIndex>();

function indexOf(lexicon: Lexicon): NearIndex {
  const known = indexes.get(lexicon);
  if (known !== undefined) return known;
  const byStart = new Map<string, string[]>();
  const byEnd = new Map<string, string[]>();
  for (const word of lexicon.words.keys()) {
    if (word.length < 4) continue;
    push(byStart, `${word.slice(0, 2)}${word.length}`, word);
    push(byEnd, `${word.slice(-2)}${word.length}`, word);
  }
  const made = { found: new Map<string, readonly NearStem[]>(), words: lexicon.words, byStart, byEnd };
  indexes.set(lexicon, made);
  return made;
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Stems of the catalog that stand near `word`: the same, related in ordinary English, an abbreviation, or a typo away. */
export function nearStems(word: string, lexicon: Lexicon, typos: boolean): readonly NearStem[] {
  const index = indexOf(lexicon);
  const key = `${word} ${typos}`;
  const known = index.found.get(key);
  if (known !== undefined) return known;
  const found = findNear(word.toLowerCase(), lexicon, index, typos);
  index.found.set(key, found);
  return found;
}

function findNear(word: string, lexicon: Lexicon, index: NearIndex, typos: boolean): readonly NearStem[] {
  const stem = stemOf(word);
  const found = new Map<string, NearStem>();
  const add = (other: string, factor: number, evidence: string): void => {
    if (!lexicon.byStem.has(other) || (found.get(other)?.factor ?? 0) >= factor) return;
    found.set(other, { stem: other, factor, evidence });
  };
  const agentOf = lexicon.byStem.has(stem) ? agentFactor : agentRootFactor;
  const isAgent = (other: string): boolean => isAgentOf(stem, other) || isAgentOf(other, stem);
  add(stem, 1, '');
  // A word that only holds the sentence together stands for no other.
  if (functionWords.has(word)) return [...found.values()];
  for (const other of listedSynonyms(stem)) add(other, listedFactor, `"${word}" may mean "${other}"`);
  if (!fillerWords.has(word)) {
    for (const { word: other, tier } of relatedTo(word))
      add(stemOf(other), tierFactors[tier], `"${word}" may mean "${other}"`);
    for (const other of rootForms(stem))
      add(other, isAgent(other) ? agentOf : rootFactor, `"${word}" and "${other}" are of one root`);
  }
  const last = found.has(stem) ? null : lastPart(word, lexicon);
  if (last !== null) add(last, compoundFactor, `"${word}" is a kind of "${last}"`);
  if (!found.has(stem))
    for (const whole of wholesOf(word, index)) add(whole, wholeFactor, `"${word}" may be short for it`);
  for (const { short, factor } of shortForms(word))
    add(short, isAgent(short) ? agentOf : factor, `"${short}" looks short for "${word}"`);
  for (const full of Object.hasOwn(abbreviations, word) ? (abbreviations[word] ?? []) : [])
    if (!full.includes(' ')) add(stemOf(full), 0.85, `"${word}" is short for "${full}"`);
  if (typos && !found.has(stem) && word.length >= 4 && !isDictionaryWord(word) && !verbStems.has(stem))
    for (const { other, steps } of typosOf(word, index))
      add(other, typoFactor - 0.1 * (steps - 1), `near match of "${word}"`);
  return [...found.values()];
}

/** `storms` where the data have windstorms: of a word that is made of two, people say the second for short. */
function wholesOf(word: string, { words }: NearIndex): readonly string[] {
  const said = singularOf(word);
  if (said === word || said.length < 4) return [];
  return [...words].flatMap(([whole, stem]) =>
    whole.length >= said.length + 3 && whole.endsWith(said) && isDictionaryWord(whole.slice(0, -said.length))
      ? [stem]
      : [],
  );
}

/** `windstorm` is a storm: of a word that is made of two, the second says what it is. */
function lastPart(word: string, lexicon: Lexicon): string | null {
  for (let start = 3; start <= word.length - 4; start += 1) {
    const stem = stemOf(word.slice(start));
    if (
      stem.length >= 4 &&
      lexicon.byStem.has(stem) &&
      isDictionaryWord(word.slice(0, start)) &&
      isDictionaryWord(word.slice(start))
    )
      return stem;
  }
  return null;
}

/** What a word of the same stem is worth where the very word is another name of the catalog, and where one says who does the other. */
const otherWordFactor = 0.5;
const agentFactor = 0.5;
/** The same of forms whose stems differ: `visitors` may well ask for visits, where nothing is called so. */
const agentRootFactor = 0.65;
const agentNoun = /(?:[^e]er|or)$/u;
const verbEnding = /(?:ed|ing)$/u;

/**
 * How much a word that shares its stem with a word of a name is that word: number and tense change nothing, but an `observer`
 * is no observation, least where an observer is named elsewhere.
 */
export function sameWord(said: string, name: string, lexicon: Lexicon): number {
  const word = singularOf(said);
  if (name === '' || word === name || verbEnding.test(word) || !/^[a-z]+$/u.test(word)) return 1;
  if (lexicon.words.has(word)) return otherWordFactor;
  return agentNoun.test(word) !== agentNoun.test(name) && stemOf(word) !== word ? agentFactor : 1;
}

const agentEndings = ['er', 'or', 'ur', 'e', 'ment', 'ion', 'al', 'ship'];

/** Whether the word says who does what the verb says. */
function isAgentOf(text: string, verb: string): boolean {
  return text === `${verb}er` || text === `${verb}or`;
}

/** `visit` and `visitor`, `depart` and `departure`, `member` and `membership`: forms of one root that stems keep apart. */
function rootForms(stem: string): readonly string[] {
  const longer =
    stem.length >= 3 && verbStems.has(stem) ? agentEndings.map((ending) => stem + ending) : [`${stem}ship`];
  const shorter = agentEndings
    .filter((ending) => stem.endsWith(ending) && stem.length - ending.length >= 3)
    .map((ending) => stem.slice(0, -ending.length))
    .filter((base) => verbStems.has(base) || stem === `${base}ship`);
  return [...longer, ...shorter];
}

/** Letter runs that read as short forms of `word`: its first letters, or its letters without most vowels. */
function shortForms(word: string): readonly { readonly short: string; readonly factor: number }[] {
  const forms: { short: string; factor: number }[] = [];
  if (word.length < 4 || !/^\p{L}+$/u.test(word)) return forms;
  // Of a short word only its consonants make a form that tells it from others: `twn`, `cty`.
  if (word.length === 4) {
    const short = consonants(word);
    return short.length === 3 ? [{ short, factor: 0.7 }] : forms;
  }
  for (let length = 3; length <= word.length - 2; length += 1)
    forms.push({ short: word.slice(0, length), factor: length >= 4 ? 0.72 : 0.66 });
  const bare = consonants(word);
  if (bare.length >= 3 && bare.length < word.length) forms.push({ short: bare, factor: 0.7 });
  for (let length = 4; length < bare.length; length += 1) forms.push({ short: bare.slice(0, length), factor: 0.7 });
  return forms;
}

function consonants(word: string): string {
  return (
    word.charAt(0) +
    word
      .slice(1)
      .replace(/[aeiou]/gu, '')
      .replace(/(.)\1+/gu, '$1')
  );
}

/**
 * Stems of the words one or, of long words, two edits away, of those that share the first or the last two letters. Words are
 * compared in singular, not their stems: `custmer` is near `customer`, whose stem has no such ending.
 */
function typosOf(said: string, index: NearIndex): readonly { readonly other: string; readonly steps: number }[] {
  const word = singularOf(said);
  const limit = word.length >= longWord ? 2 : 1;
  const near = new Map<string, number>();
  for (let length = word.length - limit; length <= word.length + limit; length += 1) {
    const candidates = [
      ...(index.byStart.get(`${word.slice(0, 2)}${length}`) ?? []),
      ...(index.byEnd.get(`${word.slice(-2)}${length}`) ?? []),
    ];
    for (const other of candidates) {
      const steps = editSteps(word, other);
      const stem = index.words.get(other);
      if (stem !== undefined && steps > 0 && steps <= limit) near.set(stem, Math.min(steps, near.get(stem) ?? steps));
    }
  }
  return [...near].map(([other, steps]) => ({ other, steps }));
}

/** Levenshtein distance in which two swapped neighbours count as one step. */
export function editSteps(left: string, right: string): number {
  const steps = distance(left, right);
  if (steps !== 2 || left.length !== right.length) return steps;
  const place = [...left].findIndex((letter, index) => letter !== right[index]);
  const swapped = left.slice(0, place) + (left[place + 1] ?? '') + (left[place] ?? '') + left.slice(place + 2);
  return swapped === right ? 1 : steps;
}

const nameParts = new WeakMap<Lexicon, ReadonlyMap<string, string>>();

/** Each word of the catalog's names with the shortest name that says it. */
function namePartsOf(lexicon: Lexicon): ReadonlyMap<string, string> {
  const known = nameParts.get(lexicon);
  if (known !== undefined) return known;
  const byPart = new Map<string, string>();
  for (const name of lexicon.names.values())
    for (const part of name.split(' ')) {
      const best = byPart.get(part);
      if (
        best === undefined ||
        name.length < best.length ||
        (name.length === best.length && compareText(name, best) < 0)
      )
        byPart.set(part, name);
    }
  nameParts.set(lexicon, byPart);
  return byPart;
}

/** How far a name may be to be called near: two fifths of its letters. */
const farMax = 0.4;

/** Names of the catalog nearest to `word`, best first, at most three, each near by another word: for telling what there is. */
export function nearNames(word: string, lexicon: Lexicon): readonly string[] {
  const stem = stemOf(word);
  const ranked = [...namePartsOf(lexicon)]
    .map(([part, name]) => ({ name, far: distance(stem, stemOf(part)) / Math.max(stem.length, part.length) }))
    .filter(({ far }) => far <= farMax)
    .sort(
      (left, right) =>
        left.far - right.far || left.name.length - right.name.length || compareText(left.name, right.name),
    );
  return [...new Set(ranked.map(({ name }) => name))].slice(0, 3);
}
