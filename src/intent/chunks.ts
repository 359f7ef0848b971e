import { bestPaths } from './best-paths.js';
import type { Chunk } from './chunk.js';
import type { Concept, Grounding } from './concept.js';
import { dividingPlaces } from './dividing.js';
import { datesOfWord, happenedPlaces, namedHappenings, withoutHappened } from './happenings.js';
import type { Lexicon } from './lexicon.js';
import type { Mention } from './mentions.js';
import type { OperatorMention } from './operators.js';
import { describingPlaces, withNamedValues } from './said-values.js';
import type { TimeReading } from './time-phrase.js';
import type { Token } from './tokens.js';
import { isFunctionWord } from './value-mentions.js';
import { stemOf } from './word-forms.js';
import { fillerWords } from './words/fillers.js';
import type { Operator } from './words/operator.js';
import { relatedTo } from './words/related.js';
import { softNouns } from './words/soft-nouns.js';
import { shortUnits, spokenUnits } from './words/units.js';
import { pastForms, verbForms, verbStems } from './words/verbs.js';

interface Option {
  readonly chunk: Chunk;
  readonly score: number;
}

const weakOperators = new Set<Operator['kind']>([
  'show',
  'order',
  'pronoun',
  'is',
  'preposition',
  'of',
  'time_trend',
  'where',
  'group',
  'negate',
  'times_unit',
]);

type Events = Lexicon['events'];

/** What the catalog says of things that happened: when, and what became of them. */
type Happenings = Pick<Lexicon, 'events' | 'states'>;

/** A way to cut the request into chunks, with the sum of what its parts score. */
export interface Cut {
  readonly chunks: readonly Chunk[];
  readonly score: number;
}

/** Between two columns `over` rather divides than compares. */
const dividingScore = 1.2;

/** A participle that tells what happened to the thing before it is surely that. */
const happenedScore = 0.75;

/** Behind a period a noun of what happened is rather that than a table called so. */
const namedHappeningScore = 1.06;

/** Words that are never passed over: without them the request asks for something else. */
const bindingKinds = new Set<Operator['kind']>(['group', 'each', 'negate', 'or', 'of', 'grain', 'times_number']);

/** The best cuts of the tokens into chunks, best first, at most `limit`; every token is in exactly one chunk. */
export function cutsOf(
  tokens: readonly Token[],
  found: readonly Mention[],
  operators: readonly OperatorMention[],
  times: readonly TimeReading[],
  questions: ReadonlyMap<number, readonly Grounding[]>,
  roles: ReadonlySet<string>,
  limit: number,
  { events, states }: Happenings = { events: new Map(), states: new Map() },
): readonly Cut[] {
  const happened = happenedPlaces(tokens, found, events);
  const mentions = withNamedValues(tokens, withoutHappened(found, happened));
  const describing = describingPlaces(tokens, mentions, operators);
  const options = new Map<number, Option[]>();
  const add = (option: Option): void => {
    const list = options.get(option.chunk.from) ?? [];
    list.push(option);
    options.set(option.chunk.from, list);
  };
  for (const mention of mentions) for (const option of mentionOptions(tokens, mention, events)) add(option);
  for (const { from, to, operator } of operators) {
    if (isNounThere(tokens, from, to, operator)) continue;
    const asked = operator.kind === 'question' ? (questions.get(from) ?? []) : [];
    if (asked.length > 0)
      add({
        chunk: { kind: 'thing', from, to, groundings: asked, quoted: false, word: '', text: '', dates: [], asks: true },
        score: 1.1 * (to - from) ** 1.06,
      });
    add({
      chunk: { kind: 'operator', from, to, operator, text: textOf(tokens.slice(from, to)).toLowerCase() },
      score:
        operatorScore(tokens, from, to, operator) *
        (namesMore(operator, tokens.slice(from, to), mentions, from) ? 0.7 : 1),
    });
  }
  for (const from of dividingPlaces(tokens, mentions, operators))
    add({
      chunk: { kind: 'operator', from, to: from + 1, operator: { kind: 'divide' }, text: tokens[from]?.lower ?? '' },
      score: dividingScore,
    });
  for (const time of times) {
    const chunk = timeChunk(tokens, time);
    const bare = time.meaning.kind === 'stretches' && time.meaning.bare;
    const isSize = /^(?:over|above|below|under|exceeding|than)$/u.test(tokens[time.from - 1]?.lower ?? '');
    // `5 hours` may be five of a column that is called so.
    const isNamed = time.meaning.kind === 'duration' && namesUnit(mentions, time.to - 1);
    const weight = bare ? (isSize ? 0.8 : 1) : isNamed ? 0.85 : 1.15;
    add({ chunk, score: weight * (time.to - time.from) ** 1.15 });
  }
  for (const option of [...rateOptions(tokens, states), ...unitOptions(tokens, mentions)]) add(option);
  for (const [from, dates] of happened)
    add({ chunk: { kind: 'verb', from, to: from + 1, past: true, dates }, score: happenedScore });
  for (const [from, dates] of namedHappenings(tokens, events))
    add({ chunk: { kind: 'verb', from, to: from + 1, past: true, dates }, score: namedHappeningScore });
  const binding = new Set(
    operators.flatMap(({ from, to, operator }) => (to - from === 1 && bindingKinds.has(operator.kind) ? [from] : [])),
  );
  const opening = new Set(operators.flatMap((found) => (opensName(tokens, found) ? [found.from] : [])));
  tokens.forEach((token, from) => {
    if (binding.has(from)) return;
    const plain: Option = roles.has(token.stem)
      ? { chunk: { kind: 'role', from, to: from + 1 }, score: 0.6 }
      : plainOption(token, from, events, wantsNoun(tokens, from), describing.has(from));
    add(opening.has(from) ? { ...plain, score: 0.5 * plain.score } : plain);
  });
  return bestPaths(tokens.length, options, limit);
}

/** `rejection rate`: the share of those that were rejected. */
function rateOptions(tokens: readonly Token[], states: Happenings['states']): readonly Option[] {
  return tokens.flatMap((token, from) => {
    const next = tokens[from + 1]?.lower ?? '';
    if (token.kind !== 'word' || !['rate', 'rates'].includes(next)) return [];
    const near = relatedTo(token.lower).flatMap(({ word, tier }) => (tier < 2 ? [stemOf(word)] : []));
    const groundings = [token.stem, ...near].map((stem) => states.get(stem)).find((found) => found !== undefined);
    if (groundings === undefined) return [];
    return [{ chunk: { kind: 'rate', from, to: from + 2, groundings }, score: 2.2 }];
  });
}

/**
 * `in square meters`, `in people per mile`, `30 km`: in what something is measured changes nothing of what is asked, unless
 * the unit is a value of the data (`in EUR`, where there are amounts in others).
 */
function unitOptions(tokens: readonly Token[], mentions: readonly Mention[]): readonly Option[] {
  const lower = (place: number): string => tokens[place]?.lower ?? '';
  const unitEnd = (place: number): number | null => {
    const start = lower(place) === 'square' || lower(place) === 'cubic' ? place + 1 : place;
    const short = tokens[place - 1]?.kind === 'number' && shortUnits.has(lower(start));
    const spoken = lower(start).length > 1 && spokenUnits.has(lower(start));
    return (short || spoken) && !isValue(mentions, start) ? start + 1 : null;
  };
  return tokens.flatMap((token, place) => {
    const opened = token.lower === 'in';
    const plain = unitEnd(opened ? place + 1 : place);
    const rated = opened && lower(place + 2) === 'per' ? unitEnd(place + 3) : null;
    const to = rated ?? plain;
    // `total kilos of honey`, `honey kilos`: the unit of what is measured.
    const measures = (lower(place + 1) === 'of' || isNamed(mentions, place - 1)) && !isNamed(mentions, place);
    if (to === null || !(opened || tokens[place - 1]?.kind === 'number' || measures)) return [];
    return [{ chunk: { kind: 'filler', from: place, to }, score: 1.02 * (to - place) ** 1.06 }];
  });
}

/** Whether the word, alone or as the last of several, names something of the catalog. */
function isNamed(mentions: readonly Mention[], place: number): boolean {
  return mentions.some(
    ({ from, to, groundings }) =>
      from <= place &&
      to === place + 1 &&
      groundings.some(({ concept, score }) => concept.kind !== 'value' && score >= 0.6),
  );
}

/** Whether the word is a value of the data to the letter. */
function isValue(mentions: readonly Mention[], place: number): boolean {
  return mentions.some(
    ({ from, to, groundings }) =>
      from === place &&
      to === place + 1 &&
      groundings.some(({ concept, score }) => concept.kind === 'value' && score >= exactValueMin),
  );
}

const exactValueMin = 0.85;

const beforeNouns = new Set(
  'each every per the a an different distinct same which what their its his her of'.split(' '),
);

/** `in each rank`, `the order`: behind a word that wants a noun, a word that orders is one. */
function isNounThere(tokens: readonly Token[], from: number, to: number, { kind }: Operator): boolean {
  return to - from === 1 && kind === 'order' && beforeNouns.has(tokens[from - 1]?.lower ?? '');
}

/** What time says: a condition, a comparison with an earlier period, or a part of the calendar to group by. */
function timeChunk(tokens: readonly Token[], { from, to, meaning, assumption }: TimeReading): Chunk {
  const text = textOf(tokens.slice(from, to)).toLowerCase();
  switch (meaning.kind) {
    case 'stretches':
    case 'recurring':
    case 'clock':
      return { kind: 'time', from, to, phrase: meaning, assumption };
    case 'change':
      return {
        kind: 'operator',
        from,
        to,
        operator: { kind: 'growth', against: meaning.against, as: 'rate', unit: meaning.unit },
        text,
      };
    case 'cycle':
      return { kind: 'operator', from, to, operator: { kind: 'cycle', part: meaning.part }, text };
    case 'duration':
      return {
        kind: 'operator',
        from,
        to,
        operator: { kind: 'length', amount: meaning.amount, unit: meaning.unit },
        text,
      };
  }
}

/** `total amount of orders` where there is a column `amount`, `which year` where there is a `year`: the words name it. */
function namesMore(operator: Operator, words: readonly Token[], mentions: readonly Mention[], from: number): boolean {
  const asks = words.some(({ lower }) => lower === 'which' || lower === 'what');
  const cuts = operator.kind === 'grain' && (asks || operator.unit === 'year');
  if (operator.kind !== 'quantity' && !cuts) return false;
  const least = cuts ? 0.6 : 0.96;
  return mentions.some(
    (mention) =>
      mention.from >= from + (cuts ? 1 : 0) &&
      mention.to <= from + words.length &&
      mention.groundings.some(({ concept, score }) => concept.kind !== 'value' && score >= least),
  );
}

/** `by to city`: behind a word that groups, a preposition is rather the beginning of a name. */
function opensName(tokens: readonly Token[], { from, to, operator }: OperatorMention): boolean {
  return to - from === 1 && operator.kind === 'preposition' && ['by', 'per'].includes(tokens[from - 1]?.lower ?? '');
}

function operatorScore(tokens: readonly Token[], from: number, to: number, operator: Operator): number {
  const length = to - from;
  if (length === 1 && tokens[from]?.lower === 'may') return 0;
  if (operator.kind === 'period' || (length === 1 && tokens[from]?.lower === 'rate')) return 0.4 * length;
  const each = opensName(tokens, { from, to, operator })
    ? 0.3
    : length === 1 && weakOperators.has(operator.kind)
      ? 0.62
      : 1.02;
  return each * length ** 1.06;
}

function mentionOptions(tokens: readonly Token[], mention: Mention, events: Events): readonly Option[] {
  const { from, to } = mention;
  const words = tokens.slice(from, to);
  const content = words.filter((token) => token.kind === 'quoted' || (!isFunctionWord(token) && token.kind !== 'sign'));
  const first = words[0];
  const best = Math.max(...mention.groundings.map((grounding) => grounding.score));
  // `on display`: several words of the language name something only where all of its name is said.
  const least = content.length > 0 ? 0.62 : words.length > 1 ? 0.95 : Number.POSITIVE_INFINITY;
  if (content.every((token) => fillerWords.has(token.lower)) && best < least) return [];
  const kept = mention.groundings.filter((grounding) => grounding.score >= best - 0.42);
  const quoted = words.length === 1 && first?.kind === 'quoted';
  if (words.length === 1 && first?.kind === 'number') {
    return [{ chunk: { kind: 'number', from, to, value: first.number ?? '0', groundings: kept }, score: 0.95 }];
  }
  const names = kept.filter(({ concept }) => concept.kind !== 'value');
  const values = kept.filter(({ concept }) => concept.kind === 'value');
  const verbal = first !== undefined && words.length === 1 && isVerbForm(first);
  // What names a column of yes and no says yes as well: where it stands tells which.
  const saysYes = names.some(({ concept }) => values.some((value) => sameColumn(concept, value.concept)));
  const parts = names.length === 0 || values.length === 0 || saysYes ? [kept] : [kept, names, values];
  return parts.map((groundings, index) => {
    const top = Math.max(...groundings.map(({ score }) => score));
    return {
      chunk: {
        kind: 'thing',
        from,
        to,
        groundings,
        quoted,
        word: words.length === 1 ? (first?.lower ?? '') : '',
        text: textOf(words),
        dates: words.length === 1 && first !== undefined ? datesOfWord(first, groundings, events) : [],
        asks: false,
      },
      score:
        top * lengthOf(words) ** (top > 0.89 ? 1.3 : 1.12) * (verbal && top < 0.95 ? 0.55 : 1) -
        (index === 0 ? 0 : 0.02),
    };
  });
}

const joints = new Set(['of', 'the', 'a', 'an']);

/** How many words say something; those between them (`date of the visit`) count for less. */
function lengthOf(words: readonly Token[]): number {
  return words.reduce((sum, { lower }) => sum + (words.length > 1 && joints.has(lower) ? 0.4 : 1), 0);
}

function sameColumn(name: Concept, value: Concept): boolean {
  return (
    name.kind === 'column' && value.kind === 'value' && name.dataset === value.dataset && name.column === value.column
  );
}

function textOf(words: readonly Token[]): string {
  const start = words[0]?.start ?? 0;
  let text = '';
  for (const token of words) text = text.padEnd(token.start - start) + token.text;
  return text;
}

/** A participle or past form: it rather says what happened than names a thing. */
function isVerbForm(token: Token): boolean {
  return (
    token.kind === 'word' &&
    !token.capitalised &&
    verbStems.has(token.stem) &&
    (/(ed|ing)$/u.test(token.lower) || pastForms.has(token.lower))
  );
}

/** Whether the word before wants a noun: `each`, `their`, and `which` where it does not go on about a noun (`the year which offers`). */
function wantsNoun(tokens: readonly Token[], from: number): boolean {
  const before = tokens[from - 1]?.lower ?? '';
  // `answers by region`: nothing stands before that could do it.
  if (from === 0) return /[^s]s$/u.test(tokens[0]?.lower ?? '') && tokens[1]?.lower === 'by';
  if (before !== 'which') return beforeNouns.has(before);
  const earlier = tokens[from - 2];
  return earlier === undefined || earlier.kind !== 'word' || isFunctionWord(earlier);
}

/** What reading a word that describes by a value of the data as a mere verb loses. */
const describingLoss = 1;

function plainOption(token: Token, from: number, events: Events, nounWanted: boolean, describes: boolean): Option {
  const to = from + 1;
  if (token.kind === 'quoted') return { chunk: { kind: 'quoted', from, to, text: token.text }, score: 0.5 };
  if (token.number !== null)
    return { chunk: { kind: 'number', from, to, value: token.number, groundings: [] }, score: 0.9 };
  if (['the', 'a', 'an'].includes(token.lower)) return { chunk: { kind: 'article', from, to }, score: 0.3 };
  if (token.kind === 'sign' || isFunctionWord(token) || fillerWords.has(token.lower))
    return { chunk: { kind: 'filler', from, to }, score: 0.3 };
  // `visit dates`, `in each rank`: what mostly names a quality, or stands behind a word that wants a noun, is no verb.
  const noun = (softNouns.has(token.lower) || nounWanted) && !isVerbForm(token);
  if ((verbForms.has(token.lower) || pastForms.has(token.lower)) && !noun)
    return {
      chunk: { kind: 'verb', from, to, past: isVerbForm(token), dates: events.get(token.stem) ?? [] },
      score: (isVerbForm(token) ? 0.4 : 0.28) - (describes ? describingLoss : 0),
    };
  if (/^[a-z]{3,}(ed|ing|ly)$/u.test(token.lower) && !token.capitalised)
    return {
      chunk: { kind: 'verb', from, to, past: token.lower.endsWith('ed'), dates: events.get(token.stem) ?? [] },
      score: 0.05 - (describes ? describingLoss : 0),
    };
  return { chunk: { kind: 'unresolved', from, to }, score: -0.1 };
}

/** Whether the word behind a number is a name in the data rather than a unit of time. */
function namesUnit(mentions: readonly Mention[], place: number): boolean {
  return mentions.some(
    ({ from, to, groundings }) =>
      from === place &&
      to === place + 1 &&
      groundings.some(({ concept, score }) => concept.kind === 'column' && score >= 0.7),
  );
}
