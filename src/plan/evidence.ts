import type { IsoDate } from '../support/iso-date.js';
import type { DataType } from './data-type.js';

/**
 * What was shown of a build, and what was not. It is plain data without clock, path or machine, so that equal inputs give
 * equal bytes. Amounts are text in full precision; numbers are counts of rows.
 */
export interface Evidence {
  readonly version: 1;
  readonly product: string;
  readonly asOf: IsoDate;
  /** Hash of the product file that was built. */
  readonly definition: string;
  readonly sources: readonly SourceFingerprint[];
  /** In a fixed order: premises, schema, grain, reconciliations, groups, digits, zero denominators, accounting, coverage of joins, rules. */
  readonly entries: readonly EvidenceEntry[];
}

/** The exact bytes a build was made from. `files` are relative to their data root, sorted by path. */
export interface SourceFingerprint {
  readonly dataset: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** `failed` is the only one that speaks against the gold; the last two say why nothing could be said. */
export type Verdict =
  | { readonly status: 'proved'; readonly why: null }
  | { readonly status: 'failed' | 'not_applicable' | 'not_shown'; readonly why: string };

/** What kind of claim an entry is about, with the figures that decided it; null where nothing was measured. */
export type Claim =
  /** A key that joins of the plan meet occurs once: `duplicateKeys` counts those that occur more often. */
  | {
      readonly kind: 'join_premise';
      readonly facts: { readonly dataset: string; readonly columns: readonly string[]; readonly duplicateKeys: number };
    }
  | { readonly kind: 'schema'; readonly facts: { readonly columns: readonly SchemaFact[] } }
  /** Nulls are members of their own. */
  | {
      readonly kind: 'grain_unique';
      readonly facts: { readonly columns: readonly string[]; readonly rows: number; readonly groups: number } | null;
    }
  | { readonly kind: 'reconciliation'; readonly facts: ReconciliationFacts | null }
  /** Values of a DOUBLE column that sums round to `digits`: `roundedRows` have more, `largestLoss` is the most that one of them loses. */
  | { readonly kind: 'exact_digits'; readonly facts: DigitsFacts }
  /** Every group of a home computed a second time from the rows alone: `differing` counts groups with another value, missing or too many. */
  | { readonly kind: 'group_reconciliation'; readonly facts: GroupFacts | null }
  /** What has no value because it would be divided by 0; null where that is not counted. */
  | { readonly kind: 'zero_denominators'; readonly facts: ZeroDenominatorFacts | null }
  | { readonly kind: 'row_accounting'; readonly facts: RowAccountingFacts | null }
  /** Rows that no row of a history is in force for, or that no row of a bridge stands for. */
  | {
      readonly kind: 'join_coverage';
      readonly facts: {
        readonly dataset: string;
        readonly to: string;
        readonly rows: number;
        readonly unmetRows: number;
      };
    }
  | {
      readonly kind: 'result_complete';
      readonly facts: { readonly goldRows: number; readonly missing: number; readonly surplus: number } | null;
    }
  | {
      readonly kind: 'rule';
      readonly facts: { readonly ruleId: string; readonly checkedRows: number; readonly failingRows: number };
    };

/** One claim with its verdict. A failed `error` blocks publication; a failed `warning` is reported. */
export type EvidenceEntry = {
  readonly id: string;
  readonly title: string;
  readonly severity: 'error' | 'warning';
} & Verdict &
  Claim;

/** How a claim ended, as people are told: a failed one that does not block publication is a warning. */
export type ToldVerdict = EvidenceEntry['status'] | 'warning';

export function toldVerdict({ status, severity }: Pick<EvidenceEntry, 'status' | 'severity'>): ToldVerdict {
  return status === 'failed' && severity === 'warning' ? 'warning' : status;
}

/** How many claims ended how, in the order in which each verdict is first met. */
export function verdictCounts({ entries }: Pick<Evidence, 'entries'>): ReadonlyMap<ToldVerdict, number> {
  const counts = new Map<ToldVerdict, number>();
  for (const verdict of entries.map(toldVerdict)) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return counts;
}

/** A column of the gold file against the model; `nulls` were counted. */
export interface SchemaFact {
  readonly name: string;
  readonly expected: DataType | null;
  readonly actual: string | null;
  readonly nullable: boolean | null;
  readonly nulls: number | null;
}

/** The fold of a measure over all of gold beside its fold over the admitted rows of its home. */
export interface ReconciliationFacts {
  readonly measure: string;
  readonly fold: 'sum' | 'min' | 'max';
  /** `gold`: the published rows. `before_having_and_limit`: the same query without those two. */
  readonly over: 'gold' | 'before_having_and_limit';
  readonly home: string;
  readonly dataset: string;
  readonly gold: string | null;
  readonly source: string | null;
  /** Allowed relative difference: 0 but for floats. */
  readonly tolerance: number;
}

/** How much of a DOUBLE column's values the exact sums over it leave out. */
export interface DigitsFacts {
  readonly dataset: string;
  readonly column: string;
  readonly digits: number;
  readonly rows: number;
  readonly roundedRows: number;
  readonly largestLoss: string;
}

/** How many of an output's groups (of a ratio) or rows (of a division inside of rows) have a denominator of 0, and so no value. */
export interface ZeroDenominatorFacts {
  readonly column: string;
  readonly of: 'groups' | 'rows';
  readonly zero: number;
  readonly all: number;
}

/** The groups of one home beside the same groups found without a join; `measures` were compared, floats within the tolerance. */
export interface GroupFacts {
  readonly home: string;
  readonly dataset: string;
  readonly measures: readonly string[];
  readonly groups: number;
  readonly differing: number;
  readonly tolerance: number;
}

/** Each source row of a home in exactly one place. `rowsIn` is the sum of the others, or the entry failed. */
export interface RowAccountingFacts {
  readonly home: string;
  readonly dataset: string;
  readonly rowsIn: number;
  /** Rows that the published buckets count. */
  readonly inGold: number;
  /** Rows in groups that having or limit left out. */
  readonly beyondHavingOrLimit: number;
  /** The conjuncts of the filter in order; a row counts at the first that does not hold. */
  readonly excluded: readonly { readonly condition: string; readonly rows: number }[];
  /** Rows left out because a key found no partner, at the first such join. */
  readonly unmatched: readonly { readonly table: string; readonly rows: number }[];
  /** Conditions of the filter that speak of what rows of this home do not lead to: they hold back rows of other homes alone. */
  readonly notApplied: readonly string[];
}

/** The entries that forbid publication. */
export function blockingEntries(evidence: Evidence): readonly EvidenceEntry[] {
  return evidence.entries.filter(({ status, severity }) => status === 'failed' && severity === 'error');
}
