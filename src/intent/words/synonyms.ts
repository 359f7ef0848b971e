import { stemOf } from '../word-forms.js';
import { thesaurus } from './thesaurus.js';

const groupsByStem = new Map<string, readonly string[]>();
for (const group of thesaurus) {
  const stems = group.map(stemOf);
  for (const stem of stems)
    groupsByStem.set(stem, [...(groupsByStem.get(stem) ?? []), ...stems.filter((other) => other !== stem)]);
}

/** Stems of the words that our own list has for one another with the word of this stem. */
export function listedSynonyms(stem: string): readonly string[] {
  return groupsByStem.get(stem) ?? [];
}
