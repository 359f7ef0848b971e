/** How well confidence tells right answers from wrong ones. */
export interface Calibration {
  /** Chance that a right answer has more confidence than a wrong one; 0.5 is guessing. */
  readonly auroc: number;
  /** Mean distance between confidence and the share that was right, over ten bins of equal count. */
  readonly expectedCalibrationError: number;
  /** Share that was right among the half with more confidence. */
  readonly surerHalfPrecision: number;
  readonly answered: number;
}

interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

const bins = 10;

/** Null where all answers were right or all wrong: nothing can be told apart then. */
export function calibrate(judged: readonly Judged[]): Calibration | null {
  const right = judged.filter((answer) => answer.right).map(({ confidence }) => confidence);
  const wrong = judged.filter((answer) => !answer.right).map(({ confidence }) => confidence);
  if (right.length === 0 || wrong.length === 0) return null;
  const sorted = [...judged].sort((left, other) => left.confidence - other.confidence);
  const surer = sorted.slice(Math.floor(sorted.length / 2));
  return {
    auroc: concordance(right, wrong),
    expectedCalibrationError: calibrationError(sorted),
    surerHalfPrecision: surer.filter((answer) => answer.right).length / surer.length,
    answered: judged.length,
  };
}

function concordance(right: readonly number[], wrong: readonly number[]): number {
  let sum = 0;
  for (const one of right) for (const other of wrong) sum += one > other ? 1 : one === other ? 0.5 : 0;
  return sum / (right.length * wrong.length);
}

function calibrationError(sorted: readonly Judged[]): number {
  const count = sorted.length;
  const distances = Array.from({ length: bins }, (_, bin) => {
    const inside = sorted.slice(Math.floor((bin * count) / bins), Math.floor(((bin + 1) * count) / bins));
    const claimed = inside.reduce((sum, { confidence }) => sum + confidence, 0);
    return Math.abs(claimed - inside.filter(({ right }) => right).length);
  });
  return distances.reduce((sum, distance) => sum + distance, 0) / count;
}
