import { isNumeric } from '../plan/data-type.js';
import { sortedBy } from '../support/text-order.js';
import type { Dataset, Relationship } from './catalog.js';
import type { FoldNotes } from './fold-notes.js';
import type { GlossaryPath } from './glossary.js';
import { NameFinder, UnknownNameError } from './glossary-names.js';
import type { GlossaryFile } from './glossary-schema.js';
import { inForce } from './history-relationships.js';
import type { MeasureInclusions } from './inclusion.js';
import { brokenClaimText, isNearKey, type MeasureClaim, uniqueClaim } from './key-evidence.js';
import { isSameEnd, type RelationshipEnd, relationshipKey } from './relationship-ends.js';

type Declared = NonNullable<GlossaryFile['relationships']>[number];
interface Read {
  readonly from: RelationshipEnd;
  readonly to: RelationshipEnd;
  readonly role: string | null;
  readonly weight: string | null;
  readonly path: GlossaryPath;
}

/** What folding of relationships measures with. */
interface Measures {
  readonly measure: MeasureInclusions;
  readonly measureClaim: MeasureClaim;
}

/**
 * The measured relationships with the declared ones: a declared one is measured too, and takes the place of what was
 * found for the same columns.
 */
export async function foldRelationships(
  content: { readonly datasets: readonly Dataset[]; readonly relationships: readonly Relationship[] },
  declared: readonly Declared[],
  { measure, measureClaim }: Measures,
  notes: FoldNotes,
): Promise<readonly Relationship[]> {
  const finder = new NameFinder(content.datasets);
  const read: Read[] = [];
  for (const [index, relationship] of declared.entries()) {
    const known = await readRelationship(relationship, ['relationships', index], finder, notes);
    if (known !== null) read.push(known);
  }
  const inclusions = await measure(read);
  const folded: Relationship[] = [];
  for (const [index, one] of read.entries()) {
    const found = content.relationships.find((other) => isSameEnd(other.from, one.from) && isSameEnd(other.to, one.to));
    const inclusion = inclusions[index] ?? { matched: 0, orphans: 0, nulls: 0 };
    warnOfStrangers(one, inclusion, notes);
    const basis = {
      from: one.from,
      to: one.to,
      cardinality: cardinalityOf(finder, one.from, one.to),
      source: 'declared',
      role: one.role ?? found?.role ?? null,
      score: 1,
      ...inclusion,
    } as const;
    const weighed = await withWeight(basis, one, { measure, measureClaim }, notes);
    folded.push(await withTargetKey(weighed, finder, measureClaim));
  }
  // A table refers to a thing and to its history by the same columns: neither takes the place of the other.
  const replaced = (other: Relationship): boolean =>
    folded.some(
      ({ from, to, during }) =>
        (isSameEnd(other.from, from) && (other.during ?? null) === null && (during ?? null) === null) ||
        (isSameEnd(other.from, from) && isSameEnd(other.to, to)) ||
        (isSameEnd(other.from, to) && isSameEnd(other.to, from)),
    );
  return sortedBy([...content.relationships.filter((other) => !replaced(other)), ...folded], relationshipKey);
}

/** Where less than this share of the rows with a value find a row, it is rather other columns that belong together. */
const matchedMin = 0.5;

/** Tells where the values of a declared relationship hardly meet: it is taken all the same, as somebody wrote it on purpose. */
function warnOfStrangers(
  { from, to, path }: Read,
  { matched, orphans }: { readonly matched: number; readonly orphans: number },
  notes: FoldNotes,
): void {
  if (matched + orphans === 0 || matched >= matchedMin * (matched + orphans)) return;
  const columns = (end: RelationshipEnd): string => end.columns.map((name) => `${end.dataset}.${name}`).join(', ');
  notes.warn(
    path,
    `of ${matched + orphans} rows with ${columns(from)} only ${matched} find a row by ${columns(to)}: are these the columns that belong together?`,
  );
}

/** A declared relationship with its names resolved; null, with the problem noted, where they do not fit. */
async function readRelationship(
  { from: fromText, to: toText, role, weight }: Declared,
  path: GlossaryPath,
  finder: NameFinder,
  notes: FoldNotes,
): Promise<Read | null> {
  const from = await endOf(fromText, [...path, 'from'], finder, notes);
  const to = await endOf(toText, [...path, 'to'], finder, notes);
  if (from === null || to === null) return null;
  if (from.columns.length !== to.columns.length) {
    notes.problems.push({ path, problem: '"from" and "to" have different numbers of columns' });
    return null;
  }
  const column =
    weight === undefined
      ? null
      : await notes.guard([...path, 'weight'], () => finder.column(finder.dataset(from.dataset), String(weight)));
  if (column !== null && !isNumeric(column.type))
    notes.problems.push({ path: [...path, 'weight'], problem: `"${column.name}" is no number, so no part of a whole` });
  return { from, to, role: role ?? null, weight: column?.name ?? null, path };
}

/** The relationship with what the data say to its parts; where they do not add up, or leave rows out, it is told. */
async function withWeight(
  relationship: Relationship,
  { from, to, weight, path }: Read,
  { measure, measureClaim }: Measures,
  notes: FoldNotes,
): Promise<Relationship> {
  if (weight === null) return relationship;
  const claim = { kind: 'weight', dataset: from.dataset, columns: from.columns, validity: null, weight } as const;
  const evidence = await measureClaim(claim);
  if (evidence.broken > 0) notes.warn([...path, 'weight'], brokenClaimText(evidence, claim));
  const [parts] = await measure([{ from: to, to: from }]);
  const unshared = (parts?.orphans ?? 0) + (parts?.nulls ?? 0);
  return { ...relationship, weight: { column: weight, evidence, unshared } };
}

/** How rows meet the key that the relationship leads to, where it is that of a history or only nearly one. */
async function withTargetKey(
  relationship: Relationship,
  finder: NameFinder,
  measureClaim: MeasureClaim,
): Promise<Relationship> {
  const { to, cardinality } = relationship;
  const { name, history } = finder.dataset(to.dataset);
  if (history) {
    const met = inForce(relationship, new Map([[name, history]]));
    if (met.during) return met;
  }
  if (cardinality !== 'many_to_many') return relationship;
  const evidence = await measureClaim(uniqueClaim(to.dataset, to.columns));
  return isNearKey(evidence) ? { ...relationship, cardinality: 'many_to_one', nearKey: evidence } : relationship;
}

async function endOf(
  given: string | readonly string[],
  path: GlossaryPath,
  finder: NameFinder,
  notes: FoldNotes,
): Promise<RelationshipEnd | null> {
  const texts = typeof given === 'string' ? [given] : given;
  const columns: string[] = [];
  let owner: string | null = null;
  for (const [index, text] of texts.entries()) {
    const place = typeof given === 'string' ? path : [...path, index];
    const target = await notes.guard(place, () => {
      const found = finder.target(text);
      if (found.column === null) throw new UnknownNameError(`"${text}" names no column; write table.column`, []);
      if (owner !== null && owner !== found.dataset.name)
        throw new UnknownNameError('all columns of one end are of one table', []);
      return { dataset: found.dataset.name, column: found.column.name };
    });
    if (target === null) return null;
    owner = target.dataset;
    columns.push(target.column);
  }
  return owner === null ? null : { dataset: owner, columns };
}

function cardinalityOf(finder: NameFinder, from: RelationshipEnd, to: RelationshipEnd): Relationship['cardinality'] {
  if (!isKey(finder, to)) return 'many_to_many';
  return isKey(finder, from) ? 'one_to_one' : 'many_to_one';
}

function isKey(finder: NameFinder, { dataset, columns }: RelationshipEnd): boolean {
  return isKeyOf(finder.dataset(dataset), columns);
}

/** Whether no two rows of the dataset agree in these columns. */
export function isKeyOf({ keys, rows, columns: known }: Dataset, columns: readonly string[]): boolean {
  const wanted = new Set(columns);
  if (keys.some((key) => key.columns.every((column) => wanted.has(column)))) return true;
  // The list of keys leaves out what only happens to be unique; what is declared needs no more than that.
  return known.some(({ name, profile }) => wanted.has(name) && profile.nulls === 0 && profile.distinct === rows);
}
