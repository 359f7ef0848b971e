import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import { type Fault, faults } from '../proof/mutants/faults.js';
import { type MutantOutcome, tryMutants } from '../proof/mutants/trial.js';
import { openProof, type ProofSource } from '../proof/open-proof.js';
import { removeTree } from '../support/atomic-files.js';
import { compile } from '../transformation/compile.js';
import { goldFileName } from './build-files.js';
import { mountChecked } from './build-sources.js';
import { dbtChecks } from './dbt-checks.js';
import { compiledProduct } from './definition.js';
import { gxChecks, type ReadyChecks } from './gx-checks.js';
import { openBuild, type Verification, type VerifyOptions } from './verify.js';

/** How many of some mutants were caught: by the rules alone, which every engine gets, and by all that a build checks. */
export interface CaughtShare {
  readonly mutants: number;
  readonly caught: number;
  readonly byRules: number;
}

/** How many of some mutants the checks of another tool saw. */
export type SeenShare = Omit<CaughtShare, 'byRules'>;

/** What another tool saw of the same mutants by the checks that dpb writes for it. */
export interface ToolShare {
  readonly tool: string;
  readonly version: string | null;
  readonly all: SeenShare;
  readonly breaking: SeenShare;
  readonly gold: SeenShare;
  readonly sources: SeenShare;
  readonly byFault: readonly (SeenShare & { readonly fault: Fault })[];
}

/** Tools whose checks can be asked beside dpb's, with the program to run; null for the one on PATH. */
export interface AskedTools {
  readonly dbt?: string | null;
  readonly gx?: string | null;
}

/** Survivors of one fault in one column, with the rule that would have told the smallest of them. */
export interface Survivors {
  readonly dataset: string | null;
  readonly column: string | null;
  readonly fault: Fault;
  readonly percents: readonly number[];
  readonly telling: string;
}

/** Which seeded faults the checks of a build see. The same for the same build. */
export interface MutationReport {
  readonly product: string;
  readonly buildId: string;
  readonly all: CaughtShare;
  /** Those that break a grain, a reference, a type or a total. */
  readonly breaking: CaughtShare;
  readonly gold: CaughtShare;
  readonly sources: CaughtShare;
  readonly byFault: readonly (CaughtShare & { readonly fault: Fault })[];
  /** Beside them, the other tools that were asked. */
  readonly tools: readonly ToolShare[];
  readonly survivors: readonly Survivors[];
  readonly mutants: readonly MutantOutcome[];
}

/**
 * Seeds the matrix of faults into copies of a build's gold table and sources and reports what the checks see. Where the build or
 * what it was made from changed, nothing can be said: then the verification that found it. Raises as `verifyBuild` does, and
 * `tool.missing`, `tool.failed` of the other tools that are asked the same.
 */
export async function mutateBuild(
  options: VerifyOptions,
  asked: AskedTools = {},
): Promise<MutationReport | Verification> {
  const { stored, file, sources, against } = await openBuild(options);
  const { buildId, folder, evidence } = stored;
  if (against !== null) return { ...against, buildId, folder, evidence: null };
  const { asOf } = evidence;
  const engine = await openEngine({ threads: options.threads, memoryLimit: null });
  const place = mkdtempSync(join(tmpdir(), 'dpb-mutate-'));
  const others: ReadyChecks[] = [];
  try {
    await mountChecked(engine, sources.mounted);
    const tables = sources.mounted.map(({ table }) => table);
    const goldPath = join(folder, goldFileName(file));
    const proof = {
      engine,
      file,
      asOf,
      goldPath,
      compile: (plan) => compile(plan, tables, { asOf }).sql,
    } satisfies ProofSource;
    // The gold table is there before the tools are asked to look at it.
    const context = await openProof(proof, true);
    if (asked.dbt !== undefined || asked.gx !== undefined) {
      const product = await compiledProduct(file);
      options.onEvent(`starting ${Object.keys(asked).join(' and ')}`);
      if (asked.dbt !== undefined)
        others.push(await dbtChecks({ product, engine, asOf, folder: join(place, 'dbt'), program: asked.dbt }));
      const evidencePath = join(folder, 'evidence.json');
      if (asked.gx !== undefined)
        others.push(
          await gxChecks({ product, engine, asOf, evidencePath, folder: join(place, 'gx'), python: asked.gx }),
        );
    }
    const outcomes = await tryMutants({
      context,
      mounted: sources.mounted,
      others,
      onEvent: options.onEvent,
    });
    return reportOf(file.name, buildId, outcomes, others);
  } finally {
    for (const checks of others) await checks.close();
    engine.close();
    removeTree(place);
  }
}

function reportOf(
  product: string,
  buildId: string,
  mutants: readonly MutantOutcome[],
  others: readonly ReadyChecks[],
): MutationReport {
  const share = (isIn: (mutant: MutantOutcome) => boolean): CaughtShare => shareOf(mutants.filter(isIn));
  return {
    product,
    buildId,
    ...slicesOf(share),
    tools: others.map(({ name, version }) => toolShareOf(name, version, mutants)),
    survivors: survivorsOf(mutants),
    mutants,
  };
}

function toolShareOf(tool: string, version: string | null, mutants: readonly MutantOutcome[]): ToolShare {
  const share = (isIn: (mutant: MutantOutcome) => boolean): SeenShare => {
    const those = mutants.filter(isIn);
    return { mutants: those.length, caught: those.filter(({ seenBy }) => (seenBy[tool] ?? []).length > 0).length };
  };
  return {
    tool,
    version,
    ...slicesOf(share),
  };
}

/** The same share of all mutants, and of each kind of them that a report tells apart. */
function slicesOf<Share extends SeenShare>(share: (isIn: (mutant: MutantOutcome) => boolean) => Share) {
  return {
    all: share(() => true),
    breaking: share(({ breaks }) => breaks.length > 0),
    gold: share(({ dataset }) => dataset === null),
    sources: share(({ dataset }) => dataset !== null),
    byFault: faults.map((fault) => ({ fault, ...share((mutant) => mutant.fault === fault) })),
  };
}

function shareOf(mutants: readonly MutantOutcome[]): CaughtShare {
  const caught = mutants.filter(({ caughtBy }) => caughtBy.length > 0);
  const byRules = caught.filter(({ caughtBy }) => caughtBy.some((id) => id.startsWith('rule.')));
  return { mutants: mutants.length, caught: caught.length, byRules: byRules.length };
}

function survivorsOf(mutants: readonly MutantOutcome[]): readonly Survivors[] {
  const groups = new Map<string, Survivors>();
  for (const { dataset, column, fault, percent, telling } of mutants) {
    if (telling === null) continue;
    const key = JSON.stringify([dataset, column, fault]);
    const known = groups.get(key);
    groups.set(key, {
      dataset,
      column,
      fault,
      percents: [...(known?.percents ?? []), percent],
      telling: known?.telling ?? telling,
    });
  }
  return [...groups.values()];
}
