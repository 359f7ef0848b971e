import type { ModelTrust } from '../../plan/model-trust.js';

/** What was seen of one request: how sure the deterministic reading was, and which of the two gave the right rows. */
export interface JudgedPair {
  readonly sureness: number;
  /** Whether the rows without a model were an answer, and right. */
  readonly answered: boolean;
  readonly right: boolean;
  /** `agreed`: both read the same; `none`: the model gave no reading that could be taken. */
  readonly model: 'agreed' | 'differs' | 'none';
  /** Whether the model's rows are right; false where it gave none. */
  readonly modelRight: boolean;
}

/** A gain must be larger than this many standard deviations of what chance alone would give. */
const deviations = 1.64;
/** Above all sureness there is: the model is taken wherever it differs. */
const always = 1.001;

/**
 * The trust that the pairs show a model to deserve: it is taken below the sureness at which most is gained, and nowhere unless
 * the gain is larger than chance explains. Shares are as of one more right and one more wrong, so that few cases claim little.
 */
export function measuredTrust(pairs: readonly JudgedPair[]): ModelTrust {
  const differing = pairs.filter(({ model }) => model === 'differs');
  const bounds = [...new Set(differing.map(({ sureness }) => sureness))].sort((left, right) => left - right);
  let best = { below: 0, gain: 0 };
  for (const below of [...bounds.slice(1), always]) {
    const taken = differing.filter(({ sureness }) => sureness < below);
    const won = taken.filter(({ right, modelRight }) => modelRight && !right).length;
    const lost = taken.filter(({ right, modelRight }) => !modelRight && right).length;
    if (won - lost > best.gain && won - lost >= deviations * Math.sqrt(won + lost)) best = { below, gain: won - lost };
  }
  const taken = differing.filter(({ sureness }) => sureness < best.below);
  const agreed = pairs.filter(({ model }) => model === 'agreed');
  return { below: best.below, right: shareRight(taken), agreed: shareRight(agreed) };
}

function shareRight(pairs: readonly JudgedPair[]): number {
  const right = pairs.filter(({ modelRight }) => modelRight).length;
  return Math.round(((right + 1) / (pairs.length + 2)) * 1000) / 1000;
}

/** Answered and right, of all requests. */
export interface Tally {
  readonly answered: number;
  readonly right: number;
  readonly accuracy: number;
  /** Null where nothing was answered. */
  readonly precision: number | null;
}

/** What comes of the pairs by the rule of arbitration, with that trust and that threshold of confidence. */
export function tallyOf(
  pairs: readonly JudgedPair[],
  trustAt: (place: number) => ModelTrust,
  threshold: number,
): Tally {
  const ends = pairs.map((pair, place) => endOf(pair, trustAt(place), threshold));
  return tally(ends);
}

/** Each reader alone. */
export function talliesAlone(pairs: readonly JudgedPair[]): { readonly deterministic: Tally; readonly model: Tally } {
  return {
    deterministic: tally(pairs),
    model: tally(pairs.map(({ model, modelRight }) => ({ answered: model !== 'none', right: modelRight }))),
  };
}

interface End {
  readonly answered: boolean;
  readonly right: boolean;
}

function endOf(pair: JudgedPair, trust: ModelTrust, threshold: number): End {
  if (pair.model === 'agreed' && !pair.answered) {
    const answered = trust.agreed >= threshold;
    return { answered, right: answered && pair.modelRight };
  }
  const isTaken = pair.model === 'differs' && pair.sureness < trust.below && trust.right >= threshold;
  return isTaken ? { answered: true, right: pair.modelRight } : pair;
}

function tally(ends: readonly End[]): Tally {
  const answered = ends.filter((end) => end.answered).length;
  const right = ends.filter((end) => end.right).length;
  const accuracy = ends.length === 0 ? 0 : right / ends.length;
  return { answered, right, accuracy, precision: answered === 0 ? null : right / answered };
}

/** Parts of the pairs, each judged by what the other parts show: what the rule is worth on requests it was not measured on. */
const folds = 5;

/** Accuracy where each fifth of the pairs is decided by the trust that the others show. */
export function crossChecked(pairs: readonly JudgedPair[], threshold: number): Tally {
  const trusts = Array.from({ length: folds }, (_, fold) =>
    measuredTrust(pairs.filter((_pair, place) => place % folds !== fold)),
  );
  const untrusted: ModelTrust = { below: 0, right: 0, agreed: 0 };
  return tallyOf(pairs, (place) => trusts[place % folds] ?? untrusted, threshold);
}
