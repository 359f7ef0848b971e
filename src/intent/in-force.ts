import type { Catalog, Dataset } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { comparesWithAsOf } from '../plan/as-of.js';
import { isTemporal } from '../plan/data-type.js';
import type { Query } from '../plan/query.js';
import { datasetsOf } from '../plan/traverse.js';
import type { PassedOver } from './accounted.js';
import type { Chunk } from './chunk.js';
import type { Token } from './tokens.js';

const nowWords: ReadonlySet<string> = new Set(['current', 'currently', 'presently', 'nowadays']);
/** What goes on, or has not come, is a part of all. */
const lastingWords: ReadonlySet<string> = new Set(['still', 'yet', 'already']);
const startWords: ReadonlySet<string> = new Set('from start starts started begin begins since effective'.split(' '));
const endWords: ReadonlySet<string> = new Set('to until till end ends ended expires expiry thru through'.split(' '));
/** A table of which a word names something this surely may be meant by it. */
const namedMin = 0.65;

/**
 * `current`, where the reading does nothing with it. It changes the answer where what is read, or what the words name just as
 * well, holds rows for stretches of time: then not all of them are meant.
 */
export function passedNow(
  chunks: readonly Chunk[],
  tokens: readonly Token[],
  query: Query,
  { datasets }: Catalog,
): readonly PassedOver[] {
  const lasting = chunks.find((chunk) => chunk.kind === 'verb' && lastingWords.has(tokens[chunk.from]?.lower ?? ''));
  if (lasting !== undefined)
    return [
      { text: `"${tokens[lasting.from]?.text ?? ''}" narrows nothing here: all rows are taken.`, doubtful: true },
    ];
  const said = chunks.find((chunk) => chunk.kind === 'filler' && nowWords.has(tokens[chunk.from]?.lower ?? ''));
  if (said === undefined) return [];
  const read = new Set(datasetsOf(query));
  for (const chunk of chunks)
    if (chunk.kind === 'thing')
      for (const { concept, score } of chunk.groundings)
        if (concept.kind !== 'metric' && score >= namedMin) read.add(concept.dataset);
  const isNarrowed = ({ name, versions }: Dataset): boolean =>
    versions !== null && versions !== undefined && comparesWithAsOf(query, name, versions.start);
  if (datasets.some((dataset) => read.has(dataset.name) && isNarrowed(dataset))) return [];
  const dated = datasets.find((dataset) => read.has(dataset.name) && holdsPeriods(dataset));
  const told = dated === undefined ? 'all rows are taken' : `rows of ${dated.name} hold for a time, and all are taken`;
  return [{ text: `"${tokens[said.from]?.text ?? ''}" narrows nothing here: ${told}.`, doubtful: dated !== undefined }];
}

/** Whether rows of the table hold from one date to another, as the glossary says or its columns are called. */
function holdsPeriods(dataset: Dataset): boolean {
  if (dataset.history) return true;
  const dates = dataset.columns.filter(({ type }) => isTemporal(type)).map((column) => columnWords(dataset, column));
  const some = (words: ReadonlySet<string>): boolean => dates.some((name) => name.some((word) => words.has(word)));
  return some(startWords) && some(endWords);
}
