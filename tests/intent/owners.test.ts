import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** Shires kept under another name, pupils who sign up for lessons and come or do not, tutors in two roles. */
const tables = {
  shire_register_data: `shire_id,name,population
1,Avon,300
2,Dorset,200
3,Kent,900
`,
  towns: `town_id,name,shire_id
1,Bath,1
2,Dover,3
3,Poole,2
4,Deal,3
`,
  pupils: `pupil_id,pupil_name
1,Ann
2,Bo
3,Cy
`,
  lessons: `lesson_id,lesson_title,planning_tutor_id,teaching_tutor_id
1,Drawing,1,2
2,Singing,2,2
3,Chess,1,1
`,
  tutors: `tutor_id,tutor_name
1,Uma
2,Vic
`,
  pupil_lesson_registrations: `pupil_id,lesson_id,registered_on
1,1,2024-01-02
1,2,2024-02-02
2,1,2024-03-02
2,2,2024-03-03
2,3,2024-03-04
`,
  pupil_lesson_attendance: `pupil_id,lesson_id,attended_on
1,1,2024-02-01
2,3,2024-04-01
3,3,2024-04-01
`,
} as const;

let school: Clinic;
beforeAll(async () => {
  school = await openTables(tables, 'metrics: []\n');
});
afterAll(async () => {
  await school.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[], ordered?: 'ordered'])[] = [
  ['List the names of the shires in descending order of population.', ['Kent', 'Avon', 'Dorset'], 'ordered'],
  ['What is the name of the shire with the largest population?', ['Kent']],
  ['How many lessons is each pupil registered for?', ['Ann | 2', 'Bo | 3']],
  ['How many pupils attended each lesson?', ['Chess | 2', 'Drawing | 1']],
  ['number of lessons by planning tutor', ['Uma | 2', 'Vic | 1']],
  ['number of lessons by planning tutor id', ['1 | 2', '2 | 1']],
];

describe('tables that are called otherwise', () => {
  it.each(cases.map(([request, rows, ordered]) => ({ request, rows, ordered: ordered === 'ordered' })))(
    '$request',
    async ({ request, rows: expected, ordered }) => {
      const { selection, rows } = await school.ask(request);
      expect(selection.message).toBeNull();
      expect(plainRows(rows, ordered)).toEqual(ordered ? expected : [...expected].sort());
    },
  );

  it('counts what two tables have of each, without the one leading to the other', async () => {
    const { rows } = await school.ask('number of registrations and number of attendance by lesson title', {
      threshold: 0,
    });
    expect(plainRows(rows, false)).toEqual(['Chess | 1 | 2', 'Drawing | 2 | 1', 'Singing | 2 | 0']);
  });
});
