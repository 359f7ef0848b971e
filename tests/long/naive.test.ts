import { expect, it } from 'vitest';
import { campaign } from '../proof/naive/random/campaign.js';
import { constructs } from '../proof/naive/random/construct-names.js';
import { reportOf, shortfallsOf } from '../proof/naive/random/report.js';

it('10,000 random plans give the same as the naive evaluator, over each construct and each pair of them', {
  timeout: 3_600_000,
}, async () => {
  const seed = Number(process.env.NAIVE_SEED ?? 2);
  const total = Number(process.env.NAIVE_PLANS ?? 10_000);
  const met = await campaign(seed, total, 4);
  console.log(reportOf(met, seed));
  expect(met.differences.join('\n\n')).toBe('');
  expect(shortfallsOf(met)).toEqual([]);
  expect(constructs.filter((name) => (met.met.get(name) ?? 0) * 100 < met.compared)).toEqual([]);
  expect(met.unmetPairs).toEqual([]);
});
