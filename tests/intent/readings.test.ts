import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openClinic, plainRows } from './clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(async () => {
  await clinic.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[], ordered?: 'ordered'])[] = [
  ['How many visits are there?', ['6']],
  ['number of patients per town', ['Bern | 1', 'Oslo | 2', 'Rome | 2']],
  ['What is the average salary of doctors in cardiology?', ['8500']],
  ['total fee by specialty', ['cardiology | 250', 'dermatology | 30', 'surgery | 200']],
  ['turnover by town', ['Oslo | 210', 'Rome | 270']],
  ['monthly turnover', ['2024-01-01 | 120', '2024-02-01 | 120', '2024-03-01 | 240']],
  ['turnover last month', ['240']],
  ['turnover in February 2024', ['120']],
  ['What are the names of patients who never had a visit?', ['Lou', 'Max']],
  ['names of doctors with at least 2 visits', ['Ada Moor', 'Cleo Tan']],
  ['Which doctor has the highest salary?', ['Dov Weiss']],
  ['What is the name of the patient with the most visits?', ['Ida']],
  ['top 2 doctors by turnover', ['Dov Weiss | 200', 'Cleo Tan | 130'], 'ordered'],
  ['names of doctors whose salary is greater than 7500', ['Ada Moor', 'Cleo Tan', 'Dov Weiss']],
  ['names of doctors with a salary above the average', ['Dov Weiss']],
  ['How many different towns are the patients from?', ['3']],
  ['minimum and maximum fee', ['30 | 200']],
  ['number of cured visits by specialty', ['cardiology | 2', 'dermatology | 1', 'surgery | 1']],
  ['share of turnover by outcome', ['cured | 0.7708333333333334', 'referred | 0.22916666666666666']],
  ['What are the names of patients who are not from the town of Rome?', ['Ida', 'Kim', 'Lou']],
  ['What are the id and name of the doctors who have at least 2 visits?', ['1 | Ada Moor', '3 | Cleo Tan']],
  ['A bar chart of the number of towns of the patients', ['Bern | 1', 'Oslo | 2', 'Rome | 2']],
  ['a bar chart of the total number of towns of patients without a visit', ['Bern | 1', 'Rome | 1']],
  ['a pie chart of the proportion of the towns of patients that do not have a visit', ['Bern | 1', 'Rome | 1']],
  ['I want to know the proportion of each outcome', ['cured | 4', 'referred | 2']],
  ['Show the proportion of the towns of the patients', ['Bern | 1', 'Oslo | 2', 'Rome | 2']],
  ['the share of visits by outcome', ['cured | 0.6666666666666666', 'referred | 0.3333333333333333']],
  ['What is the proportion of visits that were referred?', ['0.3333333333333333']],
  [
    'List the name of the doctors and the number of visits for each doctor, and show the total number in descending order',
    ['Ada Moor | 2', 'Cleo Tan | 2', 'Ben Ruiz | 1', 'Dov Weiss | 1'],
  ],
  ['How high is the salary of Ben Ruiz?', ['7000']],
  ['names of patients from Oslo or Bern', ['Ida', 'Kim', 'Lou']],
  ['list the doctor names in descending order of salary', ['Dov Weiss', 'Ada Moor', 'Cleo Tan', 'Ben Ruiz'], 'ordered'],
];

describe('requests over a clinic', () => {
  it.each(cases.map(([request, rows, ordered]) => ({ request, rows, ordered: ordered === 'ordered' })))(
    '$request',
    async ({ request, rows: expected, ordered }) => {
      const { selection, rows } = await clinic.ask(request);
      expect(selection.message).toBeNull();
      expect(plainRows(rows, ordered)).toEqual(ordered ? expected : [...expected].sort());
    },
  );

  it('counts patients of a doctor once, though they came twice', async () => {
    const { selection } = await clinic.ask('number of patients by specialty');
    const text = JSON.stringify(selection.reading?.plan ?? selection.alternatives[0]?.plan);
    expect(text).toContain('"function":"count_distinct"');
  });
});

describe('what was read', () => {
  it('traces every word, with its place in the request', async () => {
    const text = 'monthly turnover by specialty for cured visits';
    const { selection } = await clinic.ask(text);
    const words = selection.reading?.words ?? [];
    for (const word of words) expect(text.slice(word.start, word.end)).toBe(word.text);
    expect(words.map(({ text: word }) => word)).toEqual([
      'monthly',
      'turnover',
      'by',
      'specialty',
      'for',
      'cured',
      'visits',
    ]);
    expect(words.find(({ text: word }) => word === 'cured')?.meaning).toBe('value "cured" of visits.outcome');
    expect(words.find(({ text: word }) => word === 'turnover')?.evidence).toContain('glossary');
  });

  it('says in the echo what is shown, by what, under which condition and what an unmatched key does', async () => {
    const { selection } = await clinic.ask('turnover by specialty for cured visits');
    expect(selection.reading?.echo).toBe(
      'Turnover by specialty, where visits.outcome is "cured", joining visits to doctors by doctor_id (rows without a match are kept).',
    );
  });

  it('keeps relative time relative to the as-of date', async () => {
    const { selection } = await clinic.ask('turnover in the last 2 months');
    expect(JSON.stringify(selection.reading?.plan)).toContain('"kind":"as_of"');
    expect(selection.reading?.echo).toContain('the month of the as-of date less 2 months');
  });

  it('takes a typo for a near match and scores it lower', async () => {
    const { selection } = await clinic.ask('turnover by specialti');
    const word = selection.reading?.words.find(({ text }) => text === 'specialti');
    expect(word?.meaning).toBe('column doctors.specialty');
    const misspelt = await clinic.ask('average salery of doctors');
    const salary = misspelt.selection.reading?.words.find(({ text }) => text === 'salery');
    expect(salary).toMatchObject({ kind: 'concept', meaning: 'column doctors.salary' });
    expect(salary?.score).toBeLessThan(0.9);
  });

  it('reads the same twice, to the byte', async () => {
    const request = 'top 2 doctors by turnover in 2024';
    const [first, second] = [await clinic.ask(request), await clinic.ask(request)];
    expect(JSON.stringify(second.selection)).toBe(JSON.stringify(first.selection));
  });

  it('gives outputs that are unique and legal names', async () => {
    const { selection } = await clinic.ask('number of visits, average fee, minimum fee and maximum fee by specialty');
    const query = selection.reading?.plan.query;
    const names = query?.kind === 'aggregate' ? [...query.dimensions, ...query.measures].map(({ name }) => name) : [];
    expect(names.length).toBeGreaterThanOrEqual(5);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
  });
});
