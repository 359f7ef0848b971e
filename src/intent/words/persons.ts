import { isPersonWord } from '../../catalog/person-words.js';
import { lemmaOf } from '../word-forms.js';

/** Words for people of whatever kind, and for all people of a place of work. */
const anyone = new Set(
  'people person individual human somebody someone everybody everyone anybody anyone folk'.split(' '),
);
const groups = new Set('staff personnel workforce crew faculty crowd audience clientele'.split(' '));

/** Whether the word, in any number, mostly denotes people: `goalkeepers`, `staff`, `people`. */
export function isPersonNoun(word: string): boolean {
  const single = lemmaOf(word);
  return isPersonWord(single) || groups.has(single) || isAnyone(word);
}

/** Whether the word stands for people of whatever kind: `people`, `individuals`, `everyone`. */
export function isAnyone(word: string): boolean {
  return anyone.has(word.toLowerCase()) || anyone.has(lemmaOf(word));
}
