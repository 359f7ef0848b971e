import type { QualityRule, ServiceLevel } from '../plan/product.js';
import type { RuleResult, SlaResult } from '../plan/run-state.js';
import { wholeDaysOf } from '../support/iso-duration.js';

/** What the definition run measured for the service level. */
export interface Measurements {
  readonly rules: readonly QualityRule[];
  readonly results: readonly RuleResult[];
  /** Over the rules about single gold rows; null where there is none. */
  readonly rowsFailingAny: { readonly checkedRows: number; readonly failingRows: number } | null;
  /** Of each source that tells its age: days from its newest row to the as-of date, null where it has no dated row. */
  readonly ages: readonly { readonly dataset: string; readonly column: string; readonly days: number | null }[];
}

/** Every item of the service level with its measured value, or with the reason why there is none. */
export function slaResults(sla: ServiceLevel, measured: Measurements): readonly SlaResult[] {
  return [
    freshness(sla.freshness, measured),
    latency(sla.latency),
    completeness(sla.completeness, measured),
    accuracy(sla.accuracy, measured),
  ];
}

function freshness(target: string | null, { ages }: Measurements): SlaResult {
  const item = 'freshness';
  const dated = ages.flatMap(({ dataset, column, days }) => (days === null ? [] : [{ dataset, column, days }]));
  const [first, ...others] = dated;
  if (first === undefined)
    return {
      item,
      target,
      measured: null,
      passed: null,
      note: 'no source has one time column that tells how new its rows are',
    };
  const oldest = others.reduce((worst, age) => (age.days > worst.days ? age : worst), first);
  const allowed = target === null ? null : wholeDaysOf(target);
  return {
    item,
    target,
    measured: oldest.days < 0 ? 'P0D' : `P${oldest.days}D`,
    passed: allowed === null ? null : oldest.days <= allowed,
    note: `from the newest ${oldest.column} of ${oldest.dataset} to the as-of date${oldest.days < 0 ? '; there are rows after it' : ''}`,
  };
}

function latency(target: string | null): SlaResult {
  return {
    item: 'latency',
    target,
    measured: null,
    passed: null,
    note: 'the time from new data to a new build shows only where builds are scheduled',
  };
}

function completeness(target: number | null, { rules, results }: Measurements): SlaResult {
  const required = new Set(
    rules.filter(({ target: on, check }) => on.kind === 'gold' && check.kind === 'not_null').map(({ id }) => id),
  );
  const counted = results.filter(({ ruleId }) => required.has(ruleId));
  const checked = counted.reduce((sum, { checkedRows }) => sum + checkedRows, 0);
  const failing = counted.reduce((sum, { failingRows }) => sum + failingRows, 0);
  return share(
    'completeness',
    target,
    checked,
    failing,
    'non-null values over the required columns of the table',
    'the table is empty or has no required column',
  );
}

function accuracy(target: number | null, { rowsFailingAny }: Measurements): SlaResult {
  const { checkedRows, failingRows } = rowsFailingAny ?? { checkedRows: 0, failingRows: 0 };
  return share(
    'accuracy',
    target,
    checkedRows,
    failingRows,
    'rows of the table that pass all rules about single rows',
    'the table is empty or has no rule about single rows',
  );
}

function share(
  item: 'completeness' | 'accuracy',
  target: number | null,
  checked: number,
  failing: number,
  note: string,
  none: string,
): SlaResult {
  const asked = target === null ? null : String(target);
  if (checked === 0) return { item, target: asked, measured: null, passed: null, note: none };
  const value = (checked - failing) / checked;
  // Rounded down: a share that misses one row in a million must not read as 1.
  return {
    item,
    target: asked,
    measured: String(Math.floor(value * 1e6) / 1e6),
    passed: target === null ? null : value >= target,
    note,
  };
}
