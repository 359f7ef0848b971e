import type { Column, Dataset } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import { dateColumns, type SchemaModel } from './schema-model.js';
import { stemOf } from './word-forms.js';
import { functionWords } from './words/fillers.js';

/** Words of a date's name or description that do not tell which date it is. */
const plainWords: ReadonlySet<string> = new Set('on at date time day datetime timestamp when first last'.split(' '));
const tellingLength = 5;

/**
 * The dates of a table, likeliest first; of several the one of which the request says a word goes first: `cancellations by year`
 * are not cut by when what was cancelled began, where a description says `date of cancellation`.
 */
export function saidDates(model: SchemaModel, dataset: Dataset): readonly Column[] {
  const dates = dateColumns(dataset);
  if (dates.length < 2) return dates;
  const others = dataset.columns.filter((column) => !dates.includes(column) && column.role === 'measure');
  const common = new Set(
    [wordsOfName(dataset.name), ...others.map((column) => columnWords(dataset, column))].flat().map(stemOf),
  );
  const [only, ...more] = dates.filter((column) =>
    tellingWords(dataset, column).some((word) => model.said.has(stemOf(word)) && !common.has(stemOf(word))),
  );
  return only === undefined || more.length > 0 ? dates : [only, ...dates.filter((column) => column !== only)];
}

/** The words of its name, and the longer ones of what its description begins with. */
function tellingWords(dataset: Dataset, column: Column): readonly string[] {
  const [told = ''] = column.description.toLowerCase().split(/[,;:(.]/u);
  const described = (told.match(/\p{L}+/gu) ?? []).filter(
    (word) => word.length >= tellingLength && !functionWords.has(word),
  );
  return [...columnWords(dataset, column), ...described].filter((word) => !plainWords.has(word));
}
