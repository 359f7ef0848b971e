import { brokenText, countBroken, isNearKey, measureCheck, repeatedRows } from '../catalog/key-evidence.js';
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
        : { ...claim, status: 'failed', why: await failureOf(engine, check, sources) },
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
async function failureOf(engine: Engine, check: PremiseCheck, sources: readonly TableShape[]): Promise<string> {
  const measured = await measureCheck(engine, check);
  const source = sources.find(({ dataset }) => dataset === check.dataset);
  const isMasked = source?.columns.some(({ name, masked }) => masked === true && check.columns.includes(name)) === true;
  const evidence = isMasked ? { ...measured, samples: [] } : measured;
  return `${brokenText(evidence, check)}. ${await remedyOf(engine, check, isNearKey(evidence), sources)}`;
}

async function remedyOf(
  engine: Engine,
  check: PremiseCheck,
  isNearlyUnique: boolean,
  sources: readonly TableShape[],
): Promise<string> {
  const { dataset, columns } = check;
  switch (check.kind) {
    case 'unique':
      return isNearlyUnique
        ? dedupeRemedy(engine, check, sources)
        : `${columns.join(', ')} is no key of ${dataset}: join by more columns, or count rows of ${dataset} first`;
    case 'validity':
      return `Correct when rows of ${dataset} begin and end`;
    case 'weight':
      return `Correct the shares in ${dataset}, so that those of each ${columns.join(', ')} add up to 1`;
  }
}

/** How to say which of the rows with one key counts: by a time that tells them apart, where there is one. */
async function dedupeRemedy(
  engine: Engine,
  { dataset, columns: key }: PremiseCheck,
  sources: readonly TableShape[],
): Promise<string> {
  const others = (sources.find((source) => source.dataset === dataset)?.columns ?? []).filter(
    ({ name }) => !key.includes(name),
  );
  const names = others.map(({ name }) => name);
  const { telling, differing } = await repeatedRows(engine, dataset, key, names);
  const declared = (latest: string): string =>
    `tables: {${yamlText(dataset)}: {dedupe: {key: [${key.map(yamlText).join(', ')}], latest_by: ${latest}}}}`;
  const times = others.filter(({ type }) => isTemporal(type));
  const latest = times.find(({ name }) => telling.has(name));
  if (latest !== undefined)
    return `Remove the rows, or declare in glossary.yaml which one counts: ${declared(yamlText(latest.name))}`;
  if (differing.size === 0) {
    const any = times[0]?.name ?? names[0] ?? key[0] ?? '';
    return `Rows with the same ${key.join(', ')} are equal in all columns that are read: remove the copies, or declare in glossary.yaml that one counts, whichever: ${declared(yamlText(any))}`;
  }
  return `Remove the rows, or declare in glossary.yaml which one counts: ${declared('COLUMN THAT TELLS WHICH ROW IS NEWER')}; no date or time that is read tells all of them apart, they differ in ${names.filter((name) => differing.has(name)).join(', ')}`;
}

/** A name as YAML reads it back. */
function yamlText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
