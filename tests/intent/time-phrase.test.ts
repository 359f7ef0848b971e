import { describe, expect, it } from 'vitest';
import { operatorMentions } from '../../src/intent/operators.js';
import { type TimeReading, timeReadings } from '../../src/intent/time-phrase.js';
import { tokensOf } from '../../src/intent/tokens.js';
import { said } from './time-calendar.js';
import { absolute, clocks, others, ranges, recurring, relative } from './time-phrase-tables.js';

/** The readings that cover the most of the text. */
function longest(text: string): readonly TimeReading[] {
  const readings = timeReadings(tokensOf(text));
  const most = Math.max(0, ...readings.map(({ from, to }) => to - from));
  return readings.filter(({ from, to }) => to - from === most);
}

function meanings(text: string): readonly string[] {
  return longest(text).map(({ meaning }) => said(meaning));
}

const all = [...absolute, ...relative, ...ranges, ...recurring, ...clocks, ...others].filter(([, want]) => want !== '');

describe('time phrases', () => {
  it('are many', () => {
    expect(all.length).toBeGreaterThan(300);
    expect(new Set(all.map(([phrase]) => phrase)).size).toBe(all.length);
  });

  it.each(all)('%s is %s', (phrase, meaning) => {
    expect(meanings(phrase)).toContain(meaning);
  });

  const surroundings: readonly (readonly [string, string])[] = [
    ['show revenue by store', 'for every closed region'],
    ['orders whose payments were made', ', sorted by name'],
    ['How many customers bought something', '?'],
  ];

  it.each(all)('%s is found anywhere in a sentence', (phrase, meaning) => {
    for (const [before, after] of surroundings) {
      const separator = /^\p{L}/u.test(after) ? ' ' : '';
      const text = `${before} ${phrase}${separator}${after}`;
      const readings = timeReadings(tokensOf(text));
      expect(
        readings.map((reading) => said(reading.meaning)),
        text,
      ).toContain(meaning);
    }
  });

  it.each(all)('%s may be written in any case', (phrase, meaning) => {
    expect(meanings(phrase.toLowerCase())).toContain(meaning);
    expect(meanings(phrase.toUpperCase())).toContain(meaning);
  });
});

describe('numbers that are no time', () => {
  it.each([
    'more than 2000 units',
    'between 1500 and 2000 dollars',
    'price of $2000',
    'a height over 1900 feet',
    'customers with 2,000 orders',
    'for more than 1500 times',
    'the code is 2024',
    'he may march on',
    'the second best',
    'order "March 2024"',
    'exit 2000%',
    'for 1500 dollars',
    'on 2024-13-45',
    '30 February 2024 sales',
    'list the quarter with the most rows',
    'the last day any resident moved',
    'the most recent year',
    'order 66 was placed by a store',
  ])('%s', (text) => {
    const readings = timeReadings(tokensOf(text)).filter(({ meaning }) => meaning.kind !== 'duration');
    const found = readings.map(({ meaning }) => said(meaning));
    expect(found.filter((one) => !/^2024-0[12]-01/u.test(one))).toEqual([]);
  });

  it('offers a year only as an option, marked as a bare number', () => {
    const [reading] = longest('books of 2000');
    expect(reading?.meaning).toMatchObject({ kind: 'stretches', bare: true });
    const [named] = longest('books of the year 2000');
    expect(named?.meaning).toMatchObject({ kind: 'stretches', bare: false });
  });
});

describe('what is taken for granted', () => {
  it.each([
    ['03/05/2024', '03/05/2024 is read as month/day/year.'],
    ['5.3.2024', '5.3.2024 is read as day.month.year.'],
    ['FY2024', 'Fiscal year 2024 is the one that ends in 2024.'],
    ['25/12/2023', null],
    ['March 2024', null],
  ])('%s', (text, assumption) => {
    expect(longest(text)[0]?.assumption).toBe(assumption);
  });
});

describe('columns that hold a year as a number', () => {
  it.each([
    ['in 2010', { first: 2010, last: 2010 }],
    ['between 2010 and 2012', { first: 2010, last: 2012 }],
    ['since 2010', { first: 2010, last: null }],
    ['after 2010', { first: 2011, last: null }],
    ['before 2010', { first: null, last: 2009 }],
    ['until 2010', { first: null, last: 2010 }],
    ['after 2010 and before 2015', { first: 2011, last: 2014 }],
    ['the 90s', { first: 1990, last: 1999 }],
    ['2010, 2011 and 2012', { first: 2010, last: 2012 }],
    ['March 2024', null],
    ['last 3 months', null],
  ])('%s', (text, years) => {
    const meaning = longest(text)[0]?.meaning;
    expect(meaning?.kind === 'stretches' ? meaning.stretches[0]?.years : undefined).toEqual(years);
  });
});

describe('relative phrases', () => {
  it.each(relative)('%s depends on the as-of date', (phrase) => {
    for (const { meaning } of longest(phrase))
      if (meaning.kind === 'stretches') expect(meaning.stretches.every(({ relative: yes }) => yes)).toBe(true);
  });

  it.each(absolute.filter(([phrase, want]) => want !== '' && !/year$/u.test(phrase)))('%s does not', (phrase) => {
    for (const { meaning } of longest(phrase))
      if (meaning.kind === 'stretches') expect(meaning.stretches.every(({ relative: yes }) => !yes)).toBe(true);
  });
});

describe('grains of time', () => {
  const grain = (text: string): readonly string[] => {
    const mentions = operatorMentions(tokensOf(text)).filter(({ operator }) => operator.kind === 'grain');
    const most = Math.max(0, ...mentions.map(({ from, to }) => to - from));
    return mentions
      .filter(({ from, to }) => to - from === most)
      .map(({ operator }) => (operator.kind === 'grain' ? operator.unit : ''));
  };

  it.each([
    ['monthly revenue', 'month'],
    ['revenue by month', 'month'],
    ['revenue per week', 'week'],
    ['revenue each year', 'year'],
    ['revenue for every quarter', 'quarter'],
    ['quarterly revenue', 'quarter'],
    ['weekly trend of revenue', 'week'],
    ['revenue on a daily basis', 'day'],
    ['revenue at the month level', 'month'],
    ['revenue by fiscal year', 'fiscal_year'],
    ['hourly visits', 'hour'],
    ['visits by minute', 'minute'],
    ['revenue grouped by month', 'month'],
    ['revenue broken down by quarter', 'quarter'],
    ['revenue month by month', 'month'],
    ['revenue by year and month', 'month'],
    ['annual revenue', 'year'],
    ['revenue over the years', 'year'],
    ['revenue across the months', 'month'],
    ['month-wise revenue', 'month'],
    ['revenue in each week', 'week'],
  ])('%s is by %s', (text, unit) => {
    expect(grain(text)).toEqual([unit]);
  });

  it.each(['trend of revenue', 'revenue over time', 'revenue trends', 'a time series of revenue'])('%s', (text) => {
    expect(operatorMentions(tokensOf(text)).some(({ operator }) => operator.kind === 'time_trend')).toBe(true);
  });
});
