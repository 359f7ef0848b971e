import type { Catalog, Column } from '../catalog/catalog.js';
import { wordsOfName } from '../catalog/name-words.js';
import type { Chunk } from './chunk.js';
import { type Concept, conceptText, type Grounding } from './concept.js';
import type { Assignment } from './draft.js';
import type { Frame, Item } from './frame.js';
import { isSummable } from './schema-model.js';

/** A word that names one thing of the data by its name, and was read as another. */
export interface Otherwise {
  readonly text: string;
  /** Whether hardly anyone would mean it so. */
  readonly doubtful: boolean;
}

/** The most that a reading is trusted which takes a word that names one thing for another. */
export const otherwiseConfidence = 0.3;

/** What is named this surely is called so. */
const calledSoMin = 0.97;
/** What is tied less surely than this is another word for it, or a part of its name. */
const relatedMax = 0.8;
/** Names that fit nearly as well are a choice, no passing over. */
const lessSure = 0.1;

/**
 * The words of the request that are the very name of a table, column or metric, but were read as something that fits them
 * less: the total of a column that holds text is not silently that of another table's column.
 */
export function namedOtherwise(
  chunks: readonly Chunk[],
  assignment: Assignment,
  frame: Frame,
  catalog: Catalog,
): readonly Otherwise[] {
  const folded = new Set(frame.items.flatMap(foldedSlots));
  return [
    ...readAs(chunks, assignment),
    ...namedTwice(chunks, assignment),
    ...keysForNames(chunks, assignment, catalog),
    ...chunks.flatMap((chunk, place) => {
      const chosen = assignment.get(place);
      if (chunk.kind !== 'thing' || chunk.asks || chosen === undefined) return [];
      const useless = (concept: Concept): string | null => (folded.has(place) ? unusable(concept, catalog) : null);
      const best = chunk.groundings.find((other) =>
        isPassedOver(other, chosen, useless(other.concept) === null ? lessSure : 0),
      );
      if (best === undefined) return [];
      const reason = useless(best.concept);
      const value = chosen.concept.kind === 'value' && best.concept.kind === 'dataset';
      return [
        {
          text: `"${chunk.text}" is read as ${conceptText(chosen.concept)}, not as ${conceptText(best.concept)}${reason === null ? '' : `, which ${reason}`}.`,
          doubtful:
            value ||
            (best.concept.kind === 'dataset' &&
              chosen.score < relatedMax &&
              !leadsTo(chosen.concept, best.concept.dataset, catalog)) ||
            (reason !== null && best.score > chosen.score),
        },
      ];
    }),
  ];
}

/** Whether rows of what was chosen refer to the table that is called so, and may stand for it. */
function leadsTo(concept: Concept, dataset: string, { relationships }: Catalog): boolean {
  if (concept.kind === 'metric') return false;
  return relationships.some(({ from, to }) => from.dataset === concept.dataset && to.dataset === dataset);
}

/** `reviewer name`, of which only the key is there. */
function keysForNames(chunks: readonly Chunk[], assignment: Assignment, catalog: Catalog): readonly Otherwise[] {
  return chunks.flatMap((chunk, place) => {
    const concept = assignment.get(place)?.concept;
    if (chunk.kind !== 'thing' || concept?.kind !== 'column' || !/ names?$/iu.test(chunk.text)) return [];
    const isKey = columnOf(catalog, concept.dataset, concept.column)?.role === 'identifier';
    if (!isKey || wordsOfName(concept.column).some((word) => word === 'name')) return [];
    return [{ text: `"${chunk.text}" is read as ${conceptText(concept)}: no name of it is known.`, doubtful: true }];
  });
}

/** `share of chronic conditions among diagnoses`: two words hardly name one table, where only English ties the one to it. */
function namedTwice(chunks: readonly Chunk[], assignment: Assignment): readonly Otherwise[] {
  const sure = new Set(
    [...assignment.values()].flatMap(({ concept, score }) =>
      concept.kind === 'dataset' && score >= calledSoMin ? [concept.dataset] : [],
    ),
  );
  return chunks.flatMap((chunk, place) => {
    const chosen = assignment.get(place);
    if (chunk.kind !== 'thing' || chosen?.concept.kind !== 'dataset' || chosen.score >= relatedMax) return [];
    if (!/ may mean /u.test(chosen.evidence) || !sure.has(chosen.concept.dataset)) return [];
    return [{ text: `"${chunk.text}" is read as ${conceptText(chosen.concept)}, as another word is.`, doubtful: true }];
  });
}

/** Words that only ordinary English ties to a column, of a table that nothing else is of: it may be what another thing is called. */
function readAs(chunks: readonly Chunk[], assignment: Assignment): readonly Otherwise[] {
  const others = (own: number): ReadonlySet<string> =>
    new Set(
      [...assignment].flatMap(([place, { concept }]) =>
        place === own || concept.kind === 'metric' ? [] : [concept.dataset],
      ),
    );
  return chunks.flatMap((chunk, place) => {
    const chosen = assignment.get(place);
    if (chunk.kind !== 'thing' || chunk.asks || chosen?.concept.kind !== 'column' || chosen.score >= relatedMax)
      return [];
    const tied = / may mean /u.test(chosen.evidence) && !others(place).has(chosen.concept.dataset);
    return tied ? [{ text: `"${chunk.text}" is read as ${conceptText(chosen.concept)}.`, doubtful: false }] : [];
  });
}

function isPassedOver({ concept, score }: Grounding, chosen: Grounding, margin: number): boolean {
  if (concept.kind === 'value' || score < calledSoMin || score < chosen.score + margin) return false;
  const { concept: other } = chosen;
  // A table and its own columns stand for each other.
  return concept.kind === 'metric' || other.kind === 'metric' || concept.dataset !== other.dataset;
}

/** The slots of what is added up or averaged. */
function foldedSlots(item: Item): readonly number[] {
  switch (item.kind) {
    case 'aggregate':
      return item.slot === null || item.function === 'min' || item.function === 'max' ? [] : [item.slot.id];
    case 'ratio':
      return [...foldedSlots(item.numerator), ...foldedSlots(item.denominator)];
    case 'derived':
    case 'mean':
      return foldedSlots(item.of);
    default:
      return [];
  }
}

/** Why the column cannot be added up; null where it can, or is none. */
function unusable(concept: Concept, catalog: Catalog): string | null {
  if (concept.kind !== 'column') return null;
  const column = columnOf(catalog, concept.dataset, concept.column);
  return column === undefined || isSummable(column)
    ? null
    : `holds ${column.type.kind === 'text' ? 'text' : `no numbers that add up`}`;
}

/** The column of that name; undefined where the table has none. */
export function columnOf({ datasets }: Catalog, dataset: string, name: string): Column | undefined {
  return datasets.find((table) => table.name === dataset)?.columns.find((column) => column.name === name);
}
