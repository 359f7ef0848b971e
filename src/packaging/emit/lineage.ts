import { typeText } from '../../plan/data-type.js';
import type { ColumnLineage, Product } from '../../plan/product.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { compareText, sortedBy } from '../../support/text-order.js';
import type { Emitter } from '../emitter.js';

/**
 * Column-level lineage. `inputs` are the source datasets with the columns that are used; `output.columns` name, for each
 * column of the table, the source columns that its value is made of (`direct`) and those that decide which rows there
 * are (`indirect`), each with OpenLineage's name of the transformation in lower case.
 */
export const emitLineage: Emitter = (product) => {
  const { file } = product;
  const document = {
    format: 'dpb.lineage',
    version: 1,
    product: file.name,
    inputs: file.sources.map((source) => ({
      layer: 'bronze',
      dataset: source.dataset,
      files: source.files,
      columns: usedColumns(product, source.dataset).map((name) => {
        const column = source.columns.find((candidate) => candidate.name === name);
        return { name, type: column ? typeText(column.type) : null };
      }),
    })),
    output: {
      layer: 'gold',
      dataset: file.model.name,
      columns: file.model.columns.map(({ name, type }) => ({
        name,
        type: typeText(type),
        from: sourcesOf(product, name),
      })),
    },
  };
  return [{ path: 'lineage/lineage.json', text: `${canonicalJson(document, 2)}\n`, executable: false }];
};

function sourcesOf({ lineage }: Product, column: string): ColumnLineage['from'] {
  const from = lineage.find((entry) => entry.column === column)?.from ?? [];
  return sortedBy(from, (edge) => JSON.stringify([edge.kind, edge.dataset, edge.column, edge.transformation]));
}

/** The columns of a source that any column of the table takes from or depends on, sorted. */
function usedColumns({ lineage }: Product, dataset: string): readonly string[] {
  const used = lineage.flatMap(({ from }) =>
    from.filter((edge) => edge.dataset === dataset).map(({ column }) => column),
  );
  return [...new Set(used)].sort(compareText);
}
