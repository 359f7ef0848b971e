import type { Catalog } from '../catalog/catalog.js';
import { wordsOfName } from '../catalog/name-words.js';
import type { Query } from '../plan/query.js';
import { columnsOf, datasetOf, datasetsOf, expressionsOf, queriesOf } from '../plan/traverse.js';
import type { Chunk } from './chunk.js';
import { type Concept, conceptText } from './concept.js';
import type { Assignment } from './draft.js';
import { columnOf } from './otherwise.js';
import { joinsOfQuery } from './plan-shape.js';
import { isTableFirst } from './reader.js';
import { stemOf } from './word-forms.js';

/** A word that names something of the data which nothing of the plan is about. */
export interface PassedOver {
  readonly text: string;
  /** Whether what is asked for changes with it: a number or date that is nowhere, or what a share is of. */
  readonly doubtful: boolean;
}

/** The most that a reading is trusted which leaves out what changes the answer. */
export const passedOverConfidence = 0.3;

/**
 * The things that were said and that nothing of the plan is about: a table that it does not read, a column that is in none of
 * its expressions, a value that nothing is compared with. What only refers to rows that are read is told by those, and `name`
 * by itself may be that of anything shown.
 */
export function passedOver(
  chunks: readonly Chunk[],
  assignment: Assignment,
  query: Query,
  catalog: Catalog,
): readonly PassedOver[] {
  const used = usedBy(query);
  const divides = query.kind === 'aggregate' && query.measures.some(({ definition }) => definition.kind === 'ratio');
  return chunks.flatMap((chunk, place) => {
    const concept = assignment.get(place)?.concept;
    if (chunk.kind !== 'thing' || chunk.asks || namingWords.has(chunk.word)) return [];
    if (concept === undefined || concept.kind === 'metric' || isUsed(concept, used, catalog)) return [];
    const isRead = used.datasets.has(concept.dataset);
    const column = concept.kind === 'dataset' ? undefined : columnOf(catalog, concept.dataset, concept.column);
    // A thing of which only the key was taken says nothing of a share either.
    const isThing = divides && isTableFirst({ ...chunk, id: place });
    const isOwn = concept.kind === 'column' && refersToOwn(concept.dataset, concept.column, catalog);
    if (isRead && column?.role === 'identifier' && !isThing && !isOwn) return [];
    const counts = concept.kind === 'column' && (column?.role === 'measure' || column?.role === 'time');
    return [
      {
        text: `"${chunk.text}" is read as ${conceptText(concept)}, which the reading does not use.`,
        doubtful:
          (counts && !describesNext(chunks[place + 1], assignment.get(place + 1)?.concept)) ||
          isCalledWith(concept, chunks[place + 1]) ||
          (divides && !isRead) ||
          isThing ||
          isOwn,
      },
    ];
  });
}

/** `whose mentor is retired`: a row of the same table is meant, of which the plan says nothing. */
function refersToOwn(dataset: string, column: string, { relationships }: Catalog): boolean {
  return relationships.some(
    ({ from, to }) => from.dataset === dataset && to.dataset === dataset && from.columns.includes(column),
  );
}

/** `population density`: a word before the name of a column is rather a part of it. */
function describesNext(next: Chunk | undefined, concept: Concept | undefined): boolean {
  return next?.kind === 'thing' && concept?.kind === 'column';
}

/** `idle hours` of a column that is called so, where the hours of something else were taken. */
function isCalledWith(concept: Concept, next: Chunk | undefined): boolean {
  if (concept.kind !== 'column' || next?.kind !== 'thing' || next.word === '') return false;
  return wordsOfName(concept.column).some((word) => stemOf(word) === stemOf(next.word));
}

const namingWords: ReadonlySet<string> = new Set(['name', 'names', 'title', 'titles']);

interface Used {
  readonly datasets: ReadonlySet<string>;
  readonly columns: ReadonlySet<string>;
}

function usedBy(query: Query): Used {
  const columns = new Set<string>();
  for (const inner of queriesOf(query)) {
    if (inner.kind === 'set') continue;
    for (const { table, column } of expressionsOf(inner).flatMap(columnsOf))
      columns.add(placeOf(datasetOf(inner, table), column));
  }
  for (const { from, columns: joined } of joinsOfQuery(query))
    for (const column of joined) columns.add(placeOf(from, column));
  return { datasets: new Set(datasetsOf(query)), columns };
}

function placeOf(dataset: string, column: string): string {
  return JSON.stringify([dataset, column]);
}

function isUsed(concept: Concept, used: Used, catalog: Catalog): boolean {
  if (concept.kind === 'metric') return true;
  // A table stands for itself also where only what refers to its rows is read.
  const isThere = used.datasets.has(concept.dataset) || refersTo(concept.dataset, used, catalog);
  if (concept.kind === 'dataset') return isThere;
  // What is computed stands in the plan as what it is computed from.
  return (
    columnOf(catalog, concept.dataset, concept.column) === undefined ||
    used.columns.has(placeOf(concept.dataset, concept.column))
  );
}

function refersTo(dataset: string, { columns }: Used, { relationships }: Catalog): boolean {
  return relationships.some(
    ({ from, to }) =>
      to.dataset === dataset && from.columns.every((column) => columns.has(placeOf(from.dataset, column))),
  );
}
