import { lemmaOf, verbBasesOf } from '../word-forms.js';
import { relatedWordsText } from './related-words.js';

/** A word that stands near another in ordinary English; `tier` 0 is nearest, 2 loosest. */
export interface RelatedWord {
  readonly word: string;
  readonly tier: 0 | 1 | 2;
}

let entries: ReadonlyMap<string, string> | null = null;

function entriesByWord(): ReadonlyMap<string, string> {
  entries ??= new Map(
    relatedWordsText.split(/;\n?/u).map((entry) => {
      const space = entry.indexOf(' ');
      return space < 0 ? ([entry, ''] as const) : ([entry.slice(0, space), entry.slice(space + 1)] as const);
    }),
  );
  return entries;
}

/** The forms under which a dictionary may have a word: itself, its singular, the verb that it is a form of. */
function dictionaryForms(word: string): readonly string[] {
  return [...new Set([word, lemmaOf(word), ...verbBasesOf(word)])];
}

/** Words near `word` by the dictionary, nearest first; none for a word that it does not know. */
export function relatedTo(word: string): readonly RelatedWord[] {
  const known = entriesByWord();
  return dictionaryForms(word).flatMap((form) =>
    (known.get(form) ?? '').split('|').flatMap((list, place) =>
      list
        .split(' ')
        .filter((other) => other !== '')
        .map((other) => ({ word: other, tier: place === 0 ? 0 : place === 1 ? 1 : 2 }) as const),
    ),
  );
}

/** Whether the dictionary has the word, so that it is no typo of another. */
export function isDictionaryWord(word: string): boolean {
  const known = entriesByWord();
  return dictionaryForms(word).some((form) => known.has(form));
}
