import { arbitrate, surenessOf } from '../discovery/arbitrate.js';
import type { ModelTrust } from '../plan/model-trust.js';
import type { Selection } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import {
  crossChecked,
  type JudgedPair,
  measuredTrust,
  type Tally,
  talliesAlone,
  tallyOf,
} from '../proof/golden/measure-model.js';
import type { EvalReport } from '../proof/golden/run-eval.js';
import { dpbError } from '../support/errors.js';
import { answerOf } from './answer.js';
import { type AnswerData, answerData } from './answer-data.js';
import { outcomeOf, readByModel } from './consult-model.js';
import type { Model, ModelNote } from './model.js';
import type { Session } from './session.js';

/** What `dpb eval --llm` found of a model. Money in dollars, times in milliseconds. */
export interface ModelReport {
  readonly trust: ModelTrust;
  readonly cases: number;
  readonly deterministic: Tally;
  readonly model: Tally;
  /** Both by the rule of arbitration with this trust, on the same requests; and each fifth by what the rest shows. */
  readonly both: Tally;
  readonly crossChecked: Tally;
  readonly calls: number;
  readonly cached: number;
  readonly dollars: number;
  readonly latencyMedianMs: number | null;
  readonly latencyP95Ms: number | null;
}

/** Takes the model's reading wherever it differs: to judge it alone. */
const whole: ModelTrust = { below: 2, right: 1, agreed: 1 };

interface Seen {
  readonly sureness: number;
  readonly model: JudgedPair['model'];
  readonly answer: AnswerData | null;
}

/** Lets a model read each case beside the deterministic reading, and judges what both are worth. */
export class ModelMeasuring {
  readonly #open: (scope: string, onNote: (note: ModelNote) => void) => Model;
  readonly #seen = new Map<string, Seen>();
  readonly #notes: ModelNote[] = [];

  constructor(open: (scope: string, onNote: (note: ModelNote) => void) => Model) {
    this.#open = open;
  }

  /** Asks the model; a model that fails has no reading of this case. */
  async ask(id: string, session: Session, request: Request, selection: Selection): Promise<void> {
    const model = this.#open(id, (note) => this.#notes.push(note));
    const sureness = surenessOf(selection);
    const { reading } = await readByModel(selection, session, request, { ...model, required: false });
    if (reading === null) {
      this.#seen.set(id, { sureness, model: 'none', answer: null });
      return;
    }
    const decided = arbitrate(selection, reading, whole, { ...request, strict: false }, session.graph.catalog);
    const outcome = outcomeOf(selection, decided);
    const answer = outcome === 'alternative' ? null : answerData(await answerOf(session, request, decided, true));
    const kind = { agreed: 'agreed', taken: 'differs', alternative: 'none' } as const;
    this.#seen.set(id, { sureness, model: kind[outcome], answer });
  }

  /** What the model's reading of the case gave. Raises `llm.unusable` where it gave none. */
  answerTo(id: string): AnswerData {
    const answer = this.#seen.get(id)?.answer ?? null;
    if (answer === null) throw dpbError('llm.unusable', { problem: 'there is none' });
    return answer;
  }

  /** The report over the cases as they were judged without the model and by its readings alone. */
  report(without: EvalReport, alone: EvalReport, threshold: number): ModelReport {
    const byModel = new Map(alone.outcomes.map((outcome) => [outcome.id, outcome]));
    const pairs = without.outcomes.flatMap(({ id, answered, strict }): readonly JudgedPair[] => {
      const seen = this.#seen.get(id);
      if (seen === undefined) return [];
      const modelRight = seen.model !== 'none' && byModel.get(id)?.strict === true;
      return [{ sureness: seen.sureness, answered, right: strict, model: seen.model, modelRight }];
    });
    const trust = measuredTrust(pairs);
    const calls = this.#notes.flatMap((note) => (note.kind === 'call' ? [note.call] : []));
    const times = calls
      .filter(({ attempts }) => attempts > 0)
      .map(({ milliseconds }) => milliseconds)
      .sort((left, right) => left - right);
    return {
      trust,
      cases: pairs.length,
      ...talliesAlone(pairs),
      both: tallyOf(pairs, () => trust, threshold),
      crossChecked: crossChecked(pairs, threshold),
      calls: calls.reduce((sum, { attempts }) => sum + attempts, 0),
      cached: calls.filter(({ outcome }) => outcome === 'cached').length,
      dollars: calls.reduce((sum, { dollars }) => sum + dollars, 0),
      latencyMedianMs: times[Math.floor(times.length / 2)] ?? null,
      latencyP95Ms: times[Math.floor(times.length * 0.95)] ?? null,
    };
  }
}
