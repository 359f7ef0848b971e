import type { ChalkInstance } from 'chalk';
import type { Catalog, Relationship } from '../catalog/catalog.js';
import { typeText } from '../plan/data-type.js';

/** The catalog for a terminal: each dataset with its columns, then how they refer to each other. */
export function renderCatalog(catalog: Catalog, paint: ChalkInstance): string {
  const lines: string[] = [];
  for (const dataset of catalog.datasets) {
    const key = dataset.keys[0]?.columns.join(', ') ?? 'none';
    lines.push(`${paint.bold(dataset.name)}  ${dataset.rows} rows, key: ${key}`);
    for (const column of dataset.columns) {
      const notes = [
        column.role,
        `${column.profile.distinct} distinct`,
        column.profile.nulls > 0 ? `${column.profile.nulls} null` : '',
        column.pii ? paint.yellow(`personal: ${column.pii.kind}`) : '',
      ].filter((note) => note !== '');
      lines.push(`  ${column.name}  ${paint.dim(`${typeText(column.type)} · ${notes.join(' · ')}`)}`);
    }
  }
  if (catalog.relationships.length > 0) lines.push('', ...catalog.relationships.map(relationshipText));
  lines.push('', `${catalog.datasets.length} datasets, catalog ${catalog.id}`);
  return `${lines.join('\n')}\n`;
}

/** A relationship with its evidence, in one line. */
function relationshipText({ from, to, cardinality, source, matched, orphans, nulls, nearKey }: Relationship): string {
  const side = ({ dataset, columns }: Relationship['from']): string => `${dataset}(${columns.join(', ')})`;
  const evidence = `${source}, ${matched} matched, ${orphans} without partner, ${nulls} null`;
  const repeated = nearKey ? `, but for ${nearKey.broken} of ${nearKey.keys} keys that repeat` : '';
  return `${side(from)} → ${side(to)}  ${cardinality.replaceAll('_', ' ')}${repeated} (${evidence})`;
}

/** The catalog for programs: as it is, without this machine's paths. */
export function catalogData(catalog: Catalog): object {
  return { ...catalog, datasets: catalog.datasets.map(({ root: _root, ...dataset }) => dataset) };
}
