import type { BusinessTerm, Catalog } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import type { PassedOver } from './accounted.js';
import { plainWords } from './lexical-text.js';
import type { Token } from './tokens.js';
import { stemOf } from './word-forms.js';

/**
 * The terms said that the glossary defines by what is not understood (`regular guest = …`): whatever else their words may name,
 * the request asks for what was defined.
 */
export function unreadTerms(tokens: readonly Token[], catalog: Catalog): readonly PassedOver[] {
  const said = ` ${tokens.map(({ stem }) => stem).join(' ')} `;
  return catalog.terms.flatMap((term) => {
    if (!isUnread(term)) return [];
    const name = [term.term, ...term.synonyms].find((one) => {
      const stems = plainWords(one).map(stemOf).join(' ');
      return stems !== '' && said.includes(` ${stems} `) && !isName(stems, catalog);
    });
    const text = `"${name ?? ''}" is defined in the glossary by what is not understood: ${term.definition}`;
    return name === undefined ? [] : [{ text, doubtful: true }];
  });
}

function isUnread({ mapsTo, condition, formula }: BusinessTerm): boolean {
  return mapsTo.length === 0 && condition === null && formula === undefined;
}

/** Whether a table or column is called so: then its definition only describes it. */
function isName(stems: string, { datasets }: Catalog): boolean {
  return datasets.some((dataset) =>
    [wordsOfName(dataset.name), ...dataset.columns.map((column) => columnWords(dataset, column))].some(
      (words) => words.map(stemOf).join(' ') === stems,
    ),
  );
}
