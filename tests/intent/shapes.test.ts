import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clinic } from './clinic.js';
import { openHotel } from './hotel.js';

let hotel: Clinic;
beforeAll(async () => {
  hotel = await openHotel();
});
afterAll(async () => {
  await hotel.close();
});

/** Requests by shape, each with its rows; `ordered` where the request or the shape says in which order. */
const shapes: Readonly<
  Record<string, readonly (readonly [request: string, rows: readonly string[], ordered?: 'ordered'])[]>
> = {
  'the extreme of each group': [
    [
      'the most expensive room of each hotel',
      ['Alpha | 2', 'Birch | 4', 'Cedar | 6', 'Dune | 7', 'Elm | 9'],
      'ordered',
    ],
    [
      'the 2 cheapest rooms of each kind',
      ['double | 2', 'double | 5', 'standard | 7', 'standard | 1', 'suite | 6', 'suite | 9'],
      'ordered',
    ],
    ['What is the hotel with the most stars in each region?', ['North | Birch', 'South | Elm']],
    ['For each region, which hotel has the highest number of rooms?', ['North | Alpha', 'South | Cedar']],
    ['the oldest guest of each country', ['Norway | Ann', 'Spain | Di', 'Sweden | Bo']],
    [
      'top 2 hotels by number of bookings per region',
      ['North | Alpha | 2', 'North | Birch | 2', 'South | Elm | 3', 'South | Cedar | 2'],
      'ordered',
    ],
  ],
  'superlatives of what one did': [
    ['which guest booked the most nights', ['Bo']],
    ['which guest booked the most rooms', ['Ann']],
    ['the number of guests and the average age of guests', ['5 | 38.2']],
  ],
  'superlatives of related things': [
    ['What is the name of the hotel whose rooms have the highest average price?', ['Birch']],
    ['names of the hotels with the 3 most expensive rooms', ['Birch', 'Cedar', 'Elm']],
    ['hotels with at least 2 rooms and more than 2 bookings', ['Elm']],
  ],
  'what was done last, and by whom': [['the name of the hotel with the cheapest room', ['Dune']]],
  'charts, which show several values': [
    ['a pie chart of the proportion of the countries of the guests', ['Norway | 2', 'Spain | 2', 'Sweden | 1']],
    [
      'a bar chart of the number of guests for each country, and display the total number in ascending order',
      ['Sweden | 1', 'Norway | 2', 'Spain | 2'],
      'ordered',
    ],
  ],
  'several measures': [['total and minimum price of rooms', ['1280 | 30']]],
  'denied numbers': [['names of guests that did not have two or more bookings', ['Cy', 'Ed']]],
  'what is said again': [
    [
      'How many guests are there per country? Order the countries by increasing number of guests.',
      ['Sweden | 1', 'Norway | 2', 'Spain | 2'],
      'ordered',
    ],
    ['all information of the members', ['1 | 1 | 500', '2 | 4 | 900']],
    ['names of hotels in descending lexicographical order', ['Elm', 'Dune', 'Cedar', 'Birch', 'Alpha'], 'ordered'],
  ],
  'axes of charts': [
    [
      'average price of rooms by kind, order by the y-axis from high to low',
      ['suite | 250', 'double | 110', 'standard | 66.66666666666667'],
      'ordered',
    ],
  ],
  'comparisons with several values': [
    ['names of guests older than every guest from Norway', ['Bo', 'Di', 'Ed']],
    ['names of guests older than at least one guest from Spain', ['Bo', 'Di']],
    ['rooms whose price is higher than the price of all standard rooms', ['4', '6', '8', '9']],
    ['rooms with a price less than the highest price', ['1', '2', '3', '5', '6', '7', '8', '9']],
    ['kinds whose average price is above the average price of all rooms', ['suite']],
    ['rooms with a price above 100 and below 200', ['3', '8']],
    ['rooms with price above 200 or below 40', ['4', '7', '9']],
    ['names of guests of age either 25 or 30', ['Ann', 'Cy']],
  ],
  'comparisons that stand around what is compared': [
    ['names of guests with more bookings than average', ['Ann', 'Bo', 'Di']],
    ['names of hotels that have more rooms than the hotel Dune', ['Alpha', 'Birch', 'Cedar', 'Elm']],
    ['rooms with a higher price than any of the double rooms', ['4', '6', '9']],
    ['rooms with a higher price than 150', ['4', '6', '9']],
    ['guests who booked rooms at least twice', ['Ann', 'Bo', 'Di']],
    ['names of guests that booked more than 2 times', ['Ann', 'Bo', 'Di']],
  ],
  'one thing and another': [
    ['names of hotels with both standard and suite rooms', ['Birch']],
    ['countries that have guests older than 60 and guests younger than 36', ['Spain']],
    ['which country has both guests aged 25 and guests aged 30', ['Norway']],
    ['names of guests with a booking of a standard room and a booking of a double room', ['Bo']],
  ],
  'what is not there': [
    ['names of guests who never booked a suite', ['Ann', 'Ed']],
    ['hotels without any double rooms', ['Birch', 'Dune']],
    ['guests who are not members', ['Bo', 'Cy', 'Ed']],
    ['names of all guests except for those with at least 2 bookings', ['Cy', 'Ed']],
    ['names of guests other than those who booked a suite', ['Ann', 'Ed']],
    ['non standard rooms', ['2', '4', '5', '6', '8', '9']],
    ['names of guests who booked a suite but never a standard room', ['Cy', 'Di']],
  ],
  'counts for each, averaged': [
    ['average number of bookings per guest', ['2.5']],
    ['average number of rooms per hotel by region', ['North | 2', 'South | 1.6666666666666667']],
  ],
};

const lineOf = (row: readonly unknown[]): string =>
  row.map((cell) => (typeof cell === 'string' && /^-?\d+(\.\d+)?$/u.test(cell) ? Number(cell) : cell)).join(' | ');

describe.each(Object.entries(shapes))('%s', (_name, cases) => {
  it.each(cases.map(([request, rows, ordered]) => ({ request, rows, ordered })))('$request', async (one) => {
    const { selection, rows } = await hotel.ask(one.request, { unmatched: 'drop', threshold: 0 });
    expect(selection.message).toBeNull();
    const lines = rows.map(lineOf);
    expect(one.ordered ? lines : lines.sort()).toEqual(one.ordered ? one.rows : [...one.rows].sort());
  });
});

it('counts rows that only tie two things together, or the things: both are readings, told apart', async () => {
  const echoesOf = async (request: string): Promise<readonly string[]> => {
    const { selection } = await hotel.ask(request, { unmatched: 'drop', threshold: 0 });
    return [selection.reading, ...selection.alternatives].map((reading) => reading?.echo ?? '');
  };
  const repeated = (echo: string): boolean => echo.includes('extras (every row of booking_extras)');
  expect((await echoesOf('number of extras for each booking')).some(repeated)).toBe(true);
  expect((await echoesOf('number of different extras for each booking')).some(repeated)).toBe(false);
});

it('refuses the tallest of things without a height', async () => {
  const { selection } = await hotel.ask('the tallest guest', { threshold: 0 });
  expect(selection.status).not.toBe('answered');
});
