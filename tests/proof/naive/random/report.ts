import type { Campaign } from './campaign.js';
import { constructs } from './construct-names.js';

/** The most of the plans that may be refused, and that may stop with an error, in percent. */
const refusedPercentMax = 10;
const failedPercentMax = 2;

/** What a campaign falls short of: plans refused or stopped too often. Empty where it meets both bars. */
export function shortfallsOf(met: Campaign): readonly string[] {
  const refused = [...met.refused.values()].reduce((sum, count) => sum + count, 0);
  const all = met.compared + met.empty + met.failed + refused;
  return [
    ...(refused * 100 > all * refusedPercentMax ? [`${refused} of ${all} plans were refused`] : []),
    ...(met.failed * 100 > all * failedPercentMax ? [`${met.failed} of ${all} plans stopped with an error`] : []),
  ];
}

/** What a campaign met, for people: figures, refusals, rare constructs and pairs that were not met. */
export function reportOf(met: Campaign, seed: number): string {
  const rare = constructs.filter((name) => (met.met.get(name) ?? 0) * 100 < met.compared);
  const counts = (of: ReadonlyMap<string, number>): string =>
    [...of].map(([name, count]) => `${count} × ${name}`).join('\n  ');
  return [
    `seed ${seed}: ${met.compared} plans compared (${met.rows} rows), ${met.empty} more without any row, ${met.failed} stopped with an error`,
    `refused:\n  ${counts(met.refused)}`,
    `in less than 1 % of the plans: ${rare.map((name) => `${name} (${met.met.get(name) ?? 0})`).join(', ')}`,
    `${met.unmetPairs.length} pairs of constructs not met: ${met.unmetPairs.slice(0, 40).join(', ')}`,
  ].join('\n');
}
