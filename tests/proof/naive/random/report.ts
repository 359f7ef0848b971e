import type { Campaign } from './campaign.js';
import { constructs } from './constructs.js';

/** What a campaign met, for people: figures, refusals, rare constructs and pairs that were not met. */
export function reportOf(met: Campaign, seed: number): string {
  const rare = constructs.filter((name) => (met.met.get(name) ?? 0) * 100 < met.compared);
  const counts = (of: ReadonlyMap<string, number>): string =>
    [...of].map(([name, count]) => `${count} × ${name}`).join('\n  ');
  return [
    `seed ${seed}: ${met.compared} plans compared (${met.rows} rows), ${met.failed} stopped with an error`,
    `refused:\n  ${counts(met.refused)}`,
    `in less than 1 % of the plans: ${rare.map((name) => `${name} (${met.met.get(name) ?? 0})`).join(', ')}`,
    `${met.unmetPairs.length} pairs of constructs not met: ${met.unmetPairs.slice(0, 40).join(', ')}`,
  ].join('\n');
}
