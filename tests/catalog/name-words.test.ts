import { describe, expect, it } from 'vitest';
import { columnWords, datasetWords, isAbbreviationOf, wordsOfName } from '../../src/catalog/name-words.js';

describe('wordsOfName', () => {
  it.each([
    ['OrderDate', 'order date'],
    ['cust_ord_amt', 'cust ord amt'],
    ['HTMLPage', 'html page'],
    ['orderid', 'order id'],
    ['address1', 'address 1'],
    ['isActive', 'is active'],
    ['lastname', 'last name'],
    ['Total Amount (EUR)', 'total amount eur'],
    ['Größe', 'größe'],
    ['statement', 'statement'],
    ['percentage', 'percentage'],
    ['paid', 'paid'],
    ['custid', 'cust id'],
    ['pid', 'pid'],
  ])('%s is %s', (name, words) => expect(wordsOfName(name).join(' ')).toBe(words));

  it('never loses a name with letters', () => expect(wordsOfName('X')).toEqual(['x']));
});

describe('columnWords', () => {
  const table = (name: string, ...columns: string[]) => ({
    name,
    columns: columns.map((column) => ({ name: column })),
  });
  const words = (dataset: ReturnType<typeof table>) =>
    dataset.columns.map((column) => columnWords(dataset, column).join(' '));

  it('leaves out a prefix that all columns share', () => {
    expect(words(table('trades', 'sbTxId', 'sbTxCustId', 'sbTxPrice'))).toEqual(['id', 'cust id', 'price']);
  });
  it('leaves out shared letters where the rest reads as words', () => {
    expect(words(table('ledger', 'xqid', 'xqdate', 'xqamount', 'xqcustid'))).toEqual([
      'id',
      'date',
      'amount',
      'cust id',
    ]);
  });
  it('leaves out the short name of the table where most columns carry it', () => {
    expect(words(table('shipments', 'ship_id', 'ship_date', 'ship_cost', 'ship_mode', 'carrier'))).toEqual([
      'id',
      'date',
      'cost',
      'mode',
      'carrier',
    ]);
  });
  it('keeps what two columns share by chance', () => {
    expect(words(table('t', 'date_from', 'date_to', 'amount'))).toEqual(['date from', 'date to', 'amount']);
    expect(words(table('t', 'area', 'arable', 'artist'))).toEqual(['area', 'arable', 'artist']);
  });
});

describe('datasetWords', () => {
  it('leaves out what all datasets begin with', () => {
    const names = ['sbcustomer', 'sbticker', 'sbtransaction'];
    expect(names.map((name) => datasetWords(names, name).join(' '))).toEqual(['customer', 'ticker', 'transaction']);
    const dims = ['stg_orders', 'stg_customers', 'stg_dates'];
    expect(datasetWords(dims, 'stg_orders')).toEqual(['orders']);
  });
});

describe('isAbbreviationOf', () => {
  it.each([
    ['cust', 'customer', true],
    ['dept', 'department', true],
    ['qty', 'quantity', true],
    ['rate', 'registrate', false],
    ['list', 'latitudinist', false],
    ['c', 'customer', false],
  ])('%s for %s: %s', (short, long, expected) => expect(isAbbreviationOf(short, long)).toBe(expected));
});
