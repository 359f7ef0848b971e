import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clinic, openTables } from './clinic.js';

/** A harbour of our own: sailors with a home in two parts, yards that are shortened, columns of yes and no, sign-ups for a watch. */
const tables = {
  sailors: `sailor_id,sailor_name,home,trade,certified
1,Ada Moor,"Bergen, Norway",physician,Y
2,Ben Ruiz,"Cadiz, Spain",cook,N
3,Cleo Tan,"Oslo, Norway",cook,Y
4,Lou Moor,"Bern, Schweiz",carpenter,N
`,
  boats: `boat_id,boat_name,yard,is_on_loan,tonnage
10,Petrel,Mech. Eng.,1,40
11,Plover,HR,0,25
12,Puffin,Mech. Eng.,0,31
`,
  signups: `signup_id,sailor_id,boat_id,watch
100,1,10,helm
101,2,10,galley
102,3,11,helm
103,3,12,mending
`,
} as const;

let harbour: Clinic;
beforeAll(async () => {
  harbour = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await harbour.close();
});

async function rowsOf(text: string): Promise<readonly string[]> {
  const { selection, rows } = await harbour.ask(text, { threshold: 0 });
  expect(selection.reading?.unresolved ?? [], text).toEqual([]);
  return rows.map((row) => row.map(String).join(' | ')).sort();
}

describe('parts of values', () => {
  it.each([
    ['names of sailors from Norway', ['Ada Moor', 'Cleo Tan']],
    ['names of sailors who are not from Norway', ['Ben Ruiz', 'Lou Moor']],
    ['trades of sailors named Moor', ['carpenter', 'physician']],
    ['names of sailors from Norway or Spain', ['Ada Moor', 'Ben Ruiz', 'Cleo Tan']],
  ])('%s', async (text, rows) => {
    expect(await rowsOf(text)).toEqual(rows);
  });

  it('says that a part was read', async () => {
    const { selection } = await harbour.ask('names of sailors from Norway', { threshold: 0 });
    expect(selection.reading?.assumptions.map(({ text }) => text).join(' ')).toContain('contain "Norway"');
  });
});

describe('columns of yes and no', () => {
  it.each([
    ['names of certified sailors', ['Ada Moor', 'Cleo Tan']],
    ['How many sailors are certified?', ['2']],
    ['names of sailors who are not certified', ['Ben Ruiz', 'Lou Moor']],
    ['names of boats that are on loan', ['Petrel']],
  ])('%s', async (text, rows) => {
    expect(await rowsOf(text)).toEqual(rows);
  });
});

describe('values in other forms', () => {
  it.each([
    ['names of boats of the mechanical engineering yard', ['Petrel', 'Puffin']],
    ['names of boats of the human resources yard', ['Plover']],
    ['names of sailors who are doctors', ['Ada Moor']],
  ])('%s', async (text, rows) => {
    expect(await rowsOf(text)).toEqual(rows);
  });
});

describe('people whom no table has by name', () => {
  it('takes people in general for the table of people', async () => {
    expect(await rowsOf('How many people are from Norway?')).toEqual(['2']);
  });

  it('takes people of another kind for it where the rest of the request tells of the table', async () => {
    expect(await rowsOf('How many students are certified?')).toEqual(['2']);
  });

  it('guesses nothing where nothing tells of it', async () => {
    const { selection } = await harbour.ask('How many customers are there?', { threshold: 0 });
    expect(selection.status).not.toBe('answered');
  });
});

describe('verbs of two words', () => {
  it('finds a noun that is made of both', async () => {
    expect(await rowsOf('names of sailors who signed up for helm')).toEqual(['Ada Moor', 'Cleo Tan']);
  });
});

describe('typos', () => {
  it.each([
    ['How many saliors are there?', ['4']],
    ['teh names of boats', ['Petrel', 'Plover', 'Puffin']],
    ['averge tonage of boats', ['32']],
    ['wat is teh maximun tonnage of boats', ['40']],
  ])('%s', async (text, rows) => {
    expect(await rowsOf(text)).toEqual(rows);
  });

  it('leaves what a value says as it is', async () => {
    const { selection } = await harbour.ask('tonnage of Plover', { threshold: 0 });
    expect(selection.reading?.words.some(({ meaning }) => meaning.includes('Plover'))).toBe(true);
  });
});
