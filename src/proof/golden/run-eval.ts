import { join } from 'node:path';
import type { CellValue } from '../../engine/engine.js';
import { makeDirectory, writeTextAtomic } from '../../support/atomic-files.js';
import { messageOf } from '../../support/errors.js';
import { type Calibration, calibrate } from './calibration.js';
import type { GoldenCase } from './cases.js';
import { type ComparedTable, compareTables } from './compare-tables.js';

/** What must be known of an answer to judge it; the rest of the JSON of a reading goes into the results file as it is. */
export interface GoldenAnswer {
  readonly status: string;
  readonly confidence: number | null;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** How one case ended. `answered` false is never counted as wrong. */
export interface CaseOutcome {
  readonly id: string;
  readonly directory: string;
  readonly request: string;
  readonly category: string;
  readonly status: string;
  readonly answered: boolean;
  readonly strict: boolean;
  readonly lenient: boolean;
  readonly reason: string;
  readonly confidence: number | null;
}

export interface CategoryScore {
  readonly category: string;
  readonly cases: number;
  readonly answered: number;
  readonly right: number;
  readonly lenient: number;
  /** Right of all cases, and of the answered ones (null where none was). */
  readonly accuracy: number;
  readonly precision: number | null;
}

export interface EvalReport {
  /** `all` first, then the categories in order of appearance. */
  readonly scores: readonly CategoryScore[];
  readonly calibration: Calibration | null;
  readonly outcomes: readonly CaseOutcome[];
}

export interface EvalOptions<Answer extends GoldenAnswer> {
  readonly cases: readonly GoldenCase[];
  /** Answers the case's request; what it throws counts as not answered, with the message as reason. */
  readonly answer: (golden: GoldenCase) => Promise<Answer>;
  readonly expected: (golden: GoldenCase) => Promise<readonly ComparedTable[]>;
  /** Where `<id>.json` of each case is written; null for nowhere. */
  readonly resultsDirectory: string | null;
  readonly onOutcome: (outcome: CaseOutcome, done: number) => void;
}

/** Asks every case in turn and judges the rows as the benchmark's referee does. */
export async function runEval<Answer extends GoldenAnswer>(options: EvalOptions<Answer>): Promise<EvalReport> {
  if (options.resultsDirectory !== null) makeDirectory(options.resultsDirectory);
  const outcomes: CaseOutcome[] = [];
  for (const golden of options.cases) {
    const outcome = await judgeCase(golden, options);
    outcomes.push(outcome);
    options.onOutcome(outcome, outcomes.length);
  }
  return reportOf(outcomes);
}

/** The scores of outcomes, however they were come by. */
function reportOf(outcomes: readonly CaseOutcome[]): EvalReport {
  const categories = [...new Set(outcomes.map(({ category }) => category))];
  const scores = [
    scoreOf('all', outcomes),
    ...categories.map((category) =>
      scoreOf(
        category,
        outcomes.filter((outcome) => outcome.category === category),
      ),
    ),
  ];
  // As the referee does, every outcome with a confidence counts that was answered.
  const judged = outcomes.flatMap(({ answered, confidence, strict }) =>
    answered && confidence !== null ? [{ confidence, right: strict }] : [],
  );
  return { scores, calibration: calibrate(judged), outcomes };
}

async function judgeCase<Answer extends GoldenAnswer>(
  golden: GoldenCase,
  options: EvalOptions<Answer>,
): Promise<CaseOutcome> {
  const { id, directory, request, category } = golden;
  const unanswered = {
    id,
    directory,
    request,
    category,
    answered: false,
    strict: false,
    lenient: false,
    confidence: null,
  };
  let answer: Answer;
  try {
    answer = await options.answer(golden);
  } catch (thrown) {
    return { ...unanswered, status: 'failed', reason: messageOf(thrown) };
  }
  writeResult(id, answer, options.resultsDirectory);
  const { status, confidence } = answer;
  if (golden.expectStatus !== null) {
    const isRight = status === golden.expectStatus;
    const reason = isRight ? '' : `${status} instead of ${golden.expectStatus}`;
    return { ...unanswered, status, answered: status === 'answered', strict: isRight, lenient: isRight, reason };
  }
  if (status !== 'answered') return { ...unanswered, status, reason: status };
  const judged = { ...unanswered, status, answered: true, confidence };
  try {
    const actual = { columns: answer.columns.map(({ name }) => name), rows: answer.rows };
    const { strict, lenient, reason } = compareTables(actual, await options.expected(golden), {
      ordered: golden.ordered,
      orderBy: golden.orderBy,
    });
    return { ...judged, strict, lenient, reason };
  } catch (thrown) {
    return { ...judged, reason: messageOf(thrown) };
  }
}

function writeResult(id: string, answer: GoldenAnswer, resultsDirectory: string | null): void {
  if (resultsDirectory === null) return;
  writeTextAtomic(join(resultsDirectory, `${id}.json`), `${JSON.stringify({ id, ...answer })}\n`);
}

function scoreOf(category: string, outcomes: readonly CaseOutcome[]): CategoryScore {
  const count = (test: (outcome: CaseOutcome) => boolean): number => outcomes.filter(test).length;
  const answered = count((outcome) => outcome.answered);
  const right = count((outcome) => outcome.strict);
  return {
    category,
    cases: outcomes.length,
    answered,
    right,
    lenient: count((outcome) => outcome.lenient),
    accuracy: outcomes.length === 0 ? 0 : right / outcomes.length,
    precision: answered === 0 ? null : count((outcome) => outcome.answered && outcome.strict) / answered,
  };
}
