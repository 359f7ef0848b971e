import { describe, expect, it } from 'vitest';
import type { Relationship } from '../../src/catalog/catalog.js';
import { joinGraphOf } from '../../src/catalog/join-graph.js';

function edge(from: string, to: string, part: Partial<Relationship> = {}): Relationship {
  return {
    from: { dataset: from, columns: [`${to}_id`] },
    to: { dataset: to, columns: ['id'] },
    cardinality: 'many_to_one',
    source: 'measured',
    role: null,
    score: 0.95,
    matched: 100,
    orphans: 0,
    nulls: 0,
    ...part,
  };
}

function pathsOf(relationships: readonly Relationship[], from: string, to: string, limit = 5): readonly string[] {
  const names = [...new Set(relationships.flatMap((one) => [one.from.dataset, one.to.dataset]))];
  const datasets = names.map((name) => ({ name })) as never;
  return joinGraphOf({ datasets, relationships })
    .paths(from, to, limit)
    .map(({ steps }) =>
      steps
        .map(
          ({ relationship, reversed }) =>
            `${reversed ? relationship.to.dataset : relationship.from.dataset}>${reversed ? relationship.from.dataset : relationship.to.dataset}${relationship.role ?? ''}`,
        )
        .join(' '),
    );
}

describe('joinGraphOf', () => {
  it('gives the cheapest way first, each way once, and none twice through a dataset', () => {
    const relationships = [
      edge('items', 'orders'),
      edge('orders', 'customers'),
      edge('items', 'customers', { score: 0.5, orphans: 50 }),
      edge('customers', 'regions'),
    ];
    expect(pathsOf(relationships, 'items', 'customers')).toEqual(['items>customers', 'items>orders orders>customers']);
    expect(pathsOf(relationships, 'items', 'regions', 1)).toHaveLength(1);
    expect(pathsOf(relationships, 'regions', 'items')[0]).toBe('regions>customers customers>items');
  });
  it('keeps parallel roles apart', () => {
    const relationships = [
      edge('orders', 'addresses', { role: 'billing' }),
      edge('orders', 'addresses', { role: 'shipping', score: 0.9 }),
    ];
    expect(pathsOf(relationships, 'orders', 'addresses')).toEqual([
      'orders>addressesbilling',
      'orders>addressesshipping',
    ]);
  });
  it('prefers what is declared and avoids what multiplies', () => {
    const relationships = [
      edge('a', 'b', { cardinality: 'many_to_many' }),
      edge('a', 'c'),
      edge('c', 'b'),
      edge('a', 'd', { source: 'declared', score: 1 }),
      edge('d', 'b', { source: 'declared', score: 1 }),
    ];
    expect(pathsOf(relationships, 'a', 'b')).toEqual(['a>d d>b', 'a>c c>b', 'a>b']);
  });
  it('knows no way where there is none, and the empty way to itself', () => {
    expect(pathsOf([edge('a', 'b'), edge('c', 'd'), edge('a', 'a', { role: 'parent' })], 'a', 'd')).toEqual([]);
    expect(pathsOf([edge('a', 'b')], 'a', 'a')).toEqual(['']);
    expect(pathsOf([edge('a', 'b')], 'a', 'nowhere')).toEqual([]);
  });
});
