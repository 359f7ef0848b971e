import type { Grounding } from './concept.js';
import type { Mention } from './mentions.js';
import type { OperatorMention } from './operators.js';
import type { TimePhrase } from './time-phrase.js';
import type { Token } from './tokens.js';
import { fillerWords, functionWords } from './words/fillers.js';
import type { Operator } from './words/operator.js';
import { verbStems } from './words/verbs.js';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The request cut into parts that each play one role. `thing` denotes something of the catalog, a value included. */
export type Chunk = Span &
  (
    | { readonly kind: 'operator'; readonly operator: Operator }
    | {
        readonly kind: 'thing';
        readonly groundings: readonly Grounding[];
        readonly quoted: boolean;
        readonly word: string;
      }
    | { readonly kind: 'number'; readonly value: string; readonly groundings: readonly Grounding[] }
    | { readonly kind: 'quoted'; readonly text: string }
    | { readonly kind: 'time'; readonly phrase: TimePhrase }
    | { readonly kind: 'article' }
    | { readonly kind: 'filler' }
    | { readonly kind: 'unresolved' }
  );

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

/** The best cut of the tokens into chunks, every token in exactly one. */
export function chunksOf(
  tokens: readonly Token[],
  mentions: readonly Mention[],
  operators: readonly OperatorMention[],
  times: readonly TimePhrase[],
  questions: ReadonlyMap<number, readonly Grounding[]>,
): readonly Chunk[] {
  const options = new Map<number, Option[]>();
  const add = (option: Option): void => {
    const list = options.get(option.chunk.from) ?? [];
    list.push(option);
    options.set(option.chunk.from, list);
  };
  for (const mention of mentions) for (const option of mentionOptions(tokens, mention)) add(option);
  for (const { from, to, operator } of operators) {
    const asked = operator.kind === 'question' ? (questions.get(from) ?? []) : [];
    if (asked.length > 0)
      add({
        chunk: { kind: 'thing', from, to, groundings: asked, quoted: false, word: '' },
        score: 1.1 * (to - from) ** 1.06,
      });
    add({ chunk: { kind: 'operator', from, to, operator }, score: operatorScore(tokens, from, to, operator) });
  }
  for (const phrase of times)
    add({
      chunk: { kind: 'time', from: phrase.from, to: phrase.to, phrase },
      score: 1.15 * (phrase.to - phrase.from) ** 1.15,
    });
  tokens.forEach((token, from) => {
    add(plainOption(token, from));
  });
  return bestCut(tokens.length, options);
}

function operatorScore(tokens: readonly Token[], from: number, to: number, operator: Operator): number {
  const length = to - from;
  if (length === 1 && tokens[from]?.lower === 'may') return 0;
  const each = length === 1 && weakOperators.has(operator.kind) ? 0.62 : 1.02;
  return each * length ** 1.06;
}

function mentionOptions(tokens: readonly Token[], mention: Mention): readonly Option[] {
  const { from, to } = mention;
  const words = tokens.slice(from, to);
  const content = words.filter(
    (token) => token.kind === 'quoted' || (!functionWords.has(token.lower) && token.kind !== 'sign'),
  );
  if (content.length === 0) return [];
  const first = words[0];
  const best = Math.max(...mention.groundings.map((grounding) => grounding.score));
  const onlyFiller = content.every((token) => fillerWords.has(token.lower));
  if (onlyFiller && best < 0.62) return [];
  const kept = mention.groundings.filter((grounding) => grounding.score >= best - 0.42);
  const quoted = words.length === 1 && first?.kind === 'quoted';
  if (words.length === 1 && first?.kind === 'number') {
    return [{ chunk: { kind: 'number', from, to, value: first.number ?? '0', groundings: kept }, score: 0.95 }];
  }
  return [
    {
      chunk: {
        kind: 'thing',
        from,
        to,
        groundings: kept,
        quoted,
        word: words.length === 1 ? (first?.lower ?? '') : '',
      },
      score: best * (to - from) ** (best > 0.9 ? 1.3 : 1.12),
    },
  ];
}

function plainOption(token: Token, from: number): Option {
  const to = from + 1;
  if (token.kind === 'quoted') return { chunk: { kind: 'quoted', from, to, text: token.text }, score: 0.5 };
  if (token.number !== null)
    return { chunk: { kind: 'number', from, to, value: token.number, groundings: [] }, score: 0.9 };
  if (['the', 'a', 'an'].includes(token.lower)) return { chunk: { kind: 'article', from, to }, score: 0.3 };
  if (token.kind === 'sign' || functionWords.has(token.lower) || fillerWords.has(token.lower))
    return { chunk: { kind: 'filler', from, to }, score: 0.3 };
  if (verbStems.has(token.stem)) return { chunk: { kind: 'filler', from, to }, score: 0.28 };
  return { chunk: { kind: 'unresolved', from, to }, score: -0.1 };
}

function bestCut(length: number, options: ReadonlyMap<number, readonly Option[]>): readonly Chunk[] {
  const best: { score: number; chunk: Chunk | null }[] = Array.from({ length: length + 1 }, () => ({
    score: Number.NEGATIVE_INFINITY,
    chunk: null,
  }));
  best[0] = { score: 0, chunk: null };
  for (let place = 0; place < length; place += 1) {
    const here = best[place]?.score ?? Number.NEGATIVE_INFINITY;
    for (const { chunk, score } of options.get(place) ?? []) {
      const target = best[chunk.to];
      if (target !== undefined && here + score > target.score) best[chunk.to] = { score: here + score, chunk };
    }
  }
  const chunks: Chunk[] = [];
  let place = length;
  while (place > 0) {
    const chunk = best[place]?.chunk;
    if (chunk === null || chunk === undefined) break;
    chunks.unshift(chunk);
    place = chunk.from;
  }
  return chunks;
}
