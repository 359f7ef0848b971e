import type { Catalog } from '../catalog/catalog.js';
import { wordsOfName } from '../catalog/name-words.js';
import type { Expression, Query } from '../plan/query.js';
import { datasetOf } from '../plan/traverse.js';
import type { Assignment } from './draft.js';
import type { Frame } from './frame.js';
import { columnOf } from './otherwise.js';
import { nameColumns } from './schema-model.js';

/** A word that fits a column less than this does not say its name. */
const calledSoMin = 0.9;

/** Last words of a column that is called a key; `vendor` by itself says the vendor, also where a column of numbers is called so. */
const keyWords: ReadonlySet<string> = new Set(['id', 'ids', 'key', 'code', 'number', 'no', 'nr', 'num', 'identifier']);

/**
 * How many keys a plan shows that no word calls by name: who asks for the vendors wants to see what they are called, and `tag`
 * that became `tag_id` rather says that the table of the tags was not found. Whole rows have their keys in them, and a number that
 * leads to no table is all that is known.
 */
export function unaskedKeys(
  query: Query,
  assignment: Assignment,
  { items }: Pick<Frame, 'items'>,
  catalog: Catalog,
): number {
  if (query.kind === 'set' || items.some((item) => item.kind === 'plain' && item.whole === true)) return 0;
  const asked = new Set(
    [...assignment.values()].flatMap(({ concept, score }) =>
      concept.kind === 'column' && score >= calledSoMin && isCalledKey(concept.column) ? [concept.column] : [],
    ),
  );
  const isKey = (expression: Expression): boolean =>
    expression.kind === 'column' &&
    !asked.has(expression.column) &&
    standsForMore(datasetOf(query, expression.table), expression.column, catalog);
  const outputs = query.kind === 'aggregate' ? query.dimensions : query.columns;
  return outputs.filter(({ shown, expression }) => shown && isKey(expression)).length;
}

function isCalledKey(column: string): boolean {
  return keyWords.has(wordsOfName(column).at(-1) ?? '');
}

/** Whether the column is a key of rows that have more than it: of its own table, or of one that it refers to. */
function standsForMore(dataset: string, name: string, catalog: Catalog): boolean {
  if (columnOf(catalog, dataset, name)?.role !== 'identifier') return false;
  const table = catalog.datasets.find((each) => each.name === dataset);
  const own = table?.keys ?? [];
  // Rows without a name are called by their key.
  const isName = table !== undefined && nameColumns(table).some((column) => column.name === name);
  return (
    (own.some(({ columns }) => columns.includes(name)) && !isName) ||
    catalog.relationships.some(({ from }) => from.dataset === dataset && from.columns.includes(name))
  );
}
