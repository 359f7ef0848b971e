import type { Column, Dataset } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import { singularOf } from './word-forms.js';

/** The words of a column, with its table's where it says nothing alone. */
export function labelOf(dataset: Dataset, column: Column): string {
  const words = columnWords(dataset, column);
  const vague =
    words.length === 1 &&
    ['name', 'id', 'title', 'type', 'code', 'date', 'description', 'status'].includes(words[0] ?? '');
  return vague
    ? [...wordsOfName(dataset.name).slice(0, -1), singularOf(wordsOfName(dataset.name).at(-1) ?? ''), ...words]
        .filter((word) => word !== '')
        .join(' ')
    : words.join(' ');
}
