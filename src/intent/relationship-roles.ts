import type { Catalog, Relationship } from '../catalog/catalog.js';
import { wordsOfName } from '../catalog/name-words.js';
import { stemOf } from './word-forms.js';
import { abbreviations } from './words/abbreviations.js';
import { directionOf } from './words/directions.js';

/** Words that say in which role tables meet: of the role and of the referring columns, without those that name the target. */
function roleWords(relationship: Relationship): readonly string[] {
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

/** Whether a word of the role stands in the request; `by` of `checked_by` stands in all that groups. */
export function isRoleMentioned(relationship: Relationship, said: ReadonlySet<string>): boolean {
  return (
    roleWords(relationship).some((word) => word !== 'by' && said.has(stemOf(word))) || isRoleSaid(relationship, said)
  );
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

/** The other relationships from the one table of this one to the other. */
export function twinsOf(relationship: Relationship, { relationships }: Pick<Catalog, 'relationships'>): Relationship[] {
  const { from, to } = relationship;
  return relationships.filter(
    (other) => other !== relationship && other.from.dataset === from.dataset && other.to.dataset === to.dataset,
  );
}

/** Names that only look like a reference are found by their values, however each of them looks. */
const impliedMax = 0.75;
/** What a reference loses that no row has, against another to the same table. */
const missingLoss = 0.4;

/**
 * How much speaks for a relationship before anything is said, about 0 to 1. Among several columns that refer to one table
 * what only shows that a column refers at all says nothing of which is meant, but the rows that have no value in it do.
 */
export function standingOf({ score, source, matched, orphans, nulls }: Relationship, amongSeveral: boolean): number {
  if (!amongSeveral) return score;
  const rows = matched + orphans + nulls;
  const certain = source === 'measured' && score < impliedMax ? impliedMax : score;
  return certain - (rows === 0 ? 0 : (missingLoss * nulls) / rows);
}
