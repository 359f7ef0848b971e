import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, KilledRuns, whenThereIs } from '../commands/killing.js';

const kills = 50;

/** A reproducible moment between 0 and 1 for each kill: fractions of the golden ratio fall evenly. */
function moment(turn: number): number {
  return (turn * 0.6180339887498949) % 1;
}

describe('SIGKILL', () => {
  let runs: KilledRuns;
  beforeAll(async () => {
    runs = await KilledRuns.of('monthly revenue by region');
  });
  afterAll(() => runs.remove());

  it.each(Array.from({ length: kills }, (_value, turn) => turn))(
    'at any moment leaves nothing torn, and resumes to the same bytes: kill %i',
    async (turn) => runs.expectSameBytes(`kill-${turn}`, after(moment(turn) * runs.milliseconds)),
  );

  it('at every checkpoint boundary leaves nothing torn, and resumes to the same bytes', async () => {
    expect(runs.checkpoints).toHaveLength(8);
    for (const [index, name] of runs.checkpoints.entries())
      await runs.expectSameBytes(`boundary-${index}`, whenThereIs(name));
  });
});
