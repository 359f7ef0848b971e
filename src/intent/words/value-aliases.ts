/** What a word may be written as in a coded column, where the column's name says one of the words. */
export const valueAliases: readonly {
  readonly words: readonly string[];
  readonly values: readonly string[];
  readonly columns: readonly string[];
}[] = [
  {
    words: ['female', 'females', 'woman', 'women', 'girl', 'girls'],
    values: ['F', 'female', 'W', 'Woman'],
    columns: ['gender', 'sex'],
  },
  { words: ['male', 'males', 'man', 'men', 'boy', 'boys'], values: ['M', 'male', 'Man'], columns: ['gender', 'sex'] },
];
