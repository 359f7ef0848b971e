import type { Engine, MountedSource } from '../../engine/engine.js';
import { quoteIdentifier } from '../../engine/sql-text.js';
import type { EvidenceEntry } from '../../plan/evidence.js';
import { referencesOf } from '../../plan/plan-references.js';
import type { ProductFile } from '../../plan/product.js';
import { DpbError } from '../../support/errors.js';
import { proveCompleteness } from '../completeness.js';
import { proveGrain } from '../grain.js';
import { provePremises } from '../premises.js';
import { goldRelation, type ProofContext } from '../proof-context.js';
import { proveReconciliation } from '../reconciliation.js';
import { proveRules } from '../rules.js';
import { proveSchema } from '../schema.js';
import { type Breakable, damageOf, stateOf, type Wholeness } from './damage.js';
import { categoriesOf, type MutableTable, type Mutant, mutantSql, mutantsOf } from './faults.js';
import { tellingRule } from './telling-rule.js';

/** What became of one copy of a table with a fault in it. */
export interface MutantOutcome extends Mutant {
  /** Null for the gold table. */
  readonly dataset: string | null;
  readonly breaks: readonly Breakable[];
  /** The ids of the entries of the evidence that fail with it and hold without it; empty where it survived. */
  readonly caughtBy: readonly string[];
  /** Of a survivor: the rule that would have told it. */
  readonly telling: string | null;
  /** For each other tool that was asked, by its name, the ids of its checks that fail with it and hold without it. */
  readonly seenBy: Readonly<Record<string, readonly string[]>>;
}

/** The checks of another tool, asked about the tables as the engine has them: the sources, and the gold that comes of them. */
export interface OtherChecks {
  readonly name: string;
  /** Ids of what fails; `changed` is the dataset that has a fault, null for the gold table. */
  readonly failing: (changed: string | null) => Promise<readonly string[]>;
}

/** What faults are seeded into. The engine has the sources mounted, and the gold and what proofs look into beside them. */
export interface TrialInput {
  readonly context: ProofContext;
  readonly mounted: readonly MountedSource[];
  readonly others: readonly OtherChecks[];
  readonly onEvent: (message: string) => void;
}

const mutantRelation = 'dpb mutant';
const cleanRelation = 'dpb clean';

/**
 * Seeds every fault of the matrix into copies of the gold table and of each source, and runs what a build runs: on gold the rules
 * and the proofs against the sources, on a source the premises, its rules, and the rules of the gold that comes of it. Copies
 * that equal the table are left out. Which rows are changed follows from their content.
 */
export async function tryMutants(input: TrialInput): Promise<readonly MutantOutcome[]> {
  const { context, mounted, onEvent } = input;
  const { engine } = context;
  onEvent('seeding faults into the gold table');
  const outcomes = [...(await tryTable(goldTrial(context), input))];
  for (const source of mounted) {
    const { dataset } = source.table;
    onEvent(`seeding faults into ${dataset}`);
    outcomes.push(...(await tryTable(sourceTrial(dataset, context), input)));
    await engine.run(
      `CREATE OR REPLACE VIEW ${quoteIdentifier(dataset)} AS SELECT * FROM ${quoteIdentifier(cleanOf(dataset))}`,
    );
  }
  return outcomes;
}

/** How one table is tried. */
interface Trial {
  readonly dataset: string | null;
  readonly relation: string;
  readonly columns: MutableTable['columns'];
  readonly keys: readonly string[];
  readonly wholeness: Wholeness;
  /** What the checks say of the table as it stands under `relation`, in the order that a build asks; it may stop at what a build stops at. */
  readonly check: () => Promise<readonly EvidenceEntry[]>;
  /** Computes the gold of the table as it stands. Raises `engine.query`. */
  readonly makeGold: () => Promise<void>;
}

function goldTrial(context: ProofContext): Trial {
  const { file } = context;
  const { model } = file;
  const rules = file.rules.filter(({ target }) => target.kind === 'gold');
  const additive = model.columns.filter(({ role, additivity }) => role === 'measure' && additivity === 'additive');
  return {
    dataset: null,
    relation: goldRelation,
    columns: model.columns,
    keys: model.grain,
    wholeness: {
      keys: model.grain.length === 0 ? [] : [model.grain],
      required: requiredOf(model.columns),
      references: [],
      totals: additive.filter(({ type }) => type.kind !== 'text').map(({ name }) => name),
    },
    check: async () => [
      ...(await proveRules(context, rules)),
      await proveSchema(context),
      await proveGrain(context),
      await proveCompleteness(context),
      ...(await proveReconciliation(context)),
    ],
    makeGold: async () => undefined,
  };
}

function sourceTrial(dataset: string, context: ProofContext): Trial {
  const { file, engine, compile } = context;
  const { plan, sources } = file;
  const source = sources.find((candidate) => candidate.dataset === dataset);
  const references = referencesOf(plan).filter((reference) =>
    [reference.dataset, reference.toDataset].includes(dataset),
  );
  const [primary] = source?.keys ?? [];
  const met = references.flatMap((reference) => [
    ...(reference.dataset === dataset ? reference.columns : []),
    ...(reference.toDataset === dataset ? reference.toColumns : []),
  ]);
  // Rules of other sources look at this one only through a reference.
  const rules = file.rules.filter(
    ({ target, check }) =>
      target.kind === 'gold' ||
      target.dataset === dataset ||
      (check.kind === 'references' && check.toDataset === dataset),
  );
  const isOfGold = (rule: ProductFile['rules'][number]): boolean => rule.target.kind === 'gold';
  const makeGold = async (): Promise<void> => {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier('dpb gold of mutant')} AS ${compile(plan)}`);
    await engine.run(
      `CREATE OR REPLACE TEMP VIEW ${quoteIdentifier(goldRelation)} AS SELECT * FROM ${quoteIdentifier('dpb gold of mutant')}`,
    );
  };
  return {
    dataset,
    relation: dataset,
    columns: source?.columns ?? [],
    keys: [...new Set([...(primary ?? []), ...met])],
    wholeness: {
      keys: source?.keys ?? [],
      required: requiredOf(source?.columns ?? []),
      references,
      totals: [],
    },
    check: async () => {
      const premises = await provePremises(engine, plan, sources);
      const own = await proveRules(
        context,
        rules.filter((rule) => !isOfGold(rule)),
      );
      if (premises.some(({ status }) => status === 'failed')) return [...premises, ...own];
      await makeGold();
      return [...premises, ...own, ...(await proveRules(context, rules.filter(isOfGold)))];
    },
    makeGold,
  };
}

function requiredOf(columns: readonly { readonly name: string; readonly nullable: boolean }[]): readonly string[] {
  return columns.filter(({ nullable }) => !nullable).map(({ name }) => name);
}

function cleanOf(dataset: string): string {
  return `${cleanRelation} ${dataset}`;
}

async function tryTable(trial: Trial, input: TrialInput): Promise<readonly MutantOutcome[]> {
  const { others } = input;
  const { engine } = input.context;
  const { dataset, relation, columns, wholeness } = trial;
  const clean = cleanOf(dataset ?? relation);
  const view = (from: string): string =>
    `CREATE OR REPLACE ${dataset === null ? 'TEMP ' : ''}VIEW ${quoteIdentifier(relation)} AS SELECT * FROM ${quoteIdentifier(from)}`;
  await engine.run(`CREATE OR REPLACE TABLE ${quoteIdentifier(clean)} AS SELECT * FROM ${quoteIdentifier(relation)}`);
  await engine.run(view(clean));
  const categories = await categoriesOf(engine, { relation: clean, columns });
  const table: MutableTable = { relation: clean, columns, keys: trial.keys, categories };
  const before = await stateOf(engine, relation, wholeness);
  const usual = new Set((await failing(trial)).map(({ id }) => id));
  const usualOfOthers = await failingOfOthers(trial, others);
  const outcomes: MutantOutcome[] = [];
  for (const mutant of mutantsOf(table)) {
    await engine.run(`CREATE OR REPLACE TABLE ${quoteIdentifier(mutantRelation)} AS ${mutantSql(table, mutant)}`);
    if (!(await differ(engine, clean, mutantRelation))) continue;
    await engine.run(view(mutantRelation));
    const breaks = damageOf(before, await stateOf(engine, relation, wholeness));
    const caughtBy = (await failing(trial)).map(({ id }) => id).filter((id) => !usual.has(id));
    const telling = caughtBy.length > 0 ? null : await tellingRule(engine, table, mutant, mutantRelation);
    const seenBy = withoutUsual(await failingOfOthers(trial, others), usualOfOthers);
    outcomes.push({ dataset, ...mutant, breaks, caughtBy, telling, seenBy });
  }
  await engine.run(view(clean));
  return outcomes;
}

/** What fails; a query that cannot run on the rows stops the build, and so tells. */
async function failing({ check }: Trial): Promise<readonly { readonly id: string }[]> {
  try {
    return (await check()).filter(({ status }) => status === 'failed');
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'engine.query') return [{ id: 'build' }];
    throw thrown;
  }
}

/** What the checks of each other tool say; where there is no gold for them to look at, that tells. */
async function failingOfOthers(
  { dataset, makeGold }: Trial,
  others: readonly OtherChecks[],
): Promise<MutantOutcome['seenBy']> {
  const found: Record<string, readonly string[]> = {};
  if (others.length === 0) return found;
  const broken = await stopsBuild(makeGold);
  for (const { name, failing: ask } of others) found[name] = broken ? ['build'] : await ask(dataset);
  return found;
}

function withoutUsual(found: MutantOutcome['seenBy'], usual: MutantOutcome['seenBy']): MutantOutcome['seenBy'] {
  const isNew = (name: string, id: string): boolean => usual[name]?.includes(id) !== true;
  return Object.fromEntries(Object.entries(found).map(([name, ids]) => [name, ids.filter((id) => isNew(name, id))]));
}

async function stopsBuild(makeGold: () => Promise<void>): Promise<boolean> {
  try {
    await makeGold();
    return false;
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'engine.query') return true;
    throw thrown;
  }
}

async function differ(engine: Engine, left: string, right: string): Promise<boolean> {
  const [one, two] = [left, right].map((name) => `SELECT * FROM ${quoteIdentifier(name)}`);
  const { rows } = await engine.query(
    `SELECT (SELECT count(*) FROM (${one} EXCEPT ALL ${two})) + (SELECT count(*) FROM (${two} EXCEPT ALL ${one}))`,
  );
  return Number(rows[0]?.[0]) > 0;
}
