import { entityWords } from '../catalog/identifier-names.js';
import { wordsOfName } from '../catalog/name-words.js';
import type { Chunk } from './chunk.js';
import { type Concept, conceptKey } from './concept.js';
import type { Assignment } from './draft.js';
import type { Frame } from './frame.js';
import { isTableFirst } from './reader.js';
import type { SchemaModel } from './schema-model.js';
import { stemOf } from './word-forms.js';
import { isAnyone } from './words/persons.js';
import { relatedTo } from './words/related.js';

const namingWords = new Set(['name', 'names', 'title', 'titles']);
/** Words for a name that fit no better than this rather name something else about the thing. */
const namedMin = 0.75;
const doubtful = 0.5;

/**
 * How many columns are said to be of a table (`phone number of the customer`) but were found in one that says nothing of its
 * rows: from each row no single row of the other table is reached, or, of names, it is another thing with a name of its own.
 */
export function astrayOf(frame: Frame, chunks: readonly Chunk[], assignment: Assignment, model: SchemaModel): number {
  let astray = 0;
  for (const [column, owner] of frame.owners) {
    const found = assignment.get(column);
    const thing = thingOf(chunks[owner], assignment.get(owner)?.concept);
    if (found?.concept.kind !== 'column' || thing === null) continue;
    const chunk = chunks[column];
    const naming = chunk?.kind === 'thing' && namingWords.has(chunk.word);
    if (found.concept.dataset === thing) astray += naming && found.score < namedMin ? doubtful : 0;
    else if (
      !(isAddedUp(frame, column) || isCut(frame, found.concept, assignment)) ||
      !model.reach(found.concept.dataset).has(thing)
    ) {
      const steps = model.reach(thing).get(found.concept.dataset)?.steps;
      const isOne = steps?.every(({ cardinality }) => cardinality === 'one_to_one') === true;
      astray += (naming ? isOne && namesSame(thing, found.concept.dataset) : steps !== undefined) ? 0 : 1;
    }
  }
  return astray;
}

/** `total amount of orders`: amounts of rows that belong to orders add up to what the orders have. */
function isAddedUp({ items }: Frame, column: number): boolean {
  return items.some((item) => item.kind === 'aggregate' && item.function === 'sum' && item.slot?.id === column);
}

/** `each guest's arrival dates, binned by year`: of many dates all are counted. */
function isCut({ groups }: Frame, concept: Concept, assignment: Assignment): boolean {
  return groups.some(({ kind, slot }) => {
    const cut = kind !== 'grain' || slot === null ? undefined : assignment.get(slot.id)?.concept;
    return cut !== undefined && conceptKey(cut) === conceptKey(concept);
  });
}

/** The table that an owner is, also where a key that refers to it was taken for it; null where it is no table. */
function thingOf(chunk: Chunk | undefined, concept: Concept | undefined): string | null {
  if (concept?.kind === 'dataset') return concept.dataset;
  if (chunk?.kind !== 'thing' || !isTableFirst({ ...chunk, id: 0 })) return null;
  const table = chunk.groundings.find((grounding) => grounding.concept.kind === 'dataset')?.concept;
  return table?.kind === 'dataset' ? table.dataset : null;
}

/** Whether rows of both tables are the same things by the tables' names: `members` and `member_details`, `nurses` and `people`. */
function namesSame(one: string, other: string): boolean {
  const words = entityWords(wordsOfName(one));
  const others = entityWords(wordsOfName(other));
  const stems = new Set(words.map(stemOf));
  const head = others.at(-1) ?? '';
  const wider = relatedTo(words.at(-1) ?? '').map(({ word }) => stemOf(word));
  return isAnyone(head) || others.some((word) => stems.has(stemOf(word))) || wider.includes(stemOf(head));
}
