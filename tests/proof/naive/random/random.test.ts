import { expect, it } from 'vitest';
import { campaign } from './campaign.js';
import { reportOf, shortfallsOf } from './report.js';

it('500 random plans give the same types, rows and order as the naive evaluator', { timeout: 600_000 }, async () => {
  const seed = Number(process.env.NAIVE_SEED ?? 1);
  const met = await campaign(seed, 500, 3, process.env.NAIVE_FIRST !== undefined);
  console.log(reportOf(met, seed));
  expect(met.differences.join('\n\n')).toBe('');
  expect(shortfallsOf(met)).toEqual([]);
});
