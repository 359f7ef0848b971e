/** CSV as most programs write it. */
export const plainCsv = {
  kind: 'csv',
  delimiter: ',',
  quote: '"',
  escape: '"',
  header: true,
  nullText: '',
  encoding: 'utf-8',
} as const;
