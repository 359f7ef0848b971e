import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Evidence, EvidenceEntry } from '../../src/plan/evidence.js';
import type { ProductFile } from '../../src/plan/product.js';
import type { Query, SemanticPlan } from '../../src/plan/query.js';
import { provePremises } from '../../src/proof/premises.js';
import { prove } from '../../src/proof/prove.js';
import { compile } from '../../src/transformation/compile.js';
import { type Shop, shopProduct, shopSources } from '../build/shop.js';

/** The as-of date of all these proofs. */
export const asOf = '2025-06-30';

/** Proves a gold table made by `goldSql` (GOLD is what the product's query gives) for the product. */
export async function evidenceIn(
  shop: Shop,
  file: ProductFile,
  goldSql = 'SELECT * FROM GOLD',
  compilerFault = (sql: string): string => sql,
): Promise<Evidence> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await engine.mount(file.sources.map((table) => ({ table, root: shop.data })));
    const compiled = (plan: SemanticPlan): string =>
      compilerFault(compile(plan, file.sources, { asOf }).sql.replace(/;\s*$/, ''));
    mkdirSync(shop.gold, { recursive: true });
    const goldPath = join(shop.gold, 'gold.parquet');
    await engine.run(`COPY (${goldSql.replace('GOLD', `(${compiled(file.plan)})`)}) TO '${goldPath}' (FORMAT parquet)`);
    const premises = await provePremises(engine, file.plan, file.sources);
    return await prove({ engine, file, asOf, goldPath, premises, sources: [], compile: compiled });
  } finally {
    engine.close();
  }
}

/** The ids of the entries that failed. */
export const failedIn = ({ entries }: Evidence): readonly string[] =>
  entries.filter(({ status }) => status === 'failed').map(({ id }) => id);

/** A product of the query with the columns that the compiler says it has. */
export function productOf(query: Query, grain: readonly string[]): ProductFile {
  const file = shopProduct(query, { grain });
  const columns = compile(file.plan, shopSources, { asOf }).columns.map(({ name, type, nullable }) => ({
    name,
    type,
    nullable,
    label: name,
    description: name,
    role: 'measure' as const,
    unit: null,
    additivity: null,
    pii: null,
  }));
  return shopProduct(query, { grain, columns });
}

/** The entry of that id. */
export const entry = (evidence: Evidence, id: string): EvidenceEntry | undefined =>
  evidence.entries.find((candidate) => candidate.id === id);
