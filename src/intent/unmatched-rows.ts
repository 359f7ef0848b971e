import type { Catalog } from '../catalog/catalog.js';
import type { Query, Unmatched } from '../plan/query.js';
import type { Assumption } from '../plan/reading.js';
import { datasetOf, queriesOf } from '../plan/traverse.js';

/** What becomes of rows that find none in a joined table, and how many these are by what the scan measured; none without joins. */
export function unmatchedRows(query: Query, unmatched: Unmatched, { relationships }: Catalog): readonly Assumption[] {
  const joins = queriesOf(query).flatMap((inner) =>
    inner.kind === 'set' ? [] : inner.joins.map((join) => ({ ...join, inner })),
  );
  if (joins.length === 0) return [];
  const counts = joins.flatMap(({ from, to, on, during, inner }) => {
    const [own, other] = [datasetOf(inner, from), datasetOf(inner, to)];
    const measured = relationships.find(
      (one) =>
        one.from.dataset === own &&
        one.to.dataset === other &&
        one.from.columns.join() === on.map((pair) => pair.from).join(),
    );
    if (measured === undefined || during) return [];
    const { matched, orphans, nulls } = measured;
    const lacking = orphans + nulls;
    return lacking === 0 ? [] : [`${lacking} of ${matched + lacking} rows of ${own} find none in ${other}`];
  });
  const fate = unmatched === 'keep' ? 'kept' : 'left out';
  const told = counts.length === 0 ? '' : `: ${[...new Set(counts)].join(', ')}`;
  return [{ code: 'unmatched', text: `Rows without a match in a joined table are ${fate}${told}.` }];
}
