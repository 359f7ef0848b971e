import type { Catalog, Dataset } from '../catalog/catalog.js';
import { entityWords } from '../catalog/identifier-names.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import type { Grounding } from './concept.js';
import { isPersonPart } from './schema-model.js';
import type { Token } from './tokens.js';
import type { Add } from './value-mentions.js';
import { isFunctionWord } from './value-mentions.js';
import { isAnyone, isPersonNoun } from './words/persons.js';

/** What a word for people of any kind is worth for a table of people, and one for people of another kind. */
const anyoneScore = 0.6;
const otherKindScore = 0.55;
/** A catalog with more tables of people than these says nothing of which is meant. */
const tablesMax = 3;
/** A word that names something this well needs no guess. */
const namedMin = 0.6;

/**
 * People whom no table has by name: `how many students play` where the players are a table. A word for people in general is
 * any table of people; one for people of another kind only a table that something else in the request tells of.
 */
export function addPersons(
  tokens: readonly Token[],
  catalog: Catalog,
  known: (from: number, to: number) => readonly Grounding[],
  told: ReadonlySet<string>,
  add: Add,
): void {
  tokens.forEach((token, from) => {
    if (token.kind !== 'word' || token.capitalised || isFunctionWord(token) || !isPersonNoun(token.lower)) return;
    // Of what names something well, or some table in any way, nothing is guessed.
    if (known(from, from + 1).some(({ concept, score }) => score >= namedMin || concept.kind === 'dataset')) return;
    const tables = personTables(catalog);
    const general = isAnyone(token.lower);
    const meant = general ? tables : tables.filter((name) => told.has(name));
    if (meant.length > tablesMax) return;
    for (const dataset of meant)
      add(from, from + 1, {
        concept: { kind: 'dataset', dataset },
        score: general ? anyoneScore : otherKindScore,
        evidence: `the table is about people, as "${token.lower}" is`,
      });
  });
}

const tablesByCatalog = new WeakMap<Catalog, readonly string[]>();

/** The tables whose rows are people: named by a word for people, or with the parts of a person's name. */
function personTables(catalog: Catalog): readonly string[] {
  const known = tablesByCatalog.get(catalog);
  if (known !== undefined) return known;
  const found = catalog.datasets.filter(isAboutPeople).map(({ name }) => name);
  tablesByCatalog.set(catalog, found);
  return found;
}

function isAboutPeople(dataset: Dataset): boolean {
  const head = entityWords(wordsOfName(dataset.name)).at(-1) ?? '';
  if (isPersonNoun(head)) return true;
  return dataset.columns.filter((column) => isPersonPart(columnWords(dataset, column))).length >= 2;
}
