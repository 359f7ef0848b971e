import type { KeyEvidence } from '../catalog/catalog.js';
import { brokenText, countBroken, isNearKey, measureCheck } from '../catalog/key-evidence.js';
import type { Engine } from '../engine/engine.js';
import { isTemporal } from '../plan/data-type.js';
import type { EvidenceEntry } from '../plan/evidence.js';
import type { TableShape } from '../plan/product.js';
import type { SemanticPlan } from '../plan/query.js';
import { type PremiseCheck, premiseChecks } from '../sql/premise-sql.js';
import { dpbError } from '../support/errors.js';

/**
 * Proves on the whole data that every key a join of the plan meets occurs once, that histories have one row in force at a time
 * and that weights add up. Needs only the mounted sources. A failed entry says how many keys, which, and what to do.
 */
export async function provePremises(
  engine: Engine,
  plan: SemanticPlan,
  sources: readonly TableShape[],
): Promise<readonly EvidenceEntry[]> {
  const entries: EvidenceEntry[] = [];
  for (const check of premiseChecks(plan)) {
    const { id, description, dataset, columns } = check;
    const duplicateKeys = await countBroken(engine, check.sql);
    const claim = {
      id,
      title: description,
      kind: 'join_premise',
      severity: 'error',
      facts: { dataset, columns, duplicateKeys },
    } as const;
    entries.push(
      duplicateKeys === 0
        ? { ...claim, status: 'proved', why: null }
        : { ...claim, status: 'failed', why: failureOf(check, await measureCheck(engine, check), sources) },
    );
  }
  return entries;
}

/** Raises `plan.refused` where a row could meet several rows of another table, so that no total is told that may be too high. */
export async function requirePremises(
  engine: Engine,
  plan: SemanticPlan,
  sources: readonly TableShape[],
): Promise<void> {
  const failed = (await provePremises(engine, plan, sources)).filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (first === undefined) return;
  throw dpbError('plan.refused', {
    reason: `it is not so that ${first.title}`,
    remedy: failed.map(({ why }) => why ?? '').join(' '),
  });
}

/** What speaks against the claim, and what to do. */
function failureOf(check: PremiseCheck, evidence: KeyEvidence, sources: readonly TableShape[]): string {
  return `${brokenText(evidence, check)}. ${remedyOf(check, isNearKey(evidence), sources)}`;
}

function remedyOf(check: PremiseCheck, isNearlyUnique: boolean, sources: readonly TableShape[]): string {
  const { dataset, columns } = check;
  switch (check.kind) {
    case 'unique': {
      if (!isNearlyUnique)
        return `${columns.join(', ')} is no key of ${dataset}: join by more columns, or count rows of ${dataset} first`;
      const times = sources
        .find((source) => source.dataset === dataset)
        ?.columns.filter(({ name, type }) => isTemporal(type) && !columns.includes(name));
      const latest = times?.[0]?.name ?? 'COLUMN THAT TELLS WHICH ROW IS NEWER';
      const declared = `tables: {${yamlText(dataset)}: {dedupe: {key: [${columns.map(yamlText).join(', ')}], latest_by: ${yamlText(latest)}}}}`;
      return `Remove the rows, or declare in glossary.yaml which one counts: ${declared}`;
    }
    case 'validity':
      return `Correct when rows of ${dataset} begin and end`;
    case 'weight':
      return `Correct the shares in ${dataset}, so that those of each ${columns.join(', ')} add up to 1`;
  }
}

/** A name as YAML reads it back. */
function yamlText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
