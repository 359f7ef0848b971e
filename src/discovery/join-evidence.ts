import type { Catalog, KeyEvidence, Relationship } from '../catalog/catalog.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import type { SemanticPlan } from '../plan/query.js';
import { datasetOf } from '../plan/traverse.js';

/** Each join of the plan in words, with what was measured about it. */
export function joinEvidence(plan: SemanticPlan, catalog: Catalog): readonly string[] {
  const lines = queriesOfPlan(plan).flatMap((inner) => {
    if (inner.kind === 'set') return [];
    return inner.joins.map((join) => {
      const from = datasetOf(inner, join.from);
      const to = datasetOf(inner, join.to);
      const on = join.on.map((pair) => `${from}.${pair.from} = ${to}.${pair.to}`).join(' and ');
      return `${from} to ${to} on ${on} (${join.cardinality.replaceAll('_', ' ')}): ${measured(find(catalog, from, to, join.on))}`;
    });
  });
  return [...new Set(lines)];
}

function find(
  catalog: Catalog,
  from: string,
  to: string,
  on: readonly { readonly from: string; readonly to: string }[],
): Relationship | undefined {
  const same = (columns: readonly string[], side: 'from' | 'to'): boolean =>
    columns.join('\n') === on.map((pair) => pair[side]).join('\n');
  return catalog.relationships.find(
    (one) =>
      (one.from.dataset === from &&
        one.to.dataset === to &&
        same(one.from.columns, 'from') &&
        same(one.to.columns, 'to')) ||
      (one.to.dataset === from &&
        one.from.dataset === to &&
        same(one.to.columns, 'from') &&
        same(one.from.columns, 'to')),
  );
}

function broken({ keys, broken: count }: KeyEvidence): string {
  return count === 0 ? `which holds for all ${keys} keys` : `which ${count} of ${keys} keys break`;
}

function measured(relationship: Relationship | undefined): string {
  if (relationship === undefined) return 'not measured';
  const { matched, orphans, nulls, source, nearKey, during, weight } = relationship;
  const notes = [
    `${source}, ${matched} rows match, ${orphans} have no partner, ${nulls} have no key`,
    ...(nearKey ? [`${nearKey.broken} of ${nearKey.keys} keys occur more than once`] : []),
    ...(during
      ? [`in force from ${during.start} to ${during.end ?? 'the next start'}, ${broken(during.evidence)}`]
      : []),
    ...(weight ? [`parts by ${weight.column}, ${broken(weight.evidence)}`] : []),
  ];
  return notes.join('; ');
}
