import { z } from 'zod';
import type { Claim, Evidence } from '../plan/evidence.js';
import { canonicalJson } from '../support/canonical-json.js';

const statuses = ['proved', 'failed', 'not_applicable', 'not_shown'] as const;
/** All kinds of claims: a new one that is missing here does not compile. */
const kinds = {
  join_premise: true,
  schema: true,
  grain_unique: true,
  reconciliation: true,
  group_reconciliation: true,
  exact_digits: true,
  zero_denominators: true,
  row_accounting: true,
  join_coverage: true,
  result_complete: true,
  rule: true,
} as const satisfies Record<Claim['kind'], true>;

const shape = z.object({
  version: z.literal(1),
  product: z.string(),
  asOf: z.string(),
  definition: z.string(),
  sources: z.array(
    z
      .object({
        dataset: z.string(),
        files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() }).strict()),
      })
      .strict(),
  ),
  entries: z.array(
    z
      .object({
        id: z.string(),
        title: z.string(),
        severity: z.enum(['error', 'warning']),
        status: z.enum(statuses),
        why: z.string().nullable(),
        kind: z.string().refine((kind) => Object.hasOwn(kinds, kind)),
      })
      .loose(),
  ),
});

const evidenceSchema = z.custom<Evidence>((value) => shape.safeParse(value).success, 'is not the evidence of a build');

/** The evidence as the bytes of `evidence.json`: equal evidence has equal bytes. */
export function evidenceText(evidence: Evidence): string {
  return `${canonicalJson(evidence, 1)}\n`;
}

/** Reads what `evidenceText` wrote; null for anything else. */
export function parseEvidence(text: string): Evidence | null {
  try {
    const parsed = evidenceSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
