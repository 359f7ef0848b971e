import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables, plainRows } from './clinic.js';

/** A workshop of our own: machines come in, are finished (or not yet), and are paid. */
const workshop = {
  mechanics: `mechanic_id,mechanic_name,birth_date
1,Ines,1980-06-01
2,Tomas,1999-12-31
3,Ulla,1984-04-02
`,
  repairs: `repair_id,mechanic_id,received_at,finished_at,due_on,paid_on,charge,stage
50,1,2024-01-02 08:00:00,2024-01-02 20:00:00,2024-01-05,2024-01-20,100.00,done
51,1,2024-01-10 08:00:00,2024-01-12 08:00:00,2024-01-12,2024-01-13,60.00,done
52,2,2024-02-01 08:00:00,2024-02-05 08:00:00,2024-02-03,2024-02-06,80.00,done
53,2,2024-03-15 08:00:00,,2024-03-20,,40.00,waiting
54,3,2024-02-20 08:00:00,2024-02-21 08:00:00,2024-02-25,,20.00,dropped
`,
} as const;

const glossary = `notes:
  - A late repair is one where finished_at > due_on
  - Overdue repair means paid_on is null and due_on < current_date
  - Abandoned repairs are repairs where stage = 'dropped'
  - A repair is considered swift if finished_at < due_on
  - Days to pay (DTP) = paid_on - due_on
`;

let shop: Clinic;
beforeAll(async () => {
  shop = await openTables(workshop, glossary);
});
afterAll(async () => {
  await shop.close();
});

const cases: readonly (readonly [request: string, rows: readonly string[]])[] = [
  // Between two dates, up to one, and until today.
  ['average number of days between due and paid dates of repairs', ['6.333333333333333']],
  ['average hours to finish a repair by mechanic name', ['Ines | 30', 'Tomas | 96', 'Ulla | 24']],
  ['How many days have passed since the last received repair?', ['17']],
  // How long something took, where no column says it.
  ['What is the average duration of repairs in days?', ['1.875']],
  ['number of repairs that took longer than 30 hours', ['2']],
  ['How many repairs lasted more than 1 day?', ['2']],
  // One date so long after another.
  ['number of repairs paid more than 10 days after the due date', ['1']],
  ['How many repairs were finished within 1 day of being received?', ['2']],
  // The verb tells which date is meant.
  ['How many repairs were paid in January 2024?', ['2']],
  ['number of repairs finished in February 2024', ['2']],
  ['total charge of repairs received in February 2024', ['100']],
  // Ages.
  ['average age of mechanics', ['35.333333333333336']],
  ['How many mechanics are older than 30?', ['2']],
  // Conditions that the glossary names.
  ['How many late repairs are there?', ['2']],
  ['What percentage of repairs are late?', ['40']],
  ['total charge of overdue repairs by mechanic name', ['Tomas | 40', 'Ulla | 20']],
  ['number of abandoned repairs', ['1']],
  ['What percentage of repairs are swift?', ['40']],
  // What it says is computed of each row, and the share of what became of rows.
  ['average days to pay by mechanic name', ['Ines | 8', 'Tomas | 3', 'Ulla | ']],
  ['What is the drop rate of repairs?', ['0.2']],
];

describe('lengths of time and named conditions', () => {
  it.each(cases.map(([request, rows]) => ({ request, rows })))('$request', async ({ request, rows: expected }) => {
    const { selection, rows } = await shop.ask(request);
    expect(selection.message).toBeNull();
    expect(plainRows(rows, false)).toEqual([...expected].sort());
  });

  it('does not show what is only computed among the columns of a thing', async () => {
    const { rows } = await shop.ask('Show all columns of mechanics');
    expect(rows[0]).toHaveLength(3);
  });
});
