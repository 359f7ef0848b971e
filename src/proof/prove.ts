import type { Evidence, EvidenceEntry, SourceFingerprint } from '../plan/evidence.js';
import { contentHash } from '../support/canonical-json.js';
import { proveCompleteness } from './completeness.js';
import { proveCoverage } from './coverage.js';
import { proveDigits } from './digits.js';
import { proveGrain } from './grain.js';
import { proveGroups } from './groups.js';
import { openProof, type ProofSource } from './open-proof.js';
import { proveReconciliation } from './reconciliation.js';
import { proveRowAccounting } from './row-accounting.js';
import { proveRules } from './rules.js';
import { proveSchema } from './schema.js';
import { countZeroDenominators } from './zero-denominators.js';

/** What a proof is made of. */
export interface ProofInput extends ProofSource {
  readonly sources: readonly SourceFingerprint[];
  /** What `provePremises` gave: they are proved before the query runs. */
  readonly premises: readonly EvidenceEntry[];
}

/**
 * Proves a gold table against its sources, or says what failed and what could not be shown. Of the compiler it takes
 * the query without having and limit, with rows counted by home; totals over source rows are computed by SQL of its
 * own that joins nothing. Raises only when the sources or the gold cannot be read.
 */
export async function prove(input: ProofInput): Promise<Evidence> {
  const { file, asOf } = input;
  const premisesHold = input.premises.every(({ status }) => status === 'proved');
  const context = await openProof(input, premisesHold);
  const schema = await proveSchema(context);
  const entries = [...input.premises, schema];
  // With columns missing or of other types the remaining proofs would only trip over them.
  if (schema.status === 'proved') {
    entries.push(await proveGrain(context), await proveCompleteness(context));
    entries.push(...(await proveReconciliation(context)), ...(await proveGroups(context)));
    entries.push(...(await proveDigits(context)), ...(await countZeroDenominators(context)));
    entries.push(...(await proveRowAccounting(context)), ...(await proveCoverage(context)));
    entries.push(...(await proveRules(context)));
  }
  return { version: 1, product: file.name, asOf, definition: contentHash(file), sources: input.sources, entries };
}
