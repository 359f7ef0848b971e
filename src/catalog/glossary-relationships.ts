import { sortedBy } from '../support/text-order.js';
import type { Dataset, Relationship } from './catalog.js';
import type { FoldNotes } from './fold-notes.js';
import type { GlossaryPath } from './glossary.js';
import { NameFinder, UnknownNameError } from './glossary-names.js';
import type { GlossaryFile } from './glossary-schema.js';
import type { MeasureInclusions } from './relationships.js';

type Declared = NonNullable<GlossaryFile['relationships']>[number];
type End = Relationship['from'];

/**
 * The measured relationships with the declared ones: a declared one is measured too, and takes the place of what was
 * found for the same columns.
 */
export async function foldRelationships(
  content: { readonly datasets: readonly Dataset[]; readonly relationships: readonly Relationship[] },
  declared: readonly Declared[],
  measure: MeasureInclusions,
  notes: FoldNotes,
): Promise<readonly Relationship[]> {
  const finder = new NameFinder(content.datasets);
  const read: { from: End; to: End; role: string | null }[] = [];
  for (const [index, relationship] of declared.entries()) {
    const path = ['relationships', index];
    if (relationship.weight !== undefined) notes.warn([...path, 'weight'], 'a weight is not used yet');
    const from = await endOf(relationship.from, [...path, 'from'], finder, notes);
    const to = await endOf(relationship.to, [...path, 'to'], finder, notes);
    if (from === null || to === null) continue;
    if (from.columns.length !== to.columns.length)
      notes.problems.push({ path, problem: '"from" and "to" have different numbers of columns' });
    else read.push({ from, to, role: relationship.role ?? null });
  }
  const inclusions = await measure(read);
  const folded = read.map(({ from, to, role }, index): Relationship => {
    const found = content.relationships.find((other) => sameEnd(other.from, from) && sameEnd(other.to, to));
    const inclusion = inclusions[index] ?? { matched: 0, orphans: 0, nulls: 0 };
    return {
      from,
      to,
      cardinality: cardinalityOf(finder, from, to),
      source: 'declared',
      role: role ?? found?.role ?? null,
      score: 1,
      ...inclusion,
    };
  });
  const replaced = (other: Relationship): boolean =>
    folded.some(({ from, to }) => sameEnd(other.from, from) || (sameEnd(other.from, to) && sameEnd(other.to, from)));
  return sortedBy([...content.relationships.filter((other) => !replaced(other)), ...folded], ({ from, to }) =>
    [from.dataset, ...from.columns, '>', to.dataset, ...to.columns].join('\n'),
  );
}

async function endOf(
  given: string | readonly string[],
  path: GlossaryPath,
  finder: NameFinder,
  notes: FoldNotes,
): Promise<End | null> {
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

function cardinalityOf(finder: NameFinder, from: End, to: End): Relationship['cardinality'] {
  if (!isKey(finder, to)) return 'many_to_many';
  return isKey(finder, from) ? 'one_to_one' : 'many_to_one';
}

function isKey(finder: NameFinder, { dataset, columns }: End): boolean {
  return isKeyOf(finder.dataset(dataset), columns);
}

/** Whether no two rows of the dataset agree in these columns. */
export function isKeyOf({ keys, rows, columns: known }: Dataset, columns: readonly string[]): boolean {
  const wanted = new Set(columns);
  if (keys.some((key) => key.columns.every((column) => wanted.has(column)))) return true;
  // The list of keys leaves out what only happens to be unique; what is declared needs no more than that.
  return known.some(({ name, profile }) => wanted.has(name) && profile.nulls === 0 && profile.distinct === rows);
}

function sameEnd(left: End, right: End): boolean {
  return left.dataset === right.dataset && left.columns.join('\n') === right.columns.join('\n');
}
