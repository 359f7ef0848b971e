import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { duckdbTypeOf } from '../../src/engine/duckdb-type.js';
import type { Engine } from '../../src/engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../../src/engine/sql-text.js';
import { modelOf } from '../../src/modeling/model.js';
import { usedSources } from '../../src/modeling/used-columns.js';
import { emitProduct } from '../../src/packaging/emit-product.js';
import type { DataType } from '../../src/plan/data-type.js';
import { planTables } from '../../src/plan/plan-tables.js';
import type { Product, QualityRule, SourceTable } from '../../src/plan/product.js';
import type { SemanticPlan } from '../../src/plan/query.js';
import { textOf } from '../../src/proof/naive/cast.js';
import { evaluate } from '../../src/proof/naive/evaluate.js';
import type { Table, Value } from '../../src/proof/naive/value.js';
import { schemaRules } from '../../src/quality/gold-rules.js';
import { referenceRules } from '../../src/quality/source-rules.js';
import { compile, compileForSpark } from '../../src/transformation/compile.js';
import { compileRefresh } from '../../src/transformation/compile-refresh.js';
import { attributesFollow } from '../proof/naive/random/attributes.js';
import { constructs } from '../proof/naive/random/construct-names.js';
import { constructsOf } from '../proof/naive/random/constructs.js';
import { asOf } from '../proof/naive/random/differential.js';
import { randomPlan } from '../proof/naive/random/query.js';
import { Random } from '../proof/naive/random/random.js';
import { randomWorld } from '../proof/naive/random/world.js';

/** A product that no request was read for, with its tables. */
export interface MadeProduct {
  readonly product: Product;
  readonly tables: readonly Table[];
}

/** The product of a plan: its model as modeling makes it, rules as quality makes them, and `rules` beside them. */
export function madeProduct(
  name: string,
  plan: SemanticPlan,
  sources: readonly SourceTable[],
  rules: readonly QualityRule[] = [],
): Product {
  const { sql, lineage } = compile(plan, sources, { asOf: null });
  const model = modelOf(name, plan, planTables(plan, sources));
  const references = new Map(referenceRules(plan).map((rule) => [rule.id, rule]));
  return {
    sql,
    spark: compileForSpark(plan, sources),
    lineage,
    refresh: compileRefresh({ plan, sources }),
    file: {
      dpb: 1,
      name,
      version: '1.0.0',
      title: name,
      request: name,
      reading: name,
      assumptions: [],
      useCaseId: null,
      owner: { name: 'tests', contact: null },
      sla: { freshness: null, latency: null, completeness: null, accuracy: null },
      plan,
      sources,
      model,
      rules: [
        ...schemaRules(model).filter(({ check }) => check.kind !== 'row_count'),
        ...references.values(),
        ...rules,
      ],
    },
  };
}

/** Writes the tables as the files that the sources name, the definition, and the gold table as DuckDB builds it here. */
export async function writeProduct(engine: Engine, workspace: string, data: string, made: MadeProduct): Promise<void> {
  const { product, tables } = made;
  const { file } = product;
  for (const source of file.sources) {
    const [path = ''] = source.files;
    const table = tables.find((candidate) => candidate.source.dataset === source.dataset);
    if (table === undefined) throw new Error(`no table for ${source.dataset}`);
    const places = source.columns.map(({ name }) => table.source.columns.findIndex((column) => column.name === name));
    const rows = table.rows.map((row) => places.map((place) => row[place] ?? null));
    mkdirSync(dirname(join(data, path)), { recursive: true });
    await engine.run(`COPY (${valuesSql(source, rows)}) TO ${quoteLiteral(join(data, path))} (FORMAT parquet)`);
  }
  await engine.mount(file.sources.map((table) => ({ table, root: data })));
  const gold = join(workspace, 'gold', file.name, 'current');
  mkdirSync(gold, { recursive: true });
  const runnable = compile(file.plan, file.sources, { asOf }).sql;
  const target = quoteLiteral(join(gold, `${file.model.name}.parquet`));
  await engine.run(`COPY (${runnable}\n) TO ${target} (FORMAT parquet)`);
  for (const { path, text, executable } of emitProduct(product)) {
    const whole = join(workspace, 'products', file.name, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text, { mode: executable ? 0o755 : 0o644 });
  }
}

function valuesSql({ columns }: SourceTable, rows: Table['rows']): string {
  const shown = rows.length === 0 ? [columns.map(() => null)] : rows;
  const tuples = shown.map((row) => `(${row.map(literalOf).join(', ')})`);
  const items = columns.map(
    ({ name, type }, at) => `CAST(c${at} AS ${duckdbTypeOf(type)}) AS ${quoteIdentifier(name)}`,
  );
  const names = columns.map((_, at) => `c${at}`).join(', ');
  return `SELECT ${items.join(', ')} FROM (VALUES ${tuples.join(', ')}) AS t(${names})${rows.length === 0 ? ' WHERE false' : ''}`;
}

function literalOf(value: Value): string {
  return value === null ? 'NULL' : quoteLiteral(textOf(value));
}

const worlds = 10;
const plansOfWorld = 60;

/** Random plans that together use every construct, each with a meaning on its tables, and the constructs that none has. */
export function randomProducts(): { readonly made: readonly MadeProduct[]; readonly unmet: readonly string[] } {
  const unmet = new Set(constructs);
  const made: MadeProduct[] = [];
  for (let world = 0; world < worlds && unmet.size > 0; world += 1) {
    const drawn = randomWorld(new Random(7000 + world));
    const { tables } = drawn;
    for (let place = 0; place < plansOfWorld && unmet.size > 0; place += 1) {
      const plan = randomPlan(drawn, new Random(world * 1000 + place, new Set([...unmet].slice(0, 6))));
      const found = [
        ...constructsOf(
          plan,
          tables.map(({ source }) => source),
        ),
      ].filter((name) => unmet.has(name));
      if (found.length < (world < 2 ? 6 : 1)) continue;
      const sources = tables.map(({ source }, at) => ({
        ...source,
        description: '',
        owner: null,
        format: { kind: 'parquet' as const },
        // A folder of its own for each product: it writes the columns that it uses and no others.
        files: [`random-${made.length + 1}/table-${at}/data.parquet`],
        freshness: null,
      }));
      const product = safeProduct(`random_${made.length + 1}`, plan, sources, tables);
      if (product === null) continue;
      const used = new Set(product.file.sources.map(({ dataset }) => dataset));
      made.push({ product, tables: tables.filter(({ source }) => used.has(source.dataset)) });
      for (const name of found) unmet.delete(name);
    }
  }
  return { made, unmet: [...unmet] };
}

/** The product, where the plan has a meaning on the tables that Parquet can hold (it knows no 128-bit integers). */
function safeProduct(
  name: string,
  plan: SemanticPlan,
  sources: readonly SourceTable[],
  tables: readonly Table[],
): Product | null {
  try {
    if (!attributesFollow(plan)) return null;
    const outcome = evaluate(plan, new Map(tables.map((table) => [table.source.dataset, table])), asOf);
    if (outcome.kind !== 'table' || outcome.rows.length === 0 || outcome.rows.length > 400) return null;
    if (outcome.columns.some(({ type }) => isTooWide(type))) return null;
    const used = usedSources(plan, sources);
    if (used.some(({ columns }) => columns.some(({ type }) => isTooWide(type)))) return null;
    return madeProduct(name, plan, used);
  } catch {
    return null;
  }
}

function isTooWide(type: DataType): boolean {
  return type.kind === 'integer' && type.bits === 128;
}
