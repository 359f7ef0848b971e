import type { Column } from './catalog.js';
import { wordsOfName } from './name-words.js';

/** What a column is called that says which currency the money of its row is in. */
const currencyWords: ReadonlySet<string> = new Set(['currency', 'ccy', 'curr']);

/** Words in the names of sums of money. */
const moneyWords: ReadonlySet<string> = new Set(
  `amount balance bill budget charge commission cost credit debit deposit discount due earnings expense fare fee fine grant gross income invoice money
  net paid pay payment payout premium price proceeds profit refund rent rental revenue salary sales spend subtotal tax tip toll total turnover value
  vat wage worth`.split(/\s+/u),
);

/**
 * The columns with the column that says the unit of each row, where the table has one of currencies and more than one occurs:
 * sums of its money then mean nothing over all rows. What is all in one currency needs no unit, and of two columns of
 * currencies nothing tells which is meant.
 */
export function withUnitColumns(columns: readonly Column[]): readonly Column[] {
  const [currency, ...others] = columns.filter(({ name }) => currencyWords.has(wordsOfName(name).at(-1) ?? ''));
  if (
    currency === undefined ||
    others.length > 0 ||
    currency.type.kind !== 'text' ||
    (currency.values?.length ?? 0) < 2
  )
    return columns;
  const called = columns.some(isMoney);
  return columns.map((column) =>
    (called ? isMoney(column) : mayBeMoney(column)) ? { ...column, unitColumn: currency.name } : column,
  );
}

/** Where none is called so: what stands in a currency is then one of the numbers with decimals that have no other unit. */
function mayBeMoney({ role, type, unit }: Column): boolean {
  return role === 'measure' && unit === null && (type.kind === 'decimal' || type.kind === 'double');
}

function isMoney({ name, role }: Column): boolean {
  return role === 'measure' && wordsOfName(name).some((word) => moneyWords.has(word));
}
