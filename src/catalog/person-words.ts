import { personNounsText } from './person-nouns.js';

let nouns: ReadonlySet<string> | null = null;

/** Whether the word, in lower case and singular, mostly denotes a person: `goalkeeper`. */
export function isPersonWord(word: string): boolean {
  nouns ??= new Set(personNounsText.split(/\s/u));
  return nouns.has(word);
}
