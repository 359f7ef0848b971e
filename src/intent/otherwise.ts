import type { Catalog, Column } from '../catalog/catalog.js';
import type { Chunk } from './chunks.js';
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
  return chunks.flatMap((chunk, place) => {
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
        doubtful: value || (reason !== null && best.score > chosen.score),
      },
    ];
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
