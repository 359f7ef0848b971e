import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import { type Fault, faults } from '../proof/mutants/faults.js';
import { type MutantOutcome, tryMutants } from '../proof/mutants/trial.js';
import { compile } from '../transformation/compile.js';
import { goldFileName } from './build-files.js';
import { mountChecked } from './build-sources.js';
import { openBuild, type Verification, type VerifyOptions } from './verify.js';

/** How many of some mutants were caught: by the rules alone, which every engine gets, and by all that a build checks. */
export interface CaughtShare {
  readonly mutants: number;
  readonly caught: number;
  readonly byRules: number;
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
  readonly survivors: readonly Survivors[];
  readonly mutants: readonly MutantOutcome[];
}

/**
 * Seeds the matrix of faults into copies of a build's gold table and sources and reports what the checks see. Where the build or
 * what it was made from changed, nothing can be said: then the verification that found it. Raises as `verifyBuild` does.
 */
export async function mutateBuild(options: VerifyOptions): Promise<MutationReport | Verification> {
  const { stored, file, sources, against } = await openBuild(options);
  const { buildId, folder, evidence } = stored;
  if (against !== null) return { ...against, buildId, folder, evidence: null };
  const { asOf } = evidence;
  const engine = await openEngine({ threads: options.threads, memoryLimit: null });
  try {
    await mountChecked(engine, sources.mounted);
    const tables = sources.mounted.map(({ table }) => table);
    const outcomes = await tryMutants({
      engine,
      file,
      asOf,
      goldPath: join(folder, goldFileName(file)),
      mounted: sources.mounted,
      compile: (plan) => compile(plan, tables, { asOf }).sql,
      onEvent: options.onEvent,
    });
    return reportOf(file.name, buildId, outcomes);
  } finally {
    engine.close();
  }
}

function reportOf(product: string, buildId: string, mutants: readonly MutantOutcome[]): MutationReport {
  const share = (isIn: (mutant: MutantOutcome) => boolean): CaughtShare => shareOf(mutants.filter(isIn));
  return {
    product,
    buildId,
    all: share(() => true),
    breaking: share(({ breaks }) => breaks.length > 0),
    gold: share(({ dataset }) => dataset === null),
    sources: share(({ dataset }) => dataset !== null),
    byFault: faults.map((fault) => ({ fault, ...share((mutant) => mutant.fault === fault) })),
    survivors: survivorsOf(mutants),
    mutants,
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
