import type { Catalog } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import type { Concept, Grounding } from './concept.js';
import type { Mention } from './mentions.js';
import { isSummable } from './schema-model.js';
import type { Token } from './tokens.js';
import { stemOf } from './word-forms.js';

/** Words behind what is measured: a value that describes has the thing that it describes behind it. */
const behindMeasures = new Set('by per across over in during for each on between since until from and , .'.split(' '));
/** A table or column named this surely before the word has it for a value of its own. */
const namedMin = 0.65;
const ahead = 0.02;

/**
 * The mentions with a measure before a value that is called like it: what is asked for is `monthly_rent`, where `rent by city`
 * opens a request, also where some tariff is called rent.
 */
export function withMeasuresFirst(
  tokens: readonly Token[],
  mentions: readonly Mention[],
  catalog: Catalog,
): readonly Mention[] {
  return mentions.map((mention) => {
    const { from, to, groundings } = mention;
    const [value] = groundings;
    const next = tokens[to]?.lower;
    const isSubject = value?.concept.kind === 'value' && (next === undefined || behindMeasures.has(next));
    if (!isSubject || tokens[from]?.kind === 'quoted' || isNamedBefore(from, mentions)) return mention;
    const measure = groundings.find(({ concept }) => isCalledSo(concept, value, tokens[to - 1]?.stem ?? '', catalog));
    if (measure === undefined) return mention;
    const first: Grounding = { ...measure, score: value.score + ahead };
    return { ...mention, groundings: [first, ...groundings.filter((other) => other !== measure)] };
  });
}

function isNamedBefore(from: number, mentions: readonly Mention[]): boolean {
  return mentions.some(
    ({ to, groundings }) =>
      to === from && groundings.some(({ concept, score }) => concept.kind !== 'value' && score >= namedMin),
  );
}

/** Whether the concept is a measure of the value's table whose name ends in the word. */
function isCalledSo(concept: Concept, { concept: value }: Grounding, stem: string, { datasets }: Catalog): boolean {
  if (concept.kind !== 'column' || value.kind !== 'value' || concept.dataset !== value.dataset) return false;
  const dataset = datasets.find(({ name }) => name === concept.dataset);
  const column = dataset?.columns.find(({ name }) => name === concept.column);
  if (dataset === undefined || column === undefined || column.role !== 'measure' || !isSummable(column)) return false;
  return stemOf(columnWords(dataset, column).at(-1) ?? '') === stem;
}
