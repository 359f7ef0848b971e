import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourceTableOf } from '../catalog/source-table.js';
import { openEngine } from '../engine/duckdb-engine.js';
import type { ResultTable } from '../engine/engine.js';
import type { Request } from '../plan/run-state.js';
import { type CaseFilter, type GoldenCase, loadCases } from '../proof/golden/cases.js';
import { expectedTables } from '../proof/golden/expected-tables.js';
import { type CaseOutcome, type EvalReport, runEval } from '../proof/golden/run-eval.js';
import { answerOf, understand } from './answer.js';
import { type AnswerData, answerData } from './answer-data.js';
import { DescriptionJudge, type JudgeReport, judgeSettings } from './judge-descriptions.js';
import { ModelMeasuring, type ModelReport } from './measure-model.js';
import type { Model, ModelNote } from './model.js';
import { openMountedEngine, openSession, type Session } from './session.js';
import type { Settings } from './settings.js';
import { replacedPolicies } from './standing-policy.js';

export interface EvaluateOptions {
  readonly settings: Settings;
  readonly paths: readonly string[];
  readonly filter: CaseFilter;
  /** All of a request but its words and as-of date. */
  readonly request: Request;
  readonly resultsDirectory: string | null;
  /** Opens the model that is measured for one case; null to ask none. */
  readonly modelFor: ((scope: string, onNote: (note: ModelNote) => void) => Model) | null;
  /** Opens the model that scores the description of one answer; null to ask none. */
  readonly judgeFor: EvaluateOptions['modelFor'];
  readonly onOutcome: (outcome: CaseOutcome, done: number, total: number) => void;
  readonly onProgress: (message: string) => void;
}

/** Scores and outcomes, and what models were found to be worth where they were asked. */
export interface Evaluation extends EvalReport {
  readonly model: ModelReport | null;
  readonly judge: JudgeReport | null;
}

/**
 * Asks dpb all golden requests in one process, with one scan a data folder, and judges the answers. A request that fails
 * is an outcome; only cases that cannot be read are an error. With a model its reading of each request is judged too;
 * a judge's scores decide nothing.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const cases = loadCases(options.paths, options.filter);
  const sessions = new SessionOfCase(options.settings, options.onProgress);
  const reader = await openEngine({ threads: options.settings.threads, memoryLimit: null });
  try {
    const scoring = options.judgeFor === null ? null : new DescriptionJudge(options.judgeFor);
    const measuring = options.modelFor === null ? null : new ModelMeasuring(options.modelFor);
    const expected = (golden: GoldenCase): ReturnType<typeof expectedTables> =>
      expectedTables(golden, reader, async (given, sql) => runGoldSql(await sessions.of(given), sql));
    const report = await runEval<AnswerData>({
      cases,
      answer: async (golden) => {
        const request = { ...options.request, text: golden.request, asOf: golden.asOf ?? options.request.asOf };
        const session = await sessions.of(golden);
        const selection = await understand(session, request);
        await measuring?.ask(golden.id, session, request, selection);
        const given = answerData(await answerOf(session, request, selection, true));
        await scoring?.score(golden.id, golden.request, given);
        return given;
      },
      expected,
      resultsDirectory: options.resultsDirectory,
      onOutcome: (outcome, done) => options.onOutcome(outcome, done, cases.length),
    });
    const judge = scoring?.report(judgeSettings(options.settings.llm).model ?? '') ?? null;
    if (measuring === null) return { ...report, judge, model: null };
    const judged = await runEval<AnswerData>({
      cases,
      answer: async ({ id }) => measuring.answerTo(id),
      expected,
      resultsDirectory: null,
      onOutcome: () => undefined,
    });
    return { ...report, judge, model: measuring.report(report, judged, options.request.threshold) };
  } finally {
    reader.close();
    await sessions.close();
  }
}

async function runGoldSql(session: Session, sql: string): Promise<ResultTable> {
  const engine = await openMountedEngine(session, session.graph.catalog.datasets.map(sourceTableOf));
  try {
    return await engine.query(sql);
  } finally {
    engine.close();
  }
}

/** Keeps the session of the last case open: cases of one folder follow each other. */
class SessionOfCase {
  readonly #settings: Settings;
  readonly #onProgress: (message: string) => void;
  #open: { readonly key: string; readonly session: Session } | null = null;

  constructor(settings: Settings, onProgress: (message: string) => void) {
    this.#settings = settings;
    this.#onProgress = onProgress;
  }

  async of(golden: GoldenCase): Promise<Session> {
    const data = golden.data ?? join(golden.directory, 'bronze');
    const beside = [join(golden.directory, 'glossary.yaml'), join(dirname(data), 'glossary.yaml')];
    const glossary = golden.glossary ?? beside.find((path) => existsSync(path)) ?? null;
    const key = JSON.stringify([data, glossary]);
    if (this.#open?.key === key) return this.#open.session;
    await this.close();
    const replaced = replacedPolicies(this.#settings.workspace, [data], glossary);
    const settings = { ...this.#settings, dataRoots: [data], glossary, replacedPolicies: replaced };
    this.#open = {
      key,
      session: await openSession(settings, {
        full: false,
        onProgress: this.#onProgress,
        onUnreadable: this.#onProgress,
        onGraphNotice: this.#onProgress,
      }),
    };
    return this.#open.session;
  }

  async close(): Promise<void> {
    await this.#open?.session.close();
    this.#open = null;
  }
}
