import type { KnowledgeGraph } from '../../catalog/catalog.js';
import { askWithRepairs } from '../../llm/ask-with-repairs.js';
import type { Question } from '../../llm/llm-settings.js';
import type { SemanticPlan } from '../../plan/query.js';
import type { Reading } from '../../plan/reading.js';
import type { Request } from '../../plan/run-state.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { intentAnswerSchema } from './answer-schema.js';
import { catalogSlice, type Search } from './catalog-slice.js';
import { judgeAnswer } from './judge-answer.js';
import { modelReading } from './model-reading.js';
import { suspiciousTexts } from './suspicious.js';

interface Asking {
  readonly ask: (question: Question) => Promise<string>;
  /** Why the plan cannot be compiled or run; null where it can. */
  readonly trial: (plan: SemanticPlan) => Promise<string | null>;
  /** Whether values of the data may be shown. */
  readonly values: boolean;
  /** What the request means in the catalog; asked where not all of it is shown. */
  readonly search: Search;
  /** Told of texts that look like instructions to a model. */
  readonly onSuspicion: (texts: readonly string[]) => void;
}

/** What came of asking a model: its reading, or why there is none that can be used. */
export type Proposal =
  | { readonly reading: Reading; readonly answers: number }
  | {
      readonly reading: null;
      readonly problem: string;
      /** It names nothing that is missing, and has no plan all the same: plans may not be able to say it. */
      readonly isBeyondPlan: boolean;
      readonly answers: number;
    };

/**
 * Asks a model to read the request. Request and catalog are data of the prompt; the answer is judged by our own validators,
 * and what is wrong with it goes back, at most twice. What `ask` raises is passed on.
 */
export async function proposeByModel(
  request: Request,
  graph: KnowledgeGraph,
  readings: readonly Reading[],
  { ask, trial, values, search, onSuspicion }: Asking,
): Promise<Proposal> {
  const slice = await catalogSlice(graph.catalog, request.text, readings, { values, search });
  const suspicious = suspiciousTexts([slice.data, request.text]);
  if (suspicious.length > 0) onSuspicion(suspicious);
  const data = canonicalJson({ catalog: slice.data, request: request.text });
  const schema = intentAnswerSchema();
  let isBeyondPlan = false;
  const outcome = await askWithRepairs({ purpose: 'intent', schema, data, ask }, async (text) => {
    const judged = await judgeAnswer(text, request, slice, graph);
    // What is not in the data cannot be made of it by any SQL either.
    if (judged.kind === 'none') {
      isBeyondPlan = judged.missing.length === 0;
      return { kind: 'none', reason: missingText(judged.missing) };
    }
    const trouble = judged.kind === 'problem' ? judged.problem : await trial(judged.plan);
    if (judged.kind === 'plan' && trouble === null) return { kind: 'fit', fit: judged };
    return { kind: 'problem', problem: trouble ?? '' };
  });
  const { fit, answers } = outcome;
  if (fit === null) return { reading: null, problem: outcome.problem, isBeyondPlan, answers };
  return { reading: modelReading(fit.plan, fit.stored, request, readings, graph.catalog), answers };
}

function missingText(missing: readonly string[]): string {
  return missing.length === 0
    ? 'it found no reading'
    : `it found nothing in the data for ${missing.map((word) => `"${word}"`).join(', ')}`;
}
