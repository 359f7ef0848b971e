import type { GoldTable, SourceTable } from './product.js';

/** The name under which checks keep the result of a product in a session: `gold_<table>`, longer where a dataset has that name. */
export function resultName(model: GoldTable, sources: readonly SourceTable[]): string {
  const taken = new Set(sources.map(({ dataset }) => dataset.toLowerCase()));
  let name = `gold_${model.name}`;
  while (taken.has(name.toLowerCase())) name = `${name}_`;
  return name;
}
