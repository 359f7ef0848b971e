import type { Column } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import { isSummable, type SchemaModel } from './schema-model.js';
import { singularOf, stemOf } from './word-forms.js';

/** What ways of asking for how much call it. */
const quantities: ReadonlySet<string> = new Set(['amount', 'quantity', 'volume'].map(stemOf));

/**
 * Whether `amount of orders` names a column: where the table, or one that is a relationship away, has one of that name, the
 * rows are not what is asked for.
 */
export function hasSaidAmount(model: SchemaModel, dataset: string): boolean {
  const near = model.catalog.relationships.flatMap(({ from, to }) =>
    from.dataset === dataset ? [to.dataset] : to.dataset === dataset ? [from.dataset] : [],
  );
  return [dataset, ...near].some((name) => {
    const table = model.dataset(name);
    return table?.columns.some((column) => {
      const stems = columnWords(table, column).map(stemOf);
      return isSummable(column) && stems.every((stem) => quantities.has(stem) && model.said.has(stem));
    });
  });
}

/** Things that are sums of money: in total they are added up, not counted. */
const moneyWords: ReadonlySet<string> = new Set(
  `due fee payment invoice charge cost expense expenditure sale revenue tax salary wage donation fine refund deposit premium levy bill
  receipt earning toll commission royalty bonus debt`.split(/\s+/u),
);

/** Whether the word names a sum of money: a fee, a charge, a price. */
export function saysMoney(word: string): boolean {
  const one = singularOf(word);
  return moneyWords.has(one) || amountWords.has(one);
}

/** Those that are money, where others are papers or acts with an amount (`invoices by month` may well count them). */
const amountThings: ReadonlySet<string> = new Set(
  `due fee charge cost expense expenditure sale revenue tax salary wage earning toll commission royalty debt levy balance amount
  income turnover proceeds spending`.split(/\s+/u),
);

/** Whether words ask for an amount, unless they are counted (`fees by month`, `the trust balance`). */
export function saysAmount(said: string): boolean {
  return amountThings.has(lastOf(said));
}

/** Whether words name what has an amount: papers and acts of which a total is that of their amounts. */
export function saysBilled(said: string): boolean {
  return moneyWords.has(lastOf(said)) || saysAmount(said);
}

function lastOf(said: string): string {
  return singularOf(said.toLowerCase().split(/\W+/u).at(-1) ?? '');
}

const amountWords: ReadonlySet<string> = new Set(['amount', 'total', 'sum', 'value', 'price', 'cost', 'net', 'gross']);

/** The column that says how much each of such things is (`total fees`); null where they are none, or it is not clear which. */
export function amountOf(model: SchemaModel, dataset: string): Column | null {
  const own = wordsOfName(dataset).map(singularOf);
  return moneyWords.has(own.at(-1) ?? '') ? onlyAmount(model, dataset) : null;
}

/** Words that say money, whatever rows they name: nobody counts an income. */
const sumsOfMoney: ReadonlySet<string> = new Set(
  'income revenue spend spending spent expenditure turnover earnings proceeds takings money'.split(' '),
);

/** The column that says how much, where the words that name the rows say money (`the income of each branch`); else null. */
export function moneyOf(model: SchemaModel, dataset: string, said: string): Column | null {
  const last = said.toLowerCase().split(' ').at(-1) ?? '';
  return sumsOfMoney.has(last) ? onlyAmount(model, dataset) : null;
}

/** The one column of the table that says how much in all; null where none or several do. */
export function onlyAmount(model: SchemaModel, dataset: string): Column | null {
  const table = model.dataset(dataset);
  if (table === undefined) return null;
  const own = wordsOfName(dataset).map(singularOf);
  const amounts = table.columns.filter((column) => {
    const words = columnWords(table, column).map(singularOf);
    return isSummable(column) && words.length > 0 && words.every((word) => amountWords.has(word) || own.includes(word));
  });
  const [only, ...others] = amounts;
  return only === undefined || others.length > 0 ? null : only;
}
