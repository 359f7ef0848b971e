import type { ProductFile } from '../plan/product.js';
import { daysOf } from '../support/iso-duration.js';

/** When a product is built: an expression of cron, its words, and the zone that both are in. */
export interface Schedule {
  readonly cron: string;
  readonly words: string;
  readonly zone: string;
}

/** From often to seldom; the first that is no more seldom than data comes, or than the product may be old. */
const steps: readonly { readonly days: number; readonly cron: string; readonly words: string }[] = [
  { days: 31, cron: '30 2 1 * *', words: 'on the first of each month at 02:30' },
  { days: 7, cron: '30 2 * * 1', words: 'each Monday at 02:30' },
  { days: 1, cron: '30 2 * * *', words: 'each day at 02:30' },
  { days: 1 / 2, cron: '5 */12 * * *', words: 'every 12 hours' },
  { days: 1 / 4, cron: '5 */6 * * *', words: 'every 6 hours' },
  { days: 1 / 24, cron: '5 * * * *', words: 'each hour' },
];

const often = { cron: '*/15 * * * *', words: 'every 15 minutes' };

/** How often sources say that they are refreshed, in days. */
const refreshes: Readonly<Record<string, number>> = { hourly: 1 / 24, daily: 1, weekly: 7, monthly: 31 };

/**
 * The seldomest schedule that keeps the promised freshness; where none was promised, as often as the sources are refreshed;
 * else each day.
 */
export function scheduleOf({ sla, sources, plan }: ProductFile): Schedule {
  const promised = sla.freshness === null ? null : daysOf(sla.freshness);
  const refreshed = sources.flatMap(({ freshness }) => {
    const days = freshness === null ? null : (refreshes[freshness] ?? daysOf(freshness));
    return days === null ? [] : [days];
  });
  const days = promised ?? (refreshed.length === 0 ? 1 : Math.min(...refreshed));
  const { cron, words } = steps.find((step) => step.days <= days) ?? often;
  return { cron, words, zone: plan.time.zone };
}
