import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Catalog, Column, Dataset, Relationship } from '../../src/catalog/catalog.js';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { scan } from '../../src/catalog/scan.js';
import { openEngine } from '../../src/engine/duckdb-engine.js';

/** A folder of data with a state folder beside it, for one test. */
export class Workbench {
  readonly folder: string;
  readonly data: string;
  readonly state: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'dpb-catalog-'));
    this.data = join(this.folder, 'data');
    this.state = join(this.folder, '.dpb');
    mkdirSync(this.data);
  }

  write(path: string, content: string | Uint8Array): string {
    const target = join(this.data, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    return target;
  }

  csv(path: string, rows: readonly (readonly (string | number | null)[])[]): string {
    return this.write(path, `${rows.map((row) => row.map((cell) => cell ?? '').join(',')).join('\n')}\n`);
  }

  async parquet(files: Readonly<Record<string, string>>): Promise<void> {
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    for (const [path, select] of Object.entries(files)) {
      const target = join(this.data, path);
      mkdirSync(dirname(target), { recursive: true });
      await engine.run(`COPY (${select}) TO '${target.replaceAll("'", "''")}' (FORMAT parquet)`);
    }
    engine.close();
  }

  glossary(text: string): string {
    const path = join(this.folder, 'glossary.yaml');
    writeFileSync(path, text);
    return path;
  }

  async scan(
    options: {
      readonly glossary?: string;
      readonly full?: boolean;
      readonly roots?: readonly string[];
      readonly threads?: number;
      readonly foldUsage?: boolean;
    } = {},
  ) {
    const messages: string[] = [];
    const result = await scan({
      roots: options.roots ?? [this.data],
      glossaryPath: options.glossary === undefined ? null : this.glossary(options.glossary),
      stateDirectory: this.state,
      threads: options.threads ?? 2,
      full: options.full ?? false,
      foldUsage: options.foldUsage ?? false,
      onProgress: (message) => messages.push(message),
    });
    return { ...result, messages };
  }

  async catalog(options: Parameters<Workbench['scan']>[0] = {}): Promise<Catalog> {
    const graph = await openEmbeddedGraph((await this.scan(options)).catalogPath);
    await graph.close();
    return graph.catalog;
  }
}

export function datasetOf(catalog: Catalog, name: string): Dataset {
  const found = catalog.datasets.find((dataset) => dataset.name === name);
  if (found === undefined)
    throw new Error(`no dataset ${name} among ${catalog.datasets.map((dataset) => dataset.name).join(', ')}`);
  return found;
}

export function columnOf(catalog: Catalog, dataset: string, name: string): Column {
  const found = datasetOf(catalog, dataset).columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${dataset}.${name}`);
  return found;
}

/** `orders.customer_id > customers.id many_to_one`, with the role where there is one. */
export function inWords({ from, to, cardinality, role }: Relationship): string {
  return `${from.dataset}.${from.columns.join('+')} > ${to.dataset}.${to.columns.join('+')} ${cardinality}${role === null ? '' : ` as ${role}`}`;
}
