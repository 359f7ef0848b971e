import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coefficients } from '../../src/discovery/data-coefficients.js';
import { weighByData } from '../../src/discovery/weigh-by-data.js';
import { proposeReadings } from '../../src/intent/propose.js';
import type { Reading, ResultShape } from '../../src/plan/reading.js';
import { type Clinic, openClinic, requestOf } from '../intent/clinic.js';

let clinic: Clinic;
let readings: readonly Reading[];
beforeAll(async () => {
  clinic = await openClinic();
  readings = await proposeReadings(requestOf('number of cured visits'), clinic.graph);
});
afterAll(async () => {
  await clinic.close();
});

/** The first reading, so sure before, where its plan is found to give such rows. */
async function weighedWith(shape: ResultShape, before: number): Promise<Reading | undefined> {
  const said = readings.map((reading) => ({ ...reading, confidence: before }));
  const [first] = await weighByData(said, () => Promise.resolve(shape));
  return first;
}

async function confidenceWith(shape: ResultShape, before = 0.8): Promise<number> {
  return (await weighedWith(shape, before))?.confidence ?? -1;
}

const ordinary: ResultShape = { rows: 3, repeats: false, nothing: false, fingerprint: 'one' };

describe('what a reading finds', () => {
  it('leaves the confidence of an ordinary result, as far ahead of others as usual, as it is', async () => {
    const [first, second] = readings;
    if (first === undefined || second === undefined) throw new Error('one reading only');
    const usual = [first, { ...second, score: first.score - coefficients.ordinaryLead ** 2 }];
    const [weighed] = await weighByData(usual, (plan) =>
      Promise.resolve({ ...ordinary, fingerprint: plan === first.plan ? 'one' : 'another' }),
    );
    expect(weighed?.confidence).toBeCloseTo(first.confidence, 2);
  });

  it('makes a reading without rows doubtful, one that only counts nothing as well', async () => {
    const found = await confidenceWith({ ...ordinary, rows: 1 });
    expect(await confidenceWith({ ...ordinary, rows: 0 })).toBeLessThan(found / 2);
    expect(await confidenceWith({ ...ordinary, rows: 1, nothing: true })).toBeLessThan(found / 2);
  });

  it('is surer of a reading where the next one finds the same rows', async () => {
    const [first, second] = readings;
    if (first === undefined || second === undefined) throw new Error('one reading only');
    const close = [first, { ...second, score: first.score - 0.01 }];
    const other = (found: string): Promise<readonly Reading[]> =>
      weighByData(close, (plan) => Promise.resolve({ ...ordinary, fingerprint: plan === first.plan ? 'one' : found }));
    const [same] = await other('one');
    const [different] = await other('another');
    expect(same?.confidence).toBeGreaterThan(different?.confidence ?? 1);
  });

  it('lets nothing be the answer of a reading that is sure, and says so', async () => {
    const empty = await weighedWith({ ...ordinary, rows: 0 }, 0.95);
    expect(empty?.confidence).toBeGreaterThanOrEqual(0.5);
    expect(empty?.assumptions.map(({ code }) => code)).toContain('nothing_found');
    expect(await confidenceWith({ ...ordinary, rows: 1, nothing: true }, 0.95)).toBeGreaterThanOrEqual(0.5);
  });

  it('makes a reading that repeats rows less sure', async () => {
    expect(await confidenceWith({ ...ordinary, repeats: true })).toBeLessThan(await confidenceWith(ordinary));
  });

  it('does not doubt names of own rows that several may have', async () => {
    const names = await proposeReadings(requestOf('list the patient names'), clinic.graph);
    const towns = await proposeReadings(requestOf('list the towns of patients'), clinic.graph);
    const lost = async (listed: readonly Reading[]): Promise<number> => {
      const found = async (repeats: boolean): Promise<number> => {
        const [first] = await weighByData(listed, () => Promise.resolve({ ...ordinary, repeats }));
        return first?.confidence ?? -1;
      };
      return (await found(false)) - (await found(true));
    };
    expect(await lost(names)).toBe(0);
    expect(await lost(towns)).toBeGreaterThan(0.1);
  });
});
