import type { SemanticPlan } from '../plan/query.js';
import type { Reading, ResultShape } from '../plan/reading.js';
import { coefficients } from './data-coefficients.js';

/** Runs a plan on the data and tells the shape of its result; null where it cannot be run. */
export type Probe = (plan: SemanticPlan) => Promise<ResultShape | null>;

/** How many readings are run at most: the next one only where the ones before gave no rows. */
const probedMax = 3;
/** Scores of one request differ by less: a reading without rows comes after those with rows. */
const emptyCost = 10;

/**
 * Weighs readings by what they find in the data. People ask for what there is: a reading without rows has rather mistaken a
 * condition, one that repeats rows has rather mistaken what a row stands for. The first reading is run, and the next ones
 * only while nothing was found. Readings in which a word found nothing are left as they are.
 */
export async function weighByData(readings: readonly Reading[], probe: Probe): Promise<readonly Reading[]> {
  const weighed = new Map<Reading, Reading>();
  const usable = readings
    .filter(({ unresolved, echo }) => unresolved.length === 0 && echo !== '')
    .toSorted((left, right) => right.score - left.score)
    .slice(0, probedMax);
  for (const reading of usable) {
    const result = await probe(reading.plan);
    if (result === null) break;
    weighed.set(reading, { ...reading, result, confidence: confidenceAfter(reading.confidence, result) });
    if (result.rows > 0) break;
  }
  const found = [...weighed.values()].some(({ result }) => result !== null && result.rows > 0);
  return readings.map((reading) => {
    const known = weighed.get(reading) ?? reading;
    return found && known.result?.rows === 0 ? { ...known, score: known.score - emptyCost } : known;
  });
}

/** The confidence of a reading once the shape of its result is known, 0 to 1, to three digits. */
function confidenceAfter(confidence: number, { rows, repeats, nothing }: ResultShape): number {
  const before = Math.min(0.999, Math.max(0.001, confidence));
  const sum =
    Math.log(before / (1 - before)) +
    (rows === 0 ? coefficients.empty : 0) +
    (rows === 1 ? coefficients.single : 0) +
    (repeats ? coefficients.repeats : 0) +
    (nothing ? coefficients.nothing : 0);
  return Math.round(1000 / (1 + Math.exp(-sum))) / 1000;
}
