import type { Catalog, Relationship } from '../catalog/catalog.js';
import { wordsOfName } from '../catalog/name-words.js';
import { stemOf } from './word-forms.js';
import { abbreviations } from './words/abbreviations.js';
import { directionOf } from './words/directions.js';

/** Words that say in which role tables meet: of the role and of the referring columns, without those that name the target. */
export function roleWords(relationship: Relationship): readonly string[] {
  const known = wordsOfRoles.get(relationship) ?? findRoleWords(relationship);
  wordsOfRoles.set(relationship, known);
  return known;
}

const wordsOfRoles = new WeakMap<Relationship, readonly string[]>();

function findRoleWords({ role, from, to }: Relationship): readonly string[] {
  const target = new Set(
    [...wordsOfName(to.dataset), ...to.columns.flatMap((column) => wordsOfName(column))].map(stemOf),
  );
  const words = [...(role?.split(/\W+/u) ?? []), ...from.columns.flatMap((column) => wordsOfName(column))];
  return words.flatMap((word) => [word, ...(abbreviations[word] ?? [])]).filter((word) => !target.has(stemOf(word)));
}

/** Stems of the role words that are long enough to stand for themselves in a request, abbreviations spelled out too. */
function tellingStems(relationship: Relationship): readonly string[] {
  return spelledOut(relationship)
    .filter((word) => word.length > 2)
    .map(stemOf);
}

function spelledOut(relationship: Relationship): readonly string[] {
  return roleWords(relationship).flatMap((word) => [
    word,
    ...(Object.hasOwn(abbreviations, word) ? (abbreviations[word] ?? []) : []),
  ]);
}

/** Whether the request says the role of the relationship, or what is done at that end of a way: trips start at their origin. */
export function isRoleSaid(relationship: Relationship, said: ReadonlySet<string>): boolean {
  const ends = spelledOut(relationship).flatMap(directionOf).map(stemOf);
  return [...tellingStems(relationship), ...ends, ...tellingPairs(relationship)].some((stem) => said.has(stem));
}

/** Short words of the role with the word behind them in the name of a column: `to city` of `to_city_id`. */
function tellingPairs(relationship: Relationship): readonly string[] {
  const short = new Set(roleWords(relationship).filter((word) => word.length <= 2));
  return relationship.from.columns.flatMap((column) => {
    const words = wordsOfName(column);
    return words.flatMap((word, place) => {
      const next = words[place + 1];
      return short.has(word) && next !== undefined ? [`${stemOf(word)} ${stemOf(next)}`] : [];
    });
  });
}

/** Stems of the words that tell apart several ways from one table to another. Linear in the number of relationships. */
export function roleStems(catalog: Catalog): ReadonlySet<string> {
  const ways = new Map<string, Relationship[]>();
  for (const relationship of catalog.relationships) {
    const ends = JSON.stringify([relationship.from.dataset, relationship.to.dataset]);
    const known = ways.get(ends);
    if (known === undefined) ways.set(ends, [relationship]);
    else known.push(relationship);
  }
  return new Set(
    [...ways.values()].filter(({ length }) => length > 1).flatMap((several) => several.flatMap(tellingStems)),
  );
}
