import { compareText } from '../support/text-order.js';
import type { History, Relationship } from './catalog.js';
import type { InclusionTest, MeasureInclusions } from './inclusion.js';
import { isSameSet, type KeyedDataset } from './named-catalog.js';
import { isSameEnd, relationshipKey } from './relationship-ends.js';

/**
 * The relationships with those to histories: what refers to the key of a history meets the row in force. A table also
 * refers to a history where both refer to the same thing: an order and its price list to the product.
 */
export async function withHistories(
  datasets: readonly KeyedDataset[],
  relationships: readonly Relationship[],
  histories: ReadonlyMap<string, History>,
  measure: MeasureInclusions,
): Promise<readonly Relationship[]> {
  const marked = relationships.map((relationship) => inForce(relationship, histories));
  const tests = [...histories].flatMap(([name, history]) =>
    datasets.flatMap((dataset) => ways(dataset, name, history, datasets, relationships)),
  );
  const isKnown = (test: InclusionTest): boolean =>
    marked.some(({ from, to }) => isSameEnd(from, test.from) && to.dataset === test.to.dataset);
  const fresh = tests.filter((test) => !isKnown(test));
  const inclusions = await measure(fresh);
  const found = fresh.flatMap(({ from, to }, index): readonly Relationship[] => {
    const inclusion = inclusions[index];
    if (inclusion === undefined || inclusion.matched === 0) return [];
    const basis = { from, to, cardinality: 'many_to_one', source: 'measured', role: null, score: 0.85 } as const;
    return [inForce({ ...basis, ...inclusion }, histories)];
  });
  return [...marked, ...found].sort((left, right) => compareText(relationshipKey(left), relationshipKey(right)));
}

/** The relationship, met by the row in force where it leads to the key of a history. */
export function inForce(relationship: Relationship, histories: ReadonlyMap<string, History>): Relationship {
  const history = histories.get(relationship.to.dataset);
  if (history === undefined || !isSameSet(history.key, relationship.to.columns)) return relationship;
  const { start, end, continuous, evidence } = history;
  // A row holds on its last day too: up to the next start, not to before its end.
  const during = { start, end: continuous === true ? null : end, evidence };
  return { ...relationship, cardinality: 'many_to_one', during };
}

/** How rows of the dataset lead to the key of the history: at most one way for each column of it, all or none. */
function ways(
  dataset: KeyedDataset,
  name: string,
  { key }: History,
  datasets: readonly KeyedDataset[],
  relationships: readonly Relationship[],
): readonly InclusionTest[] {
  if (dataset.name === name) return [];
  const history = datasets.find((candidate) => candidate.name === name);
  const columns = key.map((part) => counterpart(dataset, name, part, history, relationships));
  const [first, ...others] = columns;
  if (first === undefined || columns.some((column) => column.length === 0)) return [];
  // Of several columns that refer to the same thing each is a way of its own; the other parts have one.
  const rest = others.map((column) => column[0] ?? '');
  return first.map((column) => ({
    from: { dataset: dataset.name, columns: [column, ...rest] },
    to: { dataset: name, columns: key },
  }));
}

/** The columns of the dataset that hold what `part` of the history does: they refer to the same, are what it refers to, or are called the same in a key of several columns. */
function counterpart(
  dataset: KeyedDataset,
  history: string,
  part: string,
  historyDataset: KeyedDataset | undefined,
  relationships: readonly Relationship[],
): readonly string[] {
  const refers = (from: string, column: string): readonly Relationship['to'][] =>
    relationships.flatMap((relationship) =>
      relationship.cardinality !== 'many_to_many' &&
      relationship.from.dataset === from &&
      relationship.from.columns.length === 1 &&
      relationship.from.columns[0] === column
        ? [relationship.to]
        : [],
    );
  const targets = refers(history, part).filter(({ dataset: target }) => target !== history);
  const isTarget = (end: Relationship['to']): boolean => targets.some((target) => isSameEnd(target, end));
  const referring = dataset.columns.filter(
    ({ name }) =>
      isTarget({ dataset: dataset.name, columns: [name] }) || refers(dataset.name, name).some((end) => isTarget(end)),
  );
  if (referring.length > 0) return referring.map(({ name }) => name);
  const type = historyDataset?.columns.find(({ name }) => name === part)?.type.kind;
  const same = dataset.columns.filter(
    (column) => column.name.toLowerCase() === part.toLowerCase() && column.type.kind === type,
  );
  return targets.length > 0 ? [] : same.map(({ name }) => name);
}
