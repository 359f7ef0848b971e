import { afterAll, beforeAll, describe, it } from 'vitest';
import { after, KilledRuns, whenThereIs } from './killing.js';

/** A sample of tests/long/kill.test.ts: one boundary in the middle of the road, and two moments of the build at its end. */
describe('SIGKILL', () => {
  let runs: KilledRuns;
  beforeAll(async () => {
    runs = await KilledRuns.of('order count by status');
  });
  afterAll(() => runs.remove());

  it('after a checkpoint leaves nothing torn, and resumes to the same bytes', async () =>
    runs.expectSameBytes('boundary', whenThereIs('4-transformation.json')));

  it.each([0.8, 0.95])('at %d of a run leaves nothing torn, and resumes to the same bytes', async (share) =>
    runs.expectSameBytes(`at-${share * 100}`, after(share * runs.milliseconds)),
  );
});
