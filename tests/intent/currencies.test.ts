import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

const currencies = ['EUR', 'USD', 'SEK'];

/** Lessons of music teachers, paid in three currencies; books are all in one. */
const tables = {
  teachers: 'teacher_id,teacher_name\n1,Ann\n2,Bo\n3,Cy\n',
  lessons: [
    'lesson_id,teacher_id,lesson_fee,currency,pupils,given_on',
    ...Array.from({ length: 60 }, (_, index) => {
      const [teacher, month] = [1 + (index % 3), 1 + (index % 4)];
      return `${index + 1},${teacher},${20 + (index % 7)}.50,${currencies[index % 7 === 0 ? 2 : index % 2]},${1 + (index % 5)},2024-0${month}-11`;
    }),
    '',
  ].join('\n'),
  books: 'book_id,price,currency\n1,10.00,EUR\n2,12.50,EUR\n3,8.00,EUR\n',
} as const;

let school: Clinic;
beforeAll(async () => {
  school = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await school.close();
});

describe('amounts in several currencies', () => {
  it.each([
    ['total lesson fee in EUR', "SELECT sum(lesson_fee) FROM lessons WHERE currency = 'EUR'"],
    [
      'total lesson fee in USD by teacher name',
      "SELECT teacher_name, sum(lesson_fee) FROM lessons JOIN teachers USING (teacher_id) WHERE currency = 'USD' GROUP BY ALL",
    ],
    ['total lesson fee by currency', 'SELECT currency, sum(lesson_fee) FROM lessons GROUP BY ALL'],
    ['total pupils', 'SELECT sum(pupils) FROM lessons'],
    ['number of lessons', 'SELECT count(*) FROM lessons'],
    ['total price of books', 'SELECT sum(price) FROM books'],
  ])('%s', async (request, sql) => {
    const { selection, rows } = await school.ask(request);
    expect(selection.message).toBeNull();
    expect(plainRows(rows, false)).toEqual(plainRows(await school.query(sql), false));
  });

  it.each(['total lesson fee', 'average lesson fee by teacher name', 'total lesson fee by month'])(
    '%s: refused, for it adds up what does not add up',
    async (request) => {
      await expect(school.ask(request)).rejects.toMatchObject({ code: 'plan.refused' });
      await expect(school.ask(request)).rejects.toThrow('lessons.currency');
    },
  );
});
