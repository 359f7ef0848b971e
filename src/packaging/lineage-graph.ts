import type { Product } from '../plan/product.js';
import { sortedBy } from '../support/text-order.js';
import { mermaidLabel } from './escape.js';

/** Wider tables are drawn as one node: a graph of more columns can no longer be read. */
const columnsMax = 25;

/**
 * A Mermaid flowchart from the source datasets to the columns of the gold table: solid where a value goes into the
 * column, dotted where a source only decides which rows there are. Ids are numbered, so that names cannot break it.
 */
export function lineageGraph({ file, lineage }: Product): string {
  const { columns, name } = file.model;
  const isWide = columns.length > columnsMax;
  const sourceIds = new Map(file.sources.map(({ dataset }, index) => [dataset, `source${index}`]));
  const columnIds = new Map(columns.map((column, index) => [column.name, isWide ? 'gold' : `column${index}`]));
  const edges = lineage.flatMap(({ column, from }) =>
    from
      .filter(({ kind }) => kind === 'direct')
      .map((edge) => ({ from: sourceIds.get(edge.dataset), to: columnIds.get(column), dataset: edge.dataset })),
  );
  const drawn = new Set(edges.map(({ dataset }) => dataset));
  const solid = edges.flatMap(({ from, to }) => (from && to ? [`  ${from} --> ${to}`] : []));
  const dotted = file.sources
    .filter(({ dataset }) => !drawn.has(dataset))
    .map(({ dataset }) => `  ${sourceIds.get(dataset)} -.-> gold`);
  const gold = isWide
    ? [`  gold[(${mermaidLabel(`gold.${name}`)})]`]
    : [
        `  subgraph gold[${mermaidLabel(`gold.${name}`)}]`,
        ...columns.map((column, index) => `    column${index}[${mermaidLabel(column.name)}]`),
        '  end',
      ];
  return [
    'flowchart LR',
    ...file.sources.map(({ dataset }, index) => `  source${index}[(${mermaidLabel(dataset)})]`),
    ...gold,
    ...sortedBy([...new Set(solid)], (line) => line),
    ...dotted,
  ].join('\n');
}
