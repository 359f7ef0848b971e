import type { ComparisonOperator } from '../plan/query.js';
import { readEvent } from './read-span.js';
import { eventBefore, operatorAt, peek, type Reader } from './reader.js';
import { bareNoun, type Condition, type Item } from './request-tree.js';

/** A comparison with a length of time: what is compared, as far as it was said before. */
export interface LengthHalf {
  readonly subject: Item | null;
  readonly nouns: readonly string[];
  readonly operator: ComparisonOperator;
  readonly negated: boolean;
}

/** Reads `3 days to close`, `10 days after the due date`, `3 years of being hired`, `2 hours` where a length stands here. */
export function readLength(reader: Reader, half: LengthHalf): readonly Condition[] {
  const length = operatorAt(reader);
  if (length?.kind !== 'length') return [];
  const before = eventBefore(reader);
  reader.at += 1;
  const { amount, unit } = length;
  const named = half.subject?.kind === 'noun' && half.subject.noun.slot !== null ? half.subject.noun : null;
  const subject = before === null ? named : bareNoun(before);
  const said = { kind: 'length', ...half, amount, unit } as const;
  const link = peek(reader)?.chunk;
  const text = link?.kind === 'operator' ? link.text : '';
  const start = reader.at;
  if (startLinks.has(text) || endLinks.has(text)) {
    reader.at += 1;
    const event = readEvent(reader);
    if (event !== null && text === 'to') return [{ ...said, from: null, to: event }];
    if (event !== null)
      return [endLinks.has(text) ? { ...said, from: subject, to: event } : { ...said, from: event, to: subject }];
    reader.at = start;
  }
  return [{ ...said, from: null, to: null }];
}

/** Words behind a length that name what it begins with, or ends with. */
const startLinks: ReadonlySet<string> = new Set(['after', 'of', 'of the', 'from', 'since', 'following']);
const endLinks: ReadonlySet<string> = new Set(['before', 'prior to', 'to', 'until']);
