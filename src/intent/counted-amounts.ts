import type { Catalog } from '../catalog/catalog.js';
import type { Query } from '../plan/query.js';
import {
  aggregatesOf,
  columnsOf,
  datasetOf,
  expressionsOf,
  homeDatasetsOf,
  nodesOf,
  queriesOf,
} from '../plan/traverse.js';
import type { PassedOver } from './accounted.js';
import { saysAmount, saysBilled } from './amounts.js';
import type { Chunk } from './chunk.js';
import { type Concept, conceptText } from './concept.js';
import type { Assignment } from './draft.js';
import { columnOf } from './otherwise.js';
import { isSummable } from './schema-model.js';
import type { Operator } from './words/operator.js';

/** Words that ask for a number of things, or rank by one. */
const countingKinds: ReadonlySet<Operator['kind']> = new Set([
  'count',
  'times',
  'distinct',
  'frequent',
  'superlative',
  'top',
  'compare',
  'suffix_compare',
]);

/** Words behind which it is only said that something is there. */
const havingKinds: ReadonlySet<Operator['kind']> = new Set(['where', 'negate', 'missing', 'is']);

/**
 * The words that ask for an amount where rows are counted, and nothing said so: `trust balance` of a table `trusts`, a running
 * total of bills of which it is not clear what each is of, a measure of which the reading only says that it is given.
 */
export function countedAmounts(
  chunks: readonly Chunk[],
  assignment: Assignment,
  query: Query,
  catalog: Catalog,
): readonly PassedOver[] {
  const said = chunks.flatMap((chunk) => (chunk.kind === 'operator' ? [chunk.operator] : []));
  if (!countsRows(query) || said.some(({ kind }) => countingKinds.has(kind))) return [];
  const counted = new Set(homeDatasetsOf(query));
  const sums = said.some(
    (word) => word.kind === 'running_total' || (word.kind === 'aggregate' && word.function === 'sum'),
  );
  return chunks.flatMap((chunk, place) => {
    const concept = assignment.get(place)?.concept;
    if (chunk.kind !== 'thing' || concept === undefined || concept.kind === 'metric') return [];
    const before = chunks[place - 1];
    const having = before?.kind === 'operator' && havingKinds.has(before.operator.kind);
    const asks =
      concept.kind === 'column'
        ? !having && isOnlyGiven(concept, query, catalog)
        : counted.has(concept.dataset) && (saysAmount(chunk.text) || (sums && saysBilled(chunk.text)));
    return asks
      ? [
          {
            text: `"${chunk.text}" may ask for an amount; as ${conceptText(concept)} its rows are counted.`,
            doubtful: true,
          },
        ]
      : [];
  });
}

/** Whether nothing but numbers of rows or things is measured. */
function countsRows(query: Query): boolean {
  if (query.kind !== 'aggregate') return false;
  const folded = query.measures.flatMap(({ definition }) => aggregatesOf(definition));
  return folded.length > 0 && folded.every((part) => part.function === 'count' || part.function === 'count_distinct');
}

/** Whether the column is a measure of which the plan only asks that it is there. */
function isOnlyGiven(concept: Extract<Concept, { kind: 'column' }>, query: Query, catalog: Catalog): boolean {
  const column = columnOf(catalog, concept.dataset, concept.column);
  if (column?.role !== 'measure' || !isSummable(column)) return false;
  const uses = queriesOf(query).flatMap((inner) =>
    inner.kind === 'set'
      ? []
      : expressionsOf(inner)
          .flatMap(nodesOf)
          .filter((node) =>
            node.kind === 'is_null' || node.kind === 'column'
              ? columnsOf(node).some(
                  (read) => read.column === concept.column && datasetOf(inner, read.table) === concept.dataset,
                )
              : false,
          ),
  );
  const given = uses.filter((node) => node.kind === 'is_null').length;
  return given > 0 && uses.length === 2 * given;
}
