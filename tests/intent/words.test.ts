import { describe, expect, it } from 'vitest';
import { OutputNames } from '../../src/intent/names.js';
import { timeReadings } from '../../src/intent/time-phrase.js';
import type { Stretch } from '../../src/intent/time-stretch.js';
import { tokensOf } from '../../src/intent/tokens.js';
import { numberOf, stemOf } from '../../src/intent/word-forms.js';

describe('tokens', () => {
  it('keeps quoted text whole and knows where everything stands', () => {
    const text = `Show the doctor's "late fee" over 1,200.50, not 'x y'.`;
    const tokens = tokensOf(text);
    expect(tokens.map((token) => token.text)).toEqual([
      'Show',
      'the',
      'doctor',
      "'s",
      'late fee',
      'over',
      '1,200.50',
      ',',
      'not',
      'x y',
      '.',
    ]);
    expect(tokens.find(({ kind }) => kind === 'quoted')?.text).toBe('late fee');
    expect(tokens.find(({ number }) => number !== null)?.number).toBe('1200.50');
    for (const { kind, text: word, start, end } of tokens)
      if (kind === 'word') expect(text.slice(start, end)).toBe(word);
  });

  it('takes joined words apart', () => {
    expect(tokensOf('order_date of low-income').map(({ lower }) => lower)).toEqual([
      'order',
      'date',
      'of',
      'low',
      'income',
    ]);
  });
});

describe('word forms', () => {
  it('brings the forms of a word together', () => {
    expect(stemOf('customers')).toBe(stemOf('customer'));
    expect(stemOf('cities')).toBe(stemOf('city'));
    expect(stemOf('city')).not.toBe(stemOf('citizen'));
  });

  it.each([
    ['seven', '7'],
    ['1,000', '1000'],
    ['3.5', '3.5'],
    ['2k', '2000'],
    ['north', null],
  ])('reads %s as %s', (word, number) => {
    expect(numberOf(word)).toBe(number);
  });
});

describe('time phrases', () => {
  const read = (text: string): Stretch | undefined =>
    timeReadings(tokensOf(text)).flatMap(({ meaning }) => (meaning.kind === 'stretches' ? meaning.stretches : []))[0];
  const day = (expression: unknown): string | undefined => /"value":"([\d-]+)"/u.exec(JSON.stringify(expression))?.[1];

  it.each([
    ['sales in 2024', '2024-01-01', '2025-01-01'],
    ['sales in March 2024', '2024-03-01', '2024-04-01'],
    ['sales in Q2 2023', '2023-04-01', '2023-07-01'],
    ['sales in the fourth quarter of 2023', '2023-10-01', '2024-01-01'],
    ['sales from Q1 to Q3 2024', '2024-01-01', '2024-10-01'],
    ['sales between 2024-01-05 and 2024-02-06', '2024-01-05', '2024-02-07'],
    ['sales on December 31, 2023', '2023-12-31', '2024-01-01'],
    ['sales between 2021 and 2023', '2021-01-01', '2024-01-01'],
  ])('%s', (text, low, high) => {
    const phrase = read(text);
    expect([day(phrase?.low), day(phrase?.high)]).toEqual([low, high]);
    expect(phrase?.relative).toBe(false);
  });

  it('leaves relative phrases relative', () => {
    const truncated = { kind: 'time_truncate', unit: 'month', operand: { kind: 'as_of' } };
    expect(read('sales of the last 3 months')).toMatchObject({
      relative: true,
      low: { kind: 'time_add', operand: truncated, amount: -3, unit: 'month' },
      high: truncated,
    });
    expect(read('year to date sales')).toMatchObject({
      low: { kind: 'time_truncate', unit: 'year' },
      high: { kind: 'time_add', amount: 1, unit: 'day' },
    });
    expect(read('this quarter')).toMatchObject({ low: { unit: 'quarter' } });
  });

  it('does not take an amount for a year', () => {
    expect(read('more than 2000 units')).toBeUndefined();
  });
});

describe('output names', () => {
  it('are legal and unique', () => {
    const names = new OutputNames();
    const taken = ['Order Date', 'order-date', '2nd try', 'Größe'].map((words) => names.take(words));
    expect(taken).toEqual(['order_date', 'order_date_2', 'c_2nd_try', 'gro_e']);
    expect(names.take('x'.repeat(200))).toHaveLength(63);
  });
});
