import type { DataType } from '../plan/data-type.js';
import { isNumeric } from '../plan/data-type.js';
import { entityWords, type IdentifierName, identifierName, ownershipOf, sameWords } from './identifier-names.js';
import { type NamedDataset, singularOf, wordsOfName } from './name-words.js';

/** A column with all that its names say, read once for many comparisons. */
export interface NamedColumn {
  readonly dataset: string;
  readonly column: string;
  readonly name: IdentifierName;
  readonly lower: string;
  /** What the rows of its dataset are. */
  readonly entity: readonly string[];
  /** Whether it identifies the rows of its own dataset, by the whole name of the dataset or by the end of it. */
  readonly own: 'whole' | 'tail' | null;
  readonly isNumber: boolean;
  /** Whether the name ends in a plural: a number called so counts (`num_students`), it is no reference. */
  readonly isPlural: boolean;
  /** Whether it is an identifier and the first column of its table, as what identifies the rows mostly is. */
  readonly isLeading: boolean;
}

/** How strongly names say that a column refers to another: 0 to 1, with the role it plays. */
export interface NameAffinity {
  readonly score: number;
  readonly role: string | null;
}

/** Reads the names of a column. `datasetWords` are those of its dataset's name without what all names share. */
export function nameColumn(
  dataset: NamedDataset,
  column: { readonly name: string; readonly type: DataType },
  datasetWords: readonly string[],
): NamedColumn {
  const name = identifierName(dataset, column);
  const last = wordsOfName(column.name).at(-1) ?? '';
  const entity = entityWords(datasetWords);
  return {
    dataset: dataset.name,
    column: column.name,
    name,
    lower: column.name.toLowerCase(),
    entity,
    own: ownershipOf(name, entity),
    isNumber: isNumeric(column.type),
    isPlural: singularOf(last) !== last,
    isLeading: name.isIdentifier && dataset.columns[0]?.name === column.name,
  };
}

/** Words that name no thing of their own: two columns called so have nothing in common by that. */
const genericWords = new Set(
  'name title type status state code description date time value comment note detail text label email phone address city country number year amount price total'.split(
    ' ',
  ),
);

/** A row of the same table, as trees and chains name it. */
export const selfRoles: ReadonlySet<string> = new Set(
  'parent manager supervisor boss superior mentor predecessor previous next root ancestor original replacement duplicate related linked referrer'.split(
    ' ',
  ),
);
const personRoles = new Set(
  'manager supervisor owner sender receiver recipient author creator assignee assigner approver reviewer requester reporter agent buyer seller driver referrer mentor'.split(
    ' ',
  ),
);
const personEntities = new Set('user employee person people staff member customer'.split(' '));
const prepositions = new Set('in of by for from to at on'.split(' '));
/** Before the name of a thing: how many there are, or a figure of it. */
const countingWords = new Set(
  'num number no nr nb count total max min avg per average maximum minimum sum size'.split(' '),
);

/** What the names of `from` say about whether it refers to the key column `to`; null for nothing. */
export function nameAffinity(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  if (from.dataset === to.dataset) return selfAffinity(from, to);
  // A table's own identifier is what others refer to, unless the other table is of the same things.
  if (from.own === 'whole' && !isBareIdentifier(from) && sameWords(from.entity, to.entity) < 0.9) return null;
  // (`show_id` of `presenter_shows` may be a part of its key, and another table's.)
  if (from.own === 'tail' && from.isLeading && to.own !== 'whole') return null;
  const candidates = [
    sameName(from, to),
    entityName(from, to),
    keyName(from, to),
    roleName(from, to),
    personName(from, to),
  ];
  return candidates.reduce((best, found) => (found !== null && found.score > (best?.score ?? 0) ? found : best), null);
}

/** A column called just `id` (or `code`) may, where it is no key of its own table, be another table's. */
export function isBareIdentifier(column: NamedColumn): boolean {
  return column.name.isIdentifier && column.name.stem.length === 0;
}

function selfAffinity(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  if (from.column === to.column || !to.name.isIdentifier) return null;
  const prefixed = endsWithWords(from.name.words, to.name.words);
  if (prefixed !== null && prefixed.length > 0 && to.name.words.length > 1)
    return { score: 0.9, role: prefixed.join(' ') };
  const [only] = from.name.stem;
  const isSelfRole = from.name.isIdentifier && from.name.stem.length === 1 && only !== undefined && selfRoles.has(only);
  return isSelfRole && to.own !== null ? { score: 0.85, role: only } : null;
}

function sameName(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  const { stem, isIdentifier, words } = to.name;
  const isSame = from.lower === to.lower || (words.length > 1 && from.name.words.join(' ') === words.join(' '));
  if (!isSame) return null;
  if (isBareIdentifier(to) && words[0] !== 'id') return { score: to.own === 'whole' ? 0.95 : 0.8, role: null };
  const ofEntity = stem.length === 0 ? 0 : stemOfEntity(withoutNaming(stem), to.entity);
  if (ofEntity >= 0.6) return { score: isIdentifier ? 0.95 : 0.9, role: null };
  if (stem.some((word) => !genericWords.has(word))) return { score: isIdentifier ? 0.85 : 0.55, role: null };
  // `name` in a table of friends of persons may well be a person's name.
  const isAbout = to.entity.every((word) => from.entity.includes(word));
  return { score: isAbout ? 0.65 : isIdentifier ? 0.5 : 0.2, role: null };
}

/** `state_name` is about a state as `state_code` is. */
function withoutNaming(stem: readonly string[]): readonly string[] {
  const last = stem.at(-1) ?? '';
  return stem.length > 1 && (last === 'name' || last === 'title') ? stem.slice(0, -1) : stem;
}

/** `customer_id`, `cust_id` or plain `customer`, to the identifier of `customers`. */
function entityName(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  if (!namesRows(to)) return null;
  const whole = sameWords(from.name.stem, to.entity);
  const strength = from.name.isIdentifier ? 1 : 0.9;
  if (whole > 0) return { score: 0.95 * whole * strength, role: null };
  const tail = to.entity.slice(-from.name.stem.length);
  const partial = from.name.stem.length < to.entity.length ? sameWords(from.name.stem, tail) : 0;
  return partial >= 0.9 && from.name.isIdentifier ? { score: 0.82 * partial, role: null } : null;
}

/** `club` or `home_club`, to the `club_code` of `hiking_clubs`. */
function keyName(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  const isTelling = to.name.isIdentifier && to.name.stem.some((word) => !genericWords.has(word));
  if (!isTelling || from.isPlural) return null;
  if (sameWords(from.name.stem, to.name.stem) >= 0.9) return { score: from.isNumber ? 0.7 : 0.8, role: null };
  const before = endsWithWords(from.name.stem, to.name.stem);
  if (before === null || before.some((word) => countingWords.has(word))) return null;
  const isExact = from.name.stem.slice(before.length).join(' ') === to.name.stem.join(' ');
  return isExact ? { score: from.isNumber ? 0.65 : 0.7, role: before.join(' ') } : null;
}

/** `billing_address_id`, `from_airport`, `club_id_2`: the name of the key, with a word for the part that it plays. */
function roleName(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  if (!to.name.isIdentifier) return null;
  const [first = ''] = to.name.words;
  const isTelling =
    to.name.words.length > 1
      ? to.name.stem.some((word) => !genericWords.has(word))
      : first.length === 3 && first.endsWith('id');
  if (isTelling) {
    const before = endsWithWords(from.name.words, to.name.words);
    if (before !== null && before.length > 0) return { score: 0.9, role: before.join(' ') };
    const after = startsWithWords(from.name.words, to.name.words);
    if (after !== null && after.length > 0) return { score: 0.88, role: after.join(' ') };
  }
  return namesRows(to) ? roleOfEntity(from, to) : null;
}

function roleOfEntity(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  const before = endsWithWords(from.name.stem, to.entity);
  if (before !== null && before.length > 0) {
    if (from.name.isIdentifier) return { score: 0.88, role: before.join(' ') };
    // A number that ends in the name of a table in the plural rather counts its rows (`num_students`), unless it is a part of
    // what it is in; one that ends in the singular may number anything of it, and has to be borne out by all its values.
    const isPart = !from.isNumber || before.every((word) => from.entity.includes(word) || prepositions.has(word));
    if (isPart) return { score: 0.8, role: before.join(' ') };
    const isExact = from.name.stem.slice(before.length).join(' ') === to.entity.join(' ');
    const isFigure = from.isPlural || before.some((word) => countingWords.has(word));
    return isExact && !isFigure ? { score: 0.65, role: before.join(' ') } : null;
  }
  const after = startsWithWords(from.name.stem, to.entity);
  const isPlace = after !== null && after.length > 1 && prepositions.has(after[0] ?? '') && from.name.isIdentifier;
  return isPlace ? { score: 0.8, role: after.join(' ') } : null;
}

function personName(from: NamedColumn, to: NamedColumn): NameAffinity | null {
  const person = to.entity.length === 1 && to.entity.some((word) => personEntities.has(word));
  const [role] = from.name.stem;
  if (!person || to.own === null || !from.name.isIdentifier || from.name.stem.length !== 1 || role === undefined)
    return null;
  return personRoles.has(role) ? { score: 0.7, role } : null;
}

/** Whether the key names the rows of its table, as `id`, `customer_id` or `cust_no` do in `customers`. */
function namesRows({ own, name, entity, isLeading }: NamedColumn): boolean {
  return own !== null || isLeading || (name.isIdentifier && stemOfEntity(name.stem, entity) >= 0.6);
}

/** How much the stem of a key names what its table holds. */
function stemOfEntity(stem: readonly string[], entity: readonly string[]): number {
  if (stem.length === 0) return 0;
  const whole = sameWords(stem, entity);
  if (whole > 0) return whole;
  const shared = stem.filter((word) => entity.some((other) => sameWords([word], [other]) >= 0.9));
  return shared.length === 0 ? 0 : 0.6 + 0.3 * (shared.length / Math.max(stem.length, entity.length));
}

/** The words of `long` before its end `end`; null where it does not end so. */
function endsWithWords(long: readonly string[], end: readonly string[]): readonly string[] | null {
  if (end.length === 0 || end.length > long.length) return null;
  const start = long.length - end.length;
  return sameWords(long.slice(start), end) >= 0.9 ? long.slice(0, start) : null;
}

function startsWithWords(long: readonly string[], start: readonly string[]): readonly string[] | null {
  if (start.length === 0 || start.length > long.length) return null;
  return sameWords(long.slice(0, start.length), start) >= 0.9 ? long.slice(start.length) : null;
}
