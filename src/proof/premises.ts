import type { Engine } from '../engine/engine.js';
import type { EvidenceEntry } from '../plan/evidence.js';
import type { SemanticPlan } from '../plan/query.js';
import { premiseChecks } from '../sql/premise-sql.js';
import { countOf } from './proof-context.js';

/** Proves on the whole data that every key a join of the plan meets occurs once. Needs only the mounted sources. */
export async function provePremises(engine: Engine, plan: SemanticPlan): Promise<readonly EvidenceEntry[]> {
  const entries: EvidenceEntry[] = [];
  for (const { id, description, dataset, columns, problem, sql } of premiseChecks(plan)) {
    const duplicateKeys = countOf((await engine.query(sql)).rows[0]?.[0]);
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
        : {
            ...claim,
            status: 'failed',
            why: `${duplicateKeys} values of ${dataset}.${columns.join(', ')} ${problem}`,
          },
    );
  }
  return entries;
}
