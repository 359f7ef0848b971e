import { z } from 'zod';
import { answerObject } from '../llm/answer-object.js';
import { askWithRepairs } from '../llm/ask-with-repairs.js';
import type { LlmSettings } from '../llm/llm-settings.js';
import { jsonSchemaOf } from '../plan/json-schema.js';
import { canonicalJson } from '../support/canonical-json.js';
import { DpbError } from '../support/errors.js';
import type { AnswerData } from './answer-data.js';
import type { Model, ModelNote } from './model.js';

const verdictSchema = z.object({ score: z.int().min(1).max(5), reason: z.string().max(500) }).strict();

/** What a judge said of a description: 1 (it misleads) to 5 (it says exactly what was computed and asked). */
export type Verdict = z.infer<typeof verdictSchema>;

/** What a judge model found. It decides nothing: neither what is right nor how a command ends. Money in dollars. */
export interface JudgeReport {
  readonly model: string;
  /** Null where nothing was scored. */
  readonly mean: number | null;
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Descriptions that it gave no score, with the reason. */
  readonly unscored: Readonly<Record<string, string>>;
  readonly dollars: number;
}

/** The JSON Schema of what a judge answers. */
export function judgeAnswerSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(verdictSchema);
}

/** The settings by which a judge is asked: the model that is named for it, else the one that reads requests. */
export function judgeSettings(settings: LlmSettings): LlmSettings {
  const { judge } = settings;
  return judge === null ? settings : { ...settings, model: judge.model, price: judge.price };
}

/** Lets a model score how well the readings of answered requests are put into words. */
export class DescriptionJudge {
  readonly #open: (scope: string, onNote: (note: ModelNote) => void) => Model;
  readonly #verdicts: Record<string, Verdict> = {};
  readonly #unscored: Record<string, string> = {};
  #dollars = 0;

  constructor(open: (scope: string, onNote: (note: ModelNote) => void) => Model) {
    this.#open = open;
  }

  /** Scores one answer. A request without a reading has no description; a judge that fails leaves no score. */
  async score(id: string, request: string, { reading, columns }: AnswerData): Promise<void> {
    if (reading === null) return;
    const model = this.#open(`judge ${id}`, (note) => {
      if (note.kind === 'call') this.#dollars += note.call.dollars;
    });
    const data = canonicalJson({ request, description: reading, columns: columns.map(({ name }) => name) });
    const asked = { purpose: 'judge', schema: judgeAnswerSchema(), data, ask: model.ask } as const;
    try {
      const { fit, ...others } = await askWithRepairs<Verdict>(asked, async (text) => {
        const verdict = verdictSchema.safeParse(answerObject(text));
        if (verdict.success) return { kind: 'fit', fit: verdict.data };
        return { kind: 'problem', problem: z.prettifyError(verdict.error) };
      });
      if (fit !== null) this.#verdicts[id] = fit;
      else this.#unscored[id] = 'problem' in others ? others.problem : 'it gave none';
    } catch (thrown) {
      if (!(thrown instanceof DpbError) || !thrown.code.startsWith('llm.')) throw thrown;
      this.#unscored[id] = thrown.message;
    }
  }

  report(model: string): JudgeReport {
    const scores = Object.values(this.#verdicts).map(({ score }) => score);
    const mean = scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return { model, mean, verdicts: this.#verdicts, unscored: this.#unscored, dollars: this.#dollars };
  }
}
