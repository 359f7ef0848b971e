import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { makeWorkspace, repository, type TestWorkspace } from '../commands/workspace.js';
import { asOf } from '../proof/naive/random/differential.js';
import { hostileProducts } from './hostile-products.js';
import { type MadeProduct, writeProduct } from './made-products.js';

const tools = join(repository, '.conformance/venv', process.platform === 'win32' ? 'Scripts' : 'bin');
const products = hostileProducts().map(inFolders);
const names = products.map(({ product }) => product.file.name);

/** The product with each dataset in a folder of its name, where dpb finds it. */
function inFolders({ product, tables }: MadeProduct): MadeProduct {
  const sources = product.file.sources.map((source) => ({ ...source, files: [`${source.dataset}/data.parquet`] }));
  return { product: { ...product, file: { ...product.file, sources } }, tables };
}

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = makeWorkspace();
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  for (const made of products)
    await writeProduct(engine, workspace.folder, join(workspace.folder, 'own', made.product.file.name), made);
  engine.close();
  // What dpb builds is its own.
  rmSync(join(workspace.folder, 'gold'), { recursive: true });
});
afterAll(() => workspace.remove());

interface Certificate {
  readonly rows: number;
  readonly exactHash: string;
}

/** Builds the product as a person does, and gives what each engine certifies of the rows. */
async function certified(
  name: string,
  engines: readonly (readonly [name: string, tool: string])[],
): Promise<readonly Certificate[]> {
  const data = ['--data', join('own', name), '--quiet'];
  const built = await workspace.dpb(['build', name, '--as-of', asOf, '--force', ...data]);
  expect(built.exitCode, built.stderr).toBe(0);
  const found: Certificate[] = [];
  for (const [engine, tool] of engines) {
    const given = engine === 'spark' ? ['--master', 'local[2]', '--submit', '--conf spark.ui.enabled=false'] : [];
    const tooled = ['--engine', engine, '--tool', join(tools, tool), ...given];
    const done = await workspace.dpb(['verify', name, ...tooled, '--json', ...data]);
    expect(done.exitCode, `${engine}: ${done.stderr}`).toBe(0);
    const path = join(workspace.folder, 'gold', name, 'current', `certificate.${engine}.json`);
    const { rows, exactHash }: Certificate = JSON.parse(readFileSync(path, 'utf8'));
    found.push({ rows, exactHash });
  }
  return found;
}

const quick = [
  ['python', 'python'],
  ['dbt', 'dbt'],
] as const;

test.each(names)('%s: dpb builds it, and each engine that it starts gives the same rows', async (name) => {
  // Spark takes a quarter of a minute to start; its rows of all three are compared in the session that all products share.
  const engines = name === names.at(-1) ? [...quick, ['spark', 'spark-submit'] as const] : quick;
  const found = await certified(name, engines);
  expect(found).toHaveLength(engines.length);
  expect(new Set(found.map((certificate) => JSON.stringify(certificate))).size).toBe(1);
  expect(found[0]?.rows).toBeGreaterThan(3);
});
