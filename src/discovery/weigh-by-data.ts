import type { Query, SemanticPlan } from '../plan/query.js';
import type { Reading, ResultShape } from '../plan/reading.js';
import { coefficients } from './data-coefficients.js';

/** Runs a plan on the data and tells the shape of its result; null where it cannot be run. */
export type Probe = (plan: SemanticPlan) => Promise<ResultShape | null>;

/** How many readings are run at most until one has rows. */
const probedMax = 3;
/** A reading that is behind by more is no rival. */
const rivalMargin = 0.5;
/** Scores of one request differ by less: a reading without rows comes after those with rows. */
const emptyCost = 10;

/**
 * Weighs readings by what they find in the data. People ask for what there is: a reading without rows has rather mistaken a
 * condition, one that repeats rows has rather mistaken what a row stands for. The first reading is run, and the next ones
 * while nothing was found. Then those behind it are run until one finds other rows: readings that find the same are no
 * rivals, and the further ahead of the first other one it is, the surer it is. Readings in which a word found nothing are
 * left as they are.
 */
export async function weighByData(readings: readonly Reading[], probe: Probe): Promise<readonly Reading[]> {
  const results = new Map<Reading, ResultShape>();
  const usable = readings
    .filter(({ unresolved, echo }) => unresolved.length === 0 && echo !== '')
    .toSorted((left, right) => right.score - left.score);
  const run = async (reading: Reading): Promise<ResultShape | null> => {
    const result = await probe(reading.plan);
    if (result !== null) results.set(reading, result);
    return result;
  };
  let best: Reading | null = null;
  for (const reading of usable.slice(0, probedMax)) {
    const result = await run(reading);
    if (result === null) break;
    if (result.rows > 0) best = reading;
    if (best !== null) break;
  }
  const lead = best === null ? null : await leadOf(best, usable, results, run);
  return readings.map((reading) => {
    const result = results.get(reading);
    if (result === undefined) return reading;
    if (reading === best) return foundBy(reading, result, lead);
    const score = best !== null && result.rows === 0 ? reading.score - emptyCost : reading.score;
    return { ...foundBy(reading, result, null), score };
  });
}

/** How far the best reading is ahead of the next one that finds other rows, at most `rivalMargin`. */
async function leadOf(
  best: Reading,
  usable: readonly Reading[],
  results: ReadonlyMap<Reading, ResultShape>,
  run: (reading: Reading) => Promise<ResultShape | null>,
): Promise<number> {
  const found = results.get(best);
  for (const reading of usable) {
    if (results.has(reading)) continue;
    const behind = best.score - reading.score;
    if (behind >= rivalMargin) break;
    const result = await run(reading);
    if (result !== null && result.rows > 0 && !findsSame(found, result)) return behind;
  }
  return rivalMargin;
}

/** Whether two results hold equal rows. */
export function findsSame(left: ResultShape | null | undefined, right: ResultShape | null | undefined): boolean {
  const fingerprint = left?.fingerprint ?? null;
  return fingerprint !== null && fingerprint === right?.fingerprint;
}

/** A reading this sure that says values as they are in the data may well find nothing: then that is the answer. */
const sureMin = 0.9;
const trustedNothing = 0.5;

/** The reading with what it found, and how sure it is then; where it found nothing, that is said. */
function foundBy(reading: Reading, result: ResultShape, lead: number | null): Reading {
  const confidence = confidenceAfter(reading, result, lead);
  if (result.rows > 0 && !result.nothing) return { ...reading, result, confidence };
  const sure = reading.confidence >= sureMin && !reading.assumptions.some(({ code }) => code === 'value');
  const text = 'No rows of the data are counted: the answer is nothing, or 0.';
  return {
    ...reading,
    result,
    confidence: sure ? Math.max(confidence, trustedNothing) : confidence,
    assumptions: [...reading.assumptions, { code: 'nothing_found', text }],
  };
}

/** The confidence of a reading once the shape of its result is known, 0 to 1, to three digits. */
function confidenceAfter(
  { plan, confidence }: Reading,
  { rows, repeats, nothing }: ResultShape,
  lead: number | null,
): number {
  const before = Math.min(0.999, Math.max(0.001, confidence));
  const sum =
    Math.log(before / (1 - before)) +
    (rows === 0 ? coefficients.empty : 0) +
    (rows === 1 ? coefficients.single : 0) +
    (repeats && !mayShareNames(plan.query) ? coefficients.repeats : 0) +
    (nothing ? coefficients.nothing : 0) +
    (lead === null ? 0 : coefficients.lead * (Math.sqrt(lead) - coefficients.ordinaryLead));
  return Math.round(1000 / (1 + Math.exp(-sum))) / 1000;
}

/**
 * Whether rows that are equal are still different members: things of one table by their names, which several may have.
 * @public the coefficients are fitted without these (tests/bench/readings.mjs)
 */
export function mayShareNames(query: Query): boolean {
  if (query.kind !== 'detail' || query.distinct) return false;
  const columns = query.columns.flatMap(({ shown, expression }) => (shown ? [expression] : []));
  const own = columns.filter((expression) => expression.kind === 'column' && expression.table === query.home);
  const named = own.some((expression) => expression.kind === 'column' && /(?:name|title)$/iu.test(expression.column));
  return named && own.length === columns.length;
}
