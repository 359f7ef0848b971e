import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnowledgeGraph } from '../../src/catalog/catalog.js';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { scan } from '../../src/catalog/scan.js';
import { conceptKey } from '../../src/intent/concept.js';
import { codesInText } from '../../src/intent/lexical-text.js';
import { type Lexicon, lexiconOf } from '../../src/intent/lexicon.js';
import { mentionsOf, type Net } from '../../src/intent/mentions.js';
import { tokensOf } from '../../src/intent/tokens.js';
import { stemOf } from '../../src/intent/word-forms.js';
import { placesNamed } from '../../src/intent/words/places.js';
import { relatedTo } from '../../src/intent/words/related.js';

/** A library of our own, with names as databases have them: prefixes, units, codes, short forms. */
const tables = {
  libraries: `lib_id,lib_name,state,email_address,budget_in_millions,floor_area_sqm
1,North Branch,OR,north@lib.example,2.5,300
2,Harbour,ME,harbour@lib.example,1.5,200
`,
  readers: `rID,rName,gender,nationality,num_loans,dept_name,active
1,Ida Berg,F,Norway,3,Science,Y
2,Jon Rossi,M,Italy,1,Arts,N
3,Kim Dahl,F,Norway,0,Science,Y
`,
  books: `book_id,book_title,genre,published_year,condition_code
1,The Lord of the Isles,Comedy,1815,1
2,Northern Lights,Thriller,1995,2
3,A Room of Rain,Comedy,1929,2
`,
  reader_visits: `reader_id,lib_id,visit_date
1,1,2024-01-01
2,2,2024-02-01
`,
} as const;

const glossary = `tables:
  books: {columns: {condition_code: "1 = as new, 2 = worn"}}
`;

let folder = '';
let graph: KnowledgeGraph;
let lexicon: Lexicon;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dpb-library-'));
  for (const [name, text] of Object.entries(tables)) {
    mkdirSync(join(folder, 'bronze', name), { recursive: true });
    writeFileSync(join(folder, 'bronze', name, `${name}.csv`), text);
  }
  writeFileSync(join(folder, 'glossary.yaml'), glossary);
  const { catalogPath } = await scan({
    roots: [join(folder, 'bronze')],
    glossaryPath: join(folder, 'glossary.yaml'),
    stateDirectory: join(folder, '.dpb'),
    threads: 1,
    full: false,
    foldUsage: false,
    onProgress: () => {},
  });
  graph = await openEmbeddedGraph(catalogPath);
  lexicon = lexiconOf(graph.catalog);
});
afterAll(async () => {
  await graph.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the words `said` of the request may denote, best first, with scores. */
async function groundings(text: string, said: string, net: Net = 1): Promise<readonly (readonly [string, number])[]> {
  const tokens = tokensOf(text);
  const mentions = await mentionsOf(tokens, lexicon, graph, net);
  const found = mentions.find(
    ({ from, to }) => text.slice(tokens[from]?.start, tokens[to - 1]?.end).toLowerCase() === said.toLowerCase(),
  );
  return (found?.groundings ?? []).map(({ concept, score }) => [conceptKey(concept), score] as const);
}

describe('words that name columns and tables', () => {
  it.each([
    ['list the surnames of readers', 'readers', 'dataset readers'],
    ['total budget of libraries', 'budget', 'column libraries.budget_in_millions'],
    ['what is the floor area', 'floor area', 'column libraries.floor_area_sqm'],
    ['the emails of libraries', 'emails', 'column libraries.email_address'],
    ['reader names by department', 'reader names', 'column readers.rName'],
    ['department of each reader', 'department', 'column readers.dept_name'],
    ['visitors per library', 'visitors', 'dataset reader_visits'],
    ['how many volumes', 'volumes', 'dataset books'],
    ['year of publication of the books', 'year of publication', 'column books.published_year'],
    ['floorareas by state', 'floorareas', 'column libraries.floor_area_sqm'],
    ['all storybooks', 'storybooks', 'dataset books'],
    ['the titels of books', 'titels', 'column books.book_title'],
    ['average nubmer of loans', 'loans', 'column readers.num_loans'],
  ])('%s: %s', async (text, said, concept) => {
    expect((await groundings(text, said))[0]?.[0]).toBe(concept);
  });

  it('prefers a table to the key that is called like it', async () => {
    const found = await groundings('number of visits', 'visits');
    expect(found[0]?.[0]).toBe('dataset reader_visits');
  });

  it('does not take a word of the dictionary for a typo', async () => {
    expect((await groundings('list the boots', 'boots')).map(([concept]) => concept)).not.toContain('dataset books');
    expect((await groundings('list the boooks', 'boooks'))[0]?.[0]).toBe('dataset books');
  });

  it('puts columns of a table that is named before others that are called alike', async () => {
    expect((await groundings('name of each library', 'name'))[0]?.[0]).toBe('column libraries.lib_name');
    expect((await groundings('name of each reader', 'name'))[0]?.[0]).toBe('column readers.rName');
  });

  it('takes a verb for a part of a name only in a wider net', async () => {
    expect(await groundings('who visited most', 'visited')).toEqual([]);
    expect((await groundings('who visited most', 'visited', 2))[0]?.[0]).toBe('dataset reader_visits');
  });

  it('reads a count before `of` as a count', async () => {
    expect(await groundings('number of readers', 'number of readers')).toEqual([]);
  });
});

describe('words that name values', () => {
  it.each([
    ['readers from Italy', 'Italy', 'value readers.nationality Italy'],
    ['Italian readers', 'Italian', 'value readers.nationality Italy'],
    ['female readers', 'female', 'value readers.gender F'],
    ['libraries in Oregon', 'Oregon', 'value libraries.state OR'],
    ['all comedies', 'comedies', 'value books.genre Comedy'],
    ['who wrote The Lord of the Isles?', 'The Lord of the Isles', 'value books.book_title The Lord of the Isles'],
    ['who wrote "northern lights"', '"northern lights"', 'value books.book_title Northern Lights'],
    ['loans of "Jon Rossi"', '"Jon Rossi"', 'value readers.rName Jon Rossi'],
    ['loans of Rossi', 'Rossi', 'value readers.rName …Rossi'],
    ['books that are worn', 'worn', 'value books.condition_code 2'],
    ['active is yes', 'yes', 'value readers.active Y'],
  ])('%s: %s', async (text, said, concept) => {
    expect((await groundings(text, said))[0]?.[0]).toBe(concept);
  });

  it('puts a whole value before a part, and a name before a part said in lower case', async () => {
    const [whole] = await groundings('Comedy', 'Comedy');
    const [part] = await groundings('loans of Rossi', 'Rossi');
    expect(whole?.[1]).toBeGreaterThan(0.85);
    expect(part?.[1]).toBeLessThan(0.75);
    const room = await groundings('books about rain', 'rain');
    expect(room[0]?.[1]).toBeLessThan(0.6);
  });

  it('finds no place in a function word or in another case of a code', () => {
    expect(placesNamed('in')).toEqual([]);
    expect(placesNamed('US').map(({ names }) => names[0])).toEqual(['United States']);
  });
});

describe('forms of words', () => {
  it.each([
    ['taught', 'teach'],
    ['sold', 'sells'],
    ['won', 'win'],
    ['written', 'writes'],
    ['children', 'child'],
  ])('%s and %s are one', (left, right) => {
    expect(stemOf(left)).toBe(stemOf(right));
  });

  it.each([
    ['3.2 million', '3200000'],
    ['a hundred thousand', '100000'],
    ['twenty-five', '25'],
    ['2bn', '2000000000'],
    ['1.005k', '1005'],
    ['0.5 thousand', '500'],
  ])('reads %s as %s', (text, number) => {
    expect(tokensOf(text).find((token) => token.number !== null)?.number).toBe(number);
  });

  it('keeps numbers that only stand beside each other apart', () => {
    expect(tokensOf('one two 3 4').map((token) => token.number)).toEqual(['1', '2', '3', '4']);
  });

  it('reads e-mail as email', () => {
    expect(tokensOf('e-mail')[0]?.lower).toBe('email');
  });

  it('knows related words of the dictionary by any form', () => {
    expect(relatedTo('physicians').map(({ word }) => word)).toContain('doctor');
    expect(relatedTo('xyzzy')).toEqual([]);
  });
});

describe('codes in descriptions', () => {
  it.each([
    ['1 = open, 2 = closed', ['1', '2'], { 1: 'open', 2: 'closed' }],
    ['Status. A (active), C (cancelled by customer)', ['A', 'C'], { A: 'active', C: 'cancelled' }],
    ["either 'Y' for yes or 'N' for no", ['Y', 'N'], { Y: 'yes', N: 'no' }],
    ['the price in dollars', ['1'], {}],
  ])('%s', (text, codes, meanings) => {
    const found = codesInText(text, (code) => codes.includes(code));
    expect(Object.fromEntries(found.map(({ code, meaning }) => [code, meaning]))).toEqual(meanings);
  });
});
