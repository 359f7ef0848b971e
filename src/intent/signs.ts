import type { Chunk } from './chunk.js';
import type { Direction, Operator } from './words/operator.js';

/** A chunk that says something, with its index among all chunks and whether an article stands before it. */
export interface Sign {
  readonly chunk: Chunk;
  readonly id: number;
  readonly article: boolean;
}

/** Words at which something stands first, behind what stands there (`highest price first`, `highest price on the left`). */
const foremost: ReadonlySet<string> = new Set(['first', 'on the left', 'at the left', 'to the left']);

/**
 * The signs with what only their place among others tells: `…, highest price first` is an order, and in a chart
 * `price against year` is both, or one by the other where it is a total.
 */
export function withDrawnSigns(signs: readonly Sign[]): Sign[] {
  return withFirst(withAgainst(withAsked(signs)));
}

function operatorOf(sign: Sign | undefined): Operator | null {
  return sign?.chunk.kind === 'operator' ? sign.chunk.operator : null;
}

function textOf(sign: Sign | undefined): string {
  return sign?.chunk.kind === 'operator' ? sign.chunk.text : '';
}

function replaced(sign: Sign, operator: Operator): Sign {
  const chunk: Chunk = { kind: 'operator', from: sign.chunk.from, to: sign.chunk.to, operator, text: textOf(sign) };
  return { ...sign, chunk };
}

/** `highest price first` at the end of a clause: ordered by the price, descending. */
function withFirst(signs: readonly Sign[]): Sign[] {
  const out = [...signs];
  for (const [place, sign] of signs.entries()) {
    const direction = directionOf(sign);
    const [named, last] = [signs[place + 1], signs[place + 2]];
    if (direction === null || named?.chunk.kind !== 'thing' || last === undefined) continue;
    if (!foremost.has(textOf(last)) || !endsClause(signs[place + 3])) continue;
    out[place] = replaced(sign, { kind: 'order' });
    out[place + 2] = replaced(last, { kind: 'direction', direction });
  }
  return out;
}

function directionOf(sign: Sign): Direction | null {
  const operator = operatorOf(sign);
  return operator?.kind === 'superlative' ? operator.direction : null;
}

function endsClause(sign: Sign | undefined): boolean {
  const operator = operatorOf(sign);
  return sign === undefined || operator?.kind === 'and' || operator?.kind === 'show';
}

/** `how many pupils are in which class`: at the end of a question for a measure, what it is asked by. */
function withAsked(signs: readonly Sign[]): readonly Sign[] {
  return signs.map((sign, place) => {
    const asks = /^(?:(?:of|in|from|on|at|for|to) )?which$/u.test(textOf(sign));
    const before = signs.slice(0, place).findLastIndex((earlier) => operatorOf(earlier)?.kind === 'show');
    const measured = signs.slice(before + 1, place).some((earlier) => measures(earlier));
    if (!asks || !measured || operatorOf(signs[place - 1])?.kind !== 'is') return sign;
    const ends = signs[place + 1]?.chunk.kind === 'thing' && operatorOf(signs[place + 2])?.kind === 'show';
    return ends ? replaced(sign, { kind: 'group' }) : sign;
  });
}

const measuring: readonly Operator['kind'][] = ['aggregate', 'count', 'quantity', 'share', 'ratio'];

function measures(sign: Sign): boolean {
  return measuring.includes(operatorOf(sign)?.kind ?? 'and');
}

function withAgainst(signs: readonly Sign[]): readonly Sign[] {
  const drawn = signs.some((sign) => {
    const operator = operatorOf(sign);
    return operator?.kind === 'chart' || operator?.kind === 'axis' || /^(?:plot|draw|graph)\b/u.test(textOf(sign));
  });
  if (!drawn) return signs;
  return signs.map((sign, place) => {
    if (!/^against\b/u.test(textOf(sign)) || signs[place + 1]?.chunk.kind !== 'thing') return sign;
    const measured = signs.slice(0, place).some(measures);
    return replaced(sign, { kind: measured ? 'group' : 'and' });
  });
}
