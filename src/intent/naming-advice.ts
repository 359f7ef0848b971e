import type { Token } from './tokens.js';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const names = set('wording wordings name names description descriptions label labels text texts title titles words');
const keys = set('code codes id ids key keys identifier identifiers abbreviation abbreviations number numbers');
const denials = set("not instead rather without no don't");
const fillers = set(
  'please use show give list display write print return spell out the a in full of than with their its them and by only just do plain',
);
const ends = set('. ; ! ? ( )');

/**
 * The tokens without a sentence that only says to show names where there are codes (`Use the wording, not the code.`): that is
 * done anyway. Offsets stay those of the text.
 */
export function withoutNamingAdvice(tokens: readonly Token[]): readonly Token[] {
  const kept: Token[] = [];
  let sentence: Token[] = [];
  const close = (end: readonly Token[]): void => {
    if (!isNamingAdvice(sentence)) kept.push(...sentence, ...end);
    sentence = [];
  };
  for (const token of tokens) {
    if (ends.has(token.text)) close([token]);
    else sentence.push(token);
  }
  close([]);
  return kept.length === 0 ? tokens : kept;
}

function isNamingAdvice(sentence: readonly Token[]): boolean {
  const words = sentence.flatMap(({ kind, lower }) => (kind === 'sign' ? [] : [lower]));
  const has = (group: ReadonlySet<string>): boolean => words.some((word) => group.has(word));
  const plain = words.every((word) => names.has(word) || keys.has(word) || denials.has(word) || fillers.has(word));
  return plain && has(names) && has(denials) && has(keys);
}
