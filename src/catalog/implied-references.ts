import type { Inclusion, InclusionTest, MeasureInclusions } from './inclusion.js';
import { irregularVerbs } from './irregular-verbs.js';
import { type NamedColumn, selfRoles } from './name-affinity.js';
import { wordsOfName } from './name-words.js';
import { areComparable, comparisonKind, type KeyedDataset, type NamedCatalog } from './named-catalog.js';
import { isPersonWord } from './person-words.js';
import type { MeasuredColumn } from './profile.js';
import type { Scored } from './reference-candidate.js';

/** What a column whose name is like that of no table says of the thing that it refers to. */
type Look =
  /** `owner_id`, `checked_by`: a person. */
  | { readonly kind: 'person'; readonly act: string; readonly role: string }
  /** `stored_in`: no person. */
  | { readonly kind: 'place'; readonly act: string; readonly role: string }
  /** `predecessor`: a row of the same table. */
  | { readonly kind: 'own'; readonly act: string; readonly role: string }
  /** `pi_id`: anything. */
  | { readonly kind: 'thing'; readonly act: string; readonly role: string }
  /** Text that may be codes: only its values can tell. */
  | { readonly kind: 'code'; readonly act: string; readonly role: null };

interface Target {
  readonly dataset: KeyedDataset;
  readonly column: MeasuredColumn;
  readonly named: NamedColumn;
}

/** A key that a column is tried against. */
interface Trial extends InclusionTest {
  readonly target: Target;
}

/** A column that looks like a reference, with the keys whose range holds its values. */
interface Suspect {
  readonly column: MeasuredColumn;
  readonly look: Look;
  readonly trials: readonly Trial[];
}

/** Where the ranges of more keys than these hold all values of a column, its values tell nothing. */
const targetsMax = 24;

/**
 * References of columns that look like one though no table is called so: `checked_by` beside a table of inspectors,
 * `stored_in` beside one of vaults, codes that are all codes of one table. Every value has to be a key there, most keys have
 * to be in use, and no other table may fit nearly as well: what is ambiguous is left to be declared.
 */
export async function impliedReferences(
  catalog: NamedCatalog,
  known: readonly Pick<Scored, 'from'>[],
  measure: MeasureInclusions,
): Promise<readonly Scored[]> {
  const taken = new Set(known.flatMap(({ from }) => from.columns.map((column) => `${from.dataset}\n${column}`)));
  const targets = identifiersOf(catalog);
  const suspects = catalog.datasets.flatMap((dataset) =>
    dataset.columns.flatMap((column): readonly Suspect[] => {
      // Versions are of something: their codes may refer to it. Numbers that count from one are in many keys.
      const isVersion = comparisonKind(column) === 'text' && catalog.isHistoryKey(dataset.name, [column.name]);
      const isOwn = catalog.isTarget(dataset.name, [column.name]) && !isVersion;
      if (taken.has(`${dataset.name}\n${column.name}`) || isOwn) return [];
      const look = lookOf(catalog.named(dataset.name, column.name), column);
      if (look === null) return [];
      const possible = targets.filter(
        (target) =>
          (target.dataset === dataset ? target.column.name !== column.name : look.kind !== 'own') &&
          mayHold(target.column, column),
      );
      return possible.length > targetsMax ? [] : [{ column, look, trials: trialsOf(dataset, column, possible) }];
    }),
  );
  // All together: a statement measures many.
  const inclusions = await measure(suspects.flatMap(({ trials }) => trials));
  let start = 0;
  return suspects.flatMap((suspect) => {
    const own = inclusions.slice(start, start + suspect.trials.length);
    start += suspect.trials.length;
    const reference = referenceOf(suspect, own);
    return reference === null ? [] : [reference];
  });
}

function trialsOf(dataset: KeyedDataset, column: MeasuredColumn, possible: readonly Target[]): readonly Trial[] {
  return possible.map((target) => ({
    target,
    from: { dataset: dataset.name, columns: [column.name] },
    to: { dataset: target.dataset.name, columns: [target.column.name] },
  }));
}

/** The best key of each table, where it is one column that is called an identifier. */
function identifiersOf(catalog: NamedCatalog): readonly Target[] {
  return catalog.datasets.flatMap((dataset) => {
    const [[name, ...more] = []] = dataset.keys;
    if (name === undefined || more.length > 0 || dataset.rows < rowsMin) return [];
    const named = catalog.named(dataset.name, name);
    const column = catalog.column(dataset.name, name);
    return named?.name.isIdentifier === true && column !== undefined ? [{ dataset, column, named }] : [];
  });
}

/** Fewer values are in a key by chance. */
const rowsMin = 3;

/** What tells one of several persons from the others. */
const ranks = new Set(
  'first second third last lead leading main chief head primary secondary principal senior deputy'.split(' '),
);
const ofPlace = new Set('in at on of'.split(' '));
const ofAnything = new Set('from to for with'.split(' '));
/** Endings of whole numbers that are certainly identifiers; a `code` or a `number` may be any number. */
const identifierEndings = new Set('id key ref fk sk'.split(' '));

function lookOf(named: NamedColumn | undefined, column: MeasuredColumn): Look | null {
  if (named === undefined || column.profile.distinct < rowsMin) return null;
  const words = wordsOfName(column.name);
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (last === 'by' && before !== '') return { kind: 'person', act: before, role: before };
  const stem = named.name.stem.at(-1) ?? '';
  const role = named.name.stem.join(' ');
  if (identifierEndings.has(last) && words.length > 1 && stem !== '')
    return { kind: isPersonWord(stem) ? 'person' : 'thing', act: stem, role };
  // A bare `organiser` may also count them; it is one where it alone is the name, or the first of several.
  if (!named.isPlural && isPersonWord(last) && words.slice(0, -1).every((word) => ranks.has(word)))
    return { kind: 'person', act: last, role: words.join(' ') };
  const isDone = before.endsWith('ed') || irregularVerbs.has(before);
  if (isDone && (ofPlace.has(last) || ofAnything.has(last)))
    return { kind: ofPlace.has(last) ? 'place' : 'thing', act: before, role: before };
  if (!named.isPlural && selfRoles.has(last)) return { kind: 'own', act: last, role: words.join(' ') };
  return comparisonKind(column) === 'text' ? { kind: 'code', act: last, role: null } : null;
}

/** Whether all values of a column may be among those of a key, as far as its profile tells. */
function mayHold(key: MeasuredColumn, column: MeasuredColumn): boolean {
  if (!areComparable(key, column) || column.profile.distinct > key.profile.distinct) return false;
  const [[low, least], [greatest, high]] = [
    [key.profile.min, column.profile.min],
    [column.profile.max, key.profile.max],
  ];
  if (low === null || least === null || greatest === null || high === null) return false;
  return comparisonKind(key) === 'whole'
    ? Number(low) <= Number(least) && Number(greatest) <= Number(high)
    : low <= least && greatest <= high;
}

/** The one target that the values leave, by what was measured of the trials; null for none. */
function referenceOf({ column, look, trials }: Suspect, inclusions: readonly Inclusion[]): Scored | null {
  const fits = trials.flatMap(({ target, from, to }, position) => {
    const inclusion = inclusions[position];
    if (inclusion === undefined || inclusion.orphans > 0 || inclusion.matched === 0) return [];
    if (look.kind === 'place' && isPerson(target)) return [];
    return [{ target, from, to, inclusion, used: column.profile.distinct / target.column.profile.distinct }];
  });
  const own = fits.find(({ target, from }) => target.dataset.name === from.dataset);
  const fitting = fits.filter((fit) => fit !== own);
  if (own !== undefined && fitting.length === 0) return ownReference(own, look, column);
  const ofAct = fitting.filter(({ target }) => isOfAct(look, target));
  const meant =
    ofAct.length > 0 ? ofAct : look.kind === 'person' ? fitting.filter(({ target }) => isPerson(target)) : [];
  const [best, second] = (meant.length > 0 ? meant : fitting).toSorted((left, right) => right.used - left.used);
  // Numbers that count from one are in many keys: only one whose keys are nearly all in use is told by them.
  const isTold = best !== undefined && best.used >= (meant.length > 0 ? 0.3 : 0.5);
  if (best === undefined || !isTold || (second !== undefined && second.used * 2 > best.used)) return null;
  const score = meant.length > 0 ? 0.75 : 0.66;
  const { from, to, inclusion } = best;
  return { from, to, nameScore: score, role: look.role, rank: [], inclusion, score };
}

/**
 * A reference to rows of the same table (`mentor`, `referred_by`): all its values are keys there and in no other table, though of
 * the keys few may be in use. What tells each row apart is no such.
 */
function ownReference(
  { target, from, to, inclusion }: Trial & { readonly inclusion: Inclusion },
  look: Look,
  column: MeasuredColumn,
): Scored | null {
  if (column.profile.distinct >= target.column.profile.distinct - 1) return null;
  const isSaid = look.kind === 'own' || selfRoles.has(look.act) || (look.kind === 'person' && isPerson(target));
  // Numbers that count from one are in any key.
  const isTelling = comparisonKind(column) === 'text' || Number(target.column.profile.min) > target.dataset.rows;
  if (!isSaid && !isTelling) return null;
  const role = look.role ?? wordsOfName(column.name).join(' ');
  const score = look.kind === 'code' ? 0.66 : 0.75;
  return { from, to, nameScore: score, role, rank: [], inclusion, score };
}

/** Whether the rows of the target are called after what the name says: collectors for `collected_by`. */
function isOfAct(look: Look, { named }: Target): boolean {
  const thing = rootOf(named.entity.at(-1) ?? '');
  return look.kind !== 'code' && thing.length >= 3 && thing === rootOf(irregularVerbs.get(look.act) ?? look.act);
}

function isPerson({ named }: Target): boolean {
  return isPersonWord(named.entity.at(-1) ?? '');
}

/** What a verb and the nouns made of it have in common: `collect` of `collected`, `collector` and `collection`. */
function rootOf(word: string): string {
  return word.replace(/(?:ed|er|or|ing|ion|ation|ment|e|d|r)$/u, '');
}
