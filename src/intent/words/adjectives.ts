import { type Direction, type OperatorEntry, phrases } from './operator.js';

const newest = [
  'date',
  'year',
  'time',
  'day',
  'opened',
  'founded',
  'created',
  'established',
  'since',
  'month',
  'release',
];

const adjective = (
  direction: Direction,
  nouns: readonly string[],
  reversed: readonly string[],
  words: string,
): readonly OperatorEntry[] => phrases({ kind: 'adjective', direction, nouns, reversed }, words);

/** Superlative adjectives with the nouns that a column ordered by them would be called. */
export const adjectiveWords: readonly OperatorEntry[] = [
  ...adjective(
    'descending',
    ['age'],
    ['birth', 'born', 'founded', 'established', 'opened', 'built', 'year', 'date'],
    'oldest|eldest|most senior',
  ),
  ...adjective(
    'ascending',
    ['age'],
    ['birth', 'born', 'founded', 'established', 'opened', 'built', 'year', 'date'],
    'youngest',
  ),
  ...adjective('descending', newest, ['age'], 'newest|latest|most recent|most recently|last|recent'),
  ...adjective('ascending', newest, ['age'], 'earliest|first|least recent'),
  ...adjective(
    'descending',
    ['length', 'duration', 'time', 'distance', 'long', 'minutes', 'seconds', 'hours', 'days'],
    [],
    'longest',
  ),
  ...adjective(
    'ascending',
    ['length', 'duration', 'time', 'distance', 'height', 'minutes', 'seconds', 'hours', 'days'],
    [],
    'shortest',
  ),
  ...adjective('descending', ['height'], [], 'tallest'),
  ...adjective('descending', ['weight'], [], 'heaviest'),
  ...adjective('ascending', ['weight'], [], 'lightest'),
  ...adjective(
    'descending',
    ['price', 'cost', 'fee', 'amount', 'charge', 'rate', 'fare'],
    [],
    'most expensive|priciest|costliest|dearest',
  ),
  ...adjective(
    'ascending',
    ['price', 'cost', 'fee', 'amount', 'charge', 'rate', 'fare'],
    [],
    'cheapest|least expensive|most affordable',
  ),
  ...adjective('descending', ['speed'], [], 'fastest'),
  ...adjective('ascending', ['speed'], [], 'slowest'),
  ...adjective('descending', ['income', 'salary', 'wealth', 'worth', 'balance', 'money'], [], 'richest|wealthiest'),
  ...adjective('ascending', ['income', 'salary', 'wealth', 'worth', 'balance', 'money'], [], 'poorest'),
  ...adjective('descending', ['population'], [], 'most populous|most populated'),
  ...adjective('ascending', ['population'], [], 'least populous|least populated'),
  ...adjective('descending', ['size', 'area', 'capacity', 'population'], [], 'biggest in size|largest in size'),
  ...adjective('descending', ['salary', 'pay', 'wage'], [], 'best paid|highest paid|best-paid|highest-paid'),
  ...adjective(
    'descending',
    ['rating', 'score', 'stars', 'grade'],
    [],
    'best rated|highest rated|best-rated|highest-rated|top rated|top-rated',
  ),
  ...adjective(
    'ascending',
    ['rating', 'score', 'stars', 'grade'],
    [],
    'worst rated|lowest rated|worst-rated|lowest-rated',
  ),
];
