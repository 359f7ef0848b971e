/** A word, other words for the same, as coded columns write it. */
export interface ValueAlias {
  readonly words: readonly string[];
  readonly values: readonly string[];
  /** Words of which the column's name must say one; empty where any column that has the value will do. */
  readonly columns: readonly string[];
}

const gender = ['gender', 'sex'];
const time = ['month', 'mth', 'day', 'weekday', 'date', 'period', 'season', 'birthday'];

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const months = 'january february march april may june july august september october november december'.split(' ');

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const calendar = (words: readonly string[]): readonly ValueAlias[] =>
  words.map((word) => ({
    words: [word, `${word}s`, word.slice(0, 3)],
    values: [capital(word), capital(word).slice(0, 3), capital(word).slice(0, 4)],
    columns: time,
  }));

/** What a word may be written as in a column of few values. General English and business usage, no schema. */
export const valueAliases: readonly ValueAlias[] = [
  {
    words: ['female', 'females', 'woman', 'women', 'girl', 'girls', 'lady', 'ladies', 'feminine'],
    values: ['F', 'female', 'W', 'Woman', 'Women', 'girl', 'girls', 'ladies'],
    columns: gender,
  },
  {
    words: ['male', 'males', 'man', 'men', 'boy', 'boys', 'gentleman', 'gentlemen', 'masculine'],
    values: ['M', 'male', 'Man', 'Men', 'boy', 'boys'],
    columns: gender,
  },
  { words: ['yes', 'true'], values: ['Y', 'Yes', 'T', 'True'], columns: [] },
  { words: ['no', 'false'], values: ['N', 'No', 'F', 'False'], columns: [] },
  { words: ['married'], values: ['M', 'Married'], columns: ['marital', 'marriage', 'married'] },
  { words: ['single', 'unmarried'], values: ['S', 'Single', 'Never Married'], columns: ['marital', 'marriage'] },
  { words: ['divorced'], values: ['D', 'Divorced'], columns: ['marital', 'marriage'] },
  ...calendar(weekdays),
  ...calendar(months),
];
