import type { Unresolved, WordTrace } from '../plan/reading.js';
import type { Chunk, TimeNarrowing } from './chunk.js';
import { conceptText } from './concept.js';
import type { Assignment } from './draft.js';
import type { Frame } from './frame.js';
import type { Lexicon } from './lexicon.js';
import { nearNames } from './near-words.js';
import { isTableFirst } from './reader.js';
import type { Token } from './tokens.js';
import type { Operator } from './words/operator.js';
import { emptyNouns, softNouns } from './words/soft-nouns.js';

/** What every stretch of the request became under an assignment. */
export function traceWords(
  text: string,
  tokens: readonly Token[],
  chunks: readonly Chunk[],
  assignment: Assignment,
  frame: Frame,
): readonly WordTrace[] {
  const traces = chunks.flatMap((chunk, index) => {
    const start = tokens[chunk.from]?.start ?? 0;
    const end = tokens[chunk.to - 1]?.end ?? start;
    const words = text.slice(start, end);
    if (!/[\p{L}\p{N}]/u.test(words)) return [];
    const role = roleOf(chunk, index, assignment, frame);
    const soft =
      role.kind === 'unresolved' && (frame.absorbed.includes(index) || isAbsorbed(words, chunks, index, assignment));
    return [{ text: words, start, end, ...(soft ? absorbedRole : role) }];
  });
  return traces.sort((left, right) => left.start - right.start);
}

const absorbedRole = {
  kind: 'language',
  meaning: 'says what kind of thing its neighbour is',
  evidence: 'ordinary English',
  score: 0.6,
} as const;

/** A general noun right beside something that was understood. */
function isAbsorbed(words: string, chunks: readonly Chunk[], index: number, assignment: Assignment): boolean {
  const word = words.toLowerCase();
  if (!softNouns.has(word) && !emptyNouns.has(word)) return false;
  const beside = (step: -1 | 1): boolean => {
    for (let place = index + step; place >= 0 && place < chunks.length; place += step) {
      const chunk = chunks[place];
      if (
        chunk?.kind === 'article' ||
        chunk?.kind === 'filler' ||
        (chunk?.kind === 'operator' && chunk.operator.kind === 'of')
      )
        continue;
      if (chunk === undefined) return false;
      const concept = assignment.get(place)?.concept;
      if (concept === undefined) return chunk.kind === 'number' || chunk.kind === 'quoted';
      const table = concept.kind === 'dataset' || (chunk.kind === 'thing' && isTableFirst({ ...chunk, id: place }));
      return table ? emptyNouns.has(word) : softNouns.has(word);
    }
    return false;
  };
  return beside(-1) || beside(1);
}

function roleOf(
  chunk: Chunk,
  index: number,
  assignment: Assignment,
  frame: Frame,
): Pick<WordTrace, 'kind' | 'meaning' | 'evidence' | 'score'> {
  switch (chunk.kind) {
    case 'operator':
      if (frame.loose.includes(index))
        return { kind: 'unresolved', meaning: 'found no place in the reading', evidence: '', score: 0 };
      return { kind: 'language', meaning: operatorText(chunk.operator), evidence: 'ordinary English', score: 1 };
    case 'rate':
    case 'thing': {
      // A participle may have told when something happened.
      const grounding = assignment.get(index) ?? assignment.get(-1 - index);
      if (grounding === undefined)
        return {
          kind: 'unresolved',
          meaning: 'named something, but found no place in the reading',
          evidence: '',
          score: 0,
        };
      return {
        kind: 'concept',
        meaning: conceptText(grounding.concept),
        evidence: grounding.evidence,
        score: Math.min(1, Math.round(grounding.score * 100) / 100),
      };
    }
    case 'number': {
      const grounding = assignment.get(index);
      if (grounding !== undefined)
        return {
          kind: 'concept',
          meaning: conceptText(grounding.concept),
          evidence: grounding.evidence,
          score: Math.min(1, grounding.score),
        };
      if (frame.loose.includes(index))
        return { kind: 'unresolved', meaning: 'a number without a place in the reading', evidence: '', score: 0 };
      return { kind: 'language', meaning: `the number ${chunk.value}`, evidence: 'a number', score: 1 };
    }
    case 'quoted':
      if (frame.loose.includes(index))
        return { kind: 'unresolved', meaning: 'a text without a place in the reading', evidence: '', score: 0 };
      return { kind: 'language', meaning: `the text "${chunk.text}"`, evidence: 'quoted', score: 0.8 };
    case 'time':
      return {
        kind: 'language',
        meaning: isRelative(chunk.phrase) ? 'a stretch of time, relative to the as-of date' : 'a stretch of time',
        evidence: 'ordinary English',
        score: 1,
      };
    case 'role':
      return {
        kind: 'language',
        meaning: 'tells in which role tables meet',
        evidence: 'role of a relationship',
        score: 1,
      };
    case 'unresolved':
      return { kind: 'unresolved', meaning: 'nothing in the data', evidence: '', score: 0 };
    case 'article':
    case 'verb':
    case 'filler':
      return { kind: 'filler', meaning: '', evidence: '', score: 1 };
  }
}

/** Whether the stretches move with the as-of date. */
function isRelative(phrase: TimeNarrowing): boolean {
  return phrase.kind === 'stretches' && phrase.stretches.some(({ relative }) => relative);
}

function operatorText(operator: Operator): string {
  switch (operator.kind) {
    case 'aggregate':
      return operator.function;
    case 'compare':
    case 'suffix_compare':
      return { eq: 'equal to', ne: 'not equal to', lt: 'less than', le: 'at most', gt: 'more than', ge: 'at least' }[
        operator.operator
      ];
    case 'grain':
      return `by ${operator.unit}`;
    case 'cycle':
      return `by ${operator.part.replaceAll('_', ' ')}`;
    case 'direction':
    case 'superlative':
    case 'adjective':
    case 'top':
      return operator.direction;
    default:
      return operator.kind.replaceAll('_', ' ');
  }
}

/** The traces that name something which is not in the data, with the nearest names. */
export function unresolvedOf(words: readonly WordTrace[], lexicon: Lexicon): readonly Unresolved[] {
  return words
    .filter(({ kind }) => kind === 'unresolved')
    .map(({ text, start, end }) => ({ text, start, end, near: nearNames(text, lexicon) }));
}
