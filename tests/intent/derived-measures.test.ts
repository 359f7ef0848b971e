import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openClinic, plainRows } from './clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(async () => {
  await clinic.close();
});

const ratios: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['What is the ratio of cured visits to referred visits?', ['2']],
  ['ratio between cured visits and referred visits', ['2']],
  [
    'What is the ratio of the number of cured visits to the number of visits by specialty?',
    ['cardiology | 0.5', 'dermatology | 1', 'surgery | 1'],
  ],
  ['ratio of the fee of cured visits to the fee of referred visits in 2024', ['3.3636363636363638']],
  [
    'What is the fee to salary ratio per specialty?',
    ['cardiology | 0.014705882352941176', 'dermatology | 0.004285714285714286', 'surgery | 0.016666666666666666'],
  ],
  ['What percentage of visits were referred?', ['33.33333333333333']],
  [
    'What percentage of visits were cured for each specialty?',
    ['cardiology | 50', 'dermatology | 100', 'surgery | 100'],
  ],
  ['What percentage of visits in February 2024 were cured?', ['100']],
  [
    'For each specialty, what proportion of visits were referred?',
    ['cardiology | 0.5', 'dermatology | 0', 'surgery | 0'],
  ],
];

const means: readonly (readonly [request: string, rows: readonly string[]])[] = [
  ['average number of visits per doctor', ['1.5']],
  [
    'What is the average number of visits per patient for each specialty?',
    ['cardiology | 1.3333333333333333', 'dermatology | 1', 'surgery | 1'],
  ],
  ['average monthly turnover', ['160']],
  ['average daily number of visits by outcome', ['cured | 1', 'referred | 1']],
  ['average fee per visit', ['80']],
  ['monthly average fee', ['2024-01-01 | 60', '2024-02-01 | 60', '2024-03-01 | 120']],
];

const times: readonly (readonly [request: string, rows: readonly string[]])[] = [
  [
    'number of visits in each day, binned by weekday',
    ['Friday | 1', 'Monday | 1', 'Saturday | 2', 'Thursday | 1', 'Wednesday | 1'],
  ],
  [
    'Show the number of visits for each day and bin the visit date by month',
    ['2024-01-01 | 2', '2024-02-01 | 2', '2024-03-01 | 2'],
  ],
  ['Which month had the most turnover?', ['2024-03-01']],
  [
    'What month had the lowest number of cured visits? Return the month and the number of cured visits',
    ['2024-01-01 | 1'],
  ],
  ['What is the month-over-month growth in turnover?', ['2024-01-01 | ', '2024-02-01 | 0', '2024-03-01 | 1']],
];

describe('derived measures', () => {
  it.each([...ratios, ...means, ...times].map(([request, rows]) => ({ request, rows })))(
    '$request',
    async ({ request, rows: expected }) => {
      const { selection, rows } = await clinic.ask(request);
      expect(selection.message).toBeNull();
      expect(plainRows(rows, false)).toEqual([...expected].sort());
    },
  );
});
