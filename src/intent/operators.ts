import type { Token } from './tokens.js';
import { adjectiveWords } from './words/adjectives.js';
import { aggregateWords, superlativeWords } from './words/aggregates.js';
import { conditionWords } from './words/conditions.js';
import { durationWords } from './words/durations.js';
import { chartWords, groupingWords, questionWords } from './words/grouping.js';
import type { Operator, OperatorEntry } from './words/operator.js';

/** A run of tokens (end excluded) that is an operator of English. */
export interface OperatorMention {
  readonly from: number;
  readonly to: number;
  readonly operator: Operator;
}

interface Phrase {
  readonly words: readonly string[];
  readonly operator: Operator;
}

const byFirstWord = new Map<string, Phrase[]>();
const entries: readonly OperatorEntry[] = [
  ...adjectiveWords,
  ...superlativeWords,
  ...groupingWords,
  ...chartWords,
  ...questionWords,
  ...conditionWords,
  ...durationWords,
  ...aggregateWords,
];
for (const [phrase, operator] of entries) {
  // What is written with a hyphen is one token without it, or two.
  for (const written of new Set([phrase.replaceAll('-', ''), phrase.replaceAll('-', ' ')])) {
    const words = written.split(' ');
    const first = words[0] ?? '';
    const list = byFirstWord.get(first) ?? [];
    list.push({ words, operator });
    byFirstWord.set(first, list);
  }
}
for (const list of byFirstWord.values()) list.sort((left, right) => right.words.length - left.words.length);

/** The words of operator phrases. */
export const operatorVocabulary: ReadonlySet<string> = new Set(
  [...byFirstWord.values()].flatMap((list) => list.flatMap(({ words }) => words)),
);

/** All operator phrases at every place, also overlapping ones: the chunker picks. */
export function operatorMentions(tokens: readonly Token[]): readonly OperatorMention[] {
  const found: OperatorMention[] = [];
  tokens.forEach((token, from) => {
    if (token.kind === 'quoted') return;
    found.push(...comparedApart(tokens, from));
    const lengths = new Set<number>();
    for (const phrase of byFirstWord.get(token.lower) ?? []) {
      if (lengths.has(phrase.words.length)) continue;
      if (
        !phrase.words.every(
          (word, index) => tokens[from + index]?.kind !== 'quoted' && tokens[from + index]?.lower === word,
        )
      )
        continue;
      lengths.add(phrase.words.length);
      const to = from + phrase.words.length;
      found.push({ from, to, operator: phrase.operator });
      const quantified = quantifiedFrom(tokens, to, phrase.operator);
      if (quantified !== null) found.push({ from, ...quantified });
    }
  });
  return found;
}

const apartWords: ReadonlyMap<string, 'gt' | 'lt'> = new Map([
  ...['more', 'greater', 'higher', 'larger', 'bigger', 'longer'].map((word) => [word, 'gt'] as const),
  ...['fewer', 'less', 'lower', 'smaller', 'shorter'].map((word) => [word, 'lt'] as const),
]);

/** `more rooms than`, `a higher price than`: both halves of the comparison. */
function comparedApart(tokens: readonly Token[], from: number): readonly OperatorMention[] {
  const operator = apartWords.get(tokens[from]?.lower ?? '');
  if (operator === undefined) return [];
  const than = tokens.findIndex(({ lower, kind }, index) => index > from && (lower === 'than' || kind === 'sign'));
  if (tokens[than]?.lower !== 'than' || than < from + 2 || than > from + 5) return [];
  const quantified = quantifiedFrom(tokens, than + 1, { kind: 'compare', operator });
  const quantifier = quantified?.operator.kind === 'compare' ? (quantified.operator.quantifier ?? null) : null;
  return [
    { from, to: from + 1, operator: { kind: 'compare', operator, apart: true } },
    { from: than, to: quantified?.to ?? than + 1, operator: { kind: 'than', quantifier } },
  ];
}

const quantifiers =
  /^(?:(?:that|those|the ones?) of )?(all|every|each|any|some|at least one)(?: \( at least one \))?(?: one)?(?: of)?(?: the)?(?: others?)?(?= )/u;

/** `older than every …`, `more than that of some …`: the comparison with how many of the values it has to hold for. */
function quantifiedFrom(
  tokens: readonly Token[],
  from: number,
  operator: Operator,
): { readonly to: number; readonly operator: Operator } | null {
  if (operator.kind !== 'compare' || !['gt', 'ge', 'lt', 'le'].includes(operator.operator)) return null;
  const following = tokens.slice(from, from + 12).map(({ kind, lower }) => (kind === 'quoted' ? '""' : lower));
  const match = quantifiers.exec(`${following.join(' ')} `);
  if (match === null) return null;
  const quantifier = match[1] === 'some' || match[1] === 'at least one' ? 'some' : 'all';
  return { to: from + match[0].split(' ').length, operator: { ...operator, quantifier } };
}
