import type { Engine } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { Evidence, EvidenceEntry, SourceFingerprint } from '../plan/evidence.js';
import type { ProductFile } from '../plan/product.js';
import type { SemanticPlan } from '../plan/query.js';
import { queriesOf, shownNamesOf } from '../plan/traverse.js';
import { canonicalJson, contentHash } from '../support/canonical-json.js';
import { bug } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { proveCompleteness } from './completeness.js';
import { proveDigits } from './digits.js';
import { proveGrain } from './grain.js';
import { proveGroups } from './groups.js';
import { openPlanOf } from './open-plan.js';
import { goldRelation, type InnerRelation, openRelation, type ProofContext } from './proof-context.js';
import { proveReconciliation } from './reconciliation.js';
import { proveRowAccounting } from './row-accounting.js';
import { proveRules } from './rules.js';
import { proveSchema } from './schema.js';

/** What a proof is made of. The engine has every source of the file mounted under its dataset's name. */
export interface ProofInput {
  readonly engine: Engine;
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  /** Absolute path of the gold Parquet. */
  readonly goldPath: string;
  readonly sources: readonly SourceFingerprint[];
  /** What `provePremises` gave: they are proved before the query runs. */
  readonly premises: readonly EvidenceEntry[];
  /** The product's own compiler: gives the SELECT of a plan. Proofs lie below it, so it is handed in. */
  readonly compile: (plan: SemanticPlan) => string;
}

/**
 * Proves a gold table against its sources, or says what failed and what could not be shown. Of the compiler it takes
 * the query without having and limit, with rows counted by home; totals over source rows are computed by SQL of its
 * own that joins nothing. Raises only when the sources or the gold cannot be read.
 */
export async function prove(input: ProofInput): Promise<Evidence> {
  const { engine, file, asOf } = input;
  const open = openPlanOf(file.plan);
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW ${quoteIdentifier(goldRelation)} AS SELECT * FROM read_parquet(${quoteLiteral(pathPattern(input.goldPath))}, hive_partitioning = false)`,
  );
  if (open !== null) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(openRelation)} AS ${input.compile(open.plan)}`);
  }
  const premisesHold = input.premises.every(({ status }) => status === 'proved');
  const context: ProofContext = { engine, file, asOf, open, premisesHold, inner: await innerRelations(input) };
  const schema = await proveSchema(context);
  const entries = [...input.premises, schema];
  // With columns missing or of other types the remaining proofs would only trip over them.
  if (schema.status === 'proved') {
    entries.push(await proveGrain(context), await proveCompleteness(context));
    entries.push(...(await proveReconciliation(context)), ...(await proveGroups(context)));
    entries.push(...(await proveDigits(context)), ...(await proveRowAccounting(context)));
    entries.push(...(await proveRules(context)));
  }
  return { version: 1, product: file.name, asOf, definition: contentHash(file), sources: input.sources, entries };
}

/** Runs each inner query of the plan once; conditions of proofs then look into its rows. */
async function innerRelations({ engine, file, compile }: ProofInput): Promise<ProofContext['inner']> {
  const found = new Map<string, InnerRelation>();
  for (const query of queriesOf(file.plan.query).slice(1)) {
    const key = canonicalJson(query);
    if (found.has(key)) continue;
    const name = `dpb inner ${found.size}`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(name)} AS ${compile({ ...file.plan, query })}`);
    found.set(key, { name, columns: shownNamesOf(query) });
  }
  return (query) => {
    const relation = found.get(canonicalJson(query));
    if (relation === undefined) throw bug('an inner query was not run before the proof');
    return relation;
  };
}

/** DuckDB reads `*`, `?`, `[` in a path as a pattern; in brackets each stands for itself. */
function pathPattern(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
