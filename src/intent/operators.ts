import type { Token } from './tokens.js';
import { adjectiveWords } from './words/adjectives.js';
import { aggregateWords, superlativeWords } from './words/aggregates.js';
import { conditionWords } from './words/conditions.js';
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
  ...aggregateWords,
];
for (const [phrase, operator] of entries) {
  const words = phrase.replaceAll('-', ' ').split(' ');
  const first = words[0] ?? '';
  const list = byFirstWord.get(first) ?? [];
  list.push({ words, operator });
  byFirstWord.set(first, list);
}
for (const list of byFirstWord.values()) list.sort((left, right) => right.words.length - left.words.length);

/** All operator phrases at every place, also overlapping ones: the chunker picks. */
export function operatorMentions(tokens: readonly Token[]): readonly OperatorMention[] {
  const found: OperatorMention[] = [];
  tokens.forEach((token, from) => {
    if (token.kind === 'quoted') return;
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
      found.push({ from, to: from + phrase.words.length, operator: phrase.operator });
    }
  });
  return found;
}
