import type { KnowledgeGraph } from '../../catalog/catalog.js';
import type { Message, Question } from '../../llm/llm-settings.js';
import { filledTemplate, promptTemplate } from '../../llm/prompt-template.js';
import type { SemanticPlan } from '../../plan/query.js';
import type { Reading } from '../../plan/reading.js';
import type { Request } from '../../plan/run-state.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { intentAnswerSchema } from './answer-schema.js';
import { catalogSlice } from './catalog-slice.js';
import { judgeAnswer } from './judge-answer.js';
import { modelReading } from './model-reading.js';
import { suspiciousTexts } from './suspicious.js';

/** What a model's answer is told, and how often: its first answer, and one for each of two problems. */
const answersMax = 3;

interface Asking {
  readonly ask: (question: Question) => Promise<string>;
  /** Why the plan cannot be compiled or run; null where it can. */
  readonly trial: (plan: SemanticPlan) => Promise<string | null>;
  /** Whether values of the data may be shown. */
  readonly values: boolean;
  /** Told of texts that look like instructions to a model. */
  readonly onSuspicion: (texts: readonly string[]) => void;
}

/** What came of asking a model: its reading, or why there is none that can be used. */
export type Proposal =
  | { readonly reading: Reading; readonly answers: number }
  | { readonly reading: null; readonly problem: string; readonly answers: number };

/**
 * Asks a model to read the request. Request and catalog are data of the prompt; the answer is judged by our own validators,
 * and what is wrong with it goes back, at most twice. What `ask` raises is passed on.
 */
export async function proposeByModel(
  request: Request,
  graph: KnowledgeGraph,
  readings: readonly Reading[],
  { ask, trial, values, onSuspicion }: Asking,
): Promise<Proposal> {
  const slice = catalogSlice(graph.catalog, request.text, readings, { values });
  const template = (part: string): string => promptTemplate('intent', part);
  const suspicious = suspiciousTexts([slice.data, request.text]);
  if (suspicious.length > 0) onSuspicion(suspicious);
  const data = canonicalJson({ catalog: slice.data, request: request.text });
  let messages: readonly Message[] = [
    { role: 'system', content: template('system') },
    { role: 'user', content: filledTemplate(template('request'), { data }) },
  ];
  let problem = '';
  for (let answers = 1; answers <= answersMax; answers += 1) {
    const question = { purpose: 'intent', messages, schema: { name: 'intent', schema: intentAnswerSchema() } };
    const text = await ask(question);
    const judged = await judgeAnswer(text, request, slice, graph);
    if (judged.kind === 'none') return { reading: null, problem: missingText(judged.missing), answers };
    const trouble = judged.kind === 'problem' ? judged.problem : await trial(judged.plan);
    if (judged.kind === 'plan' && trouble === null)
      return { reading: modelReading(judged.plan, judged.stored, request, readings), answers };
    problem = trouble ?? '';
    messages = [
      ...messages,
      { role: 'assistant', content: text.slice(0, answerKeptMax) },
      { role: 'user', content: filledTemplate(template('repair'), { problem: JSON.stringify(problem) }) },
    ];
  }
  return { reading: null, problem, answers: answersMax };
}

/** How much of an answer that cannot be used goes back with what is wrong with it. */
const answerKeptMax = 20_000;

function missingText(missing: readonly string[]): string {
  return missing.length === 0
    ? 'it found no reading'
    : `it found nothing in the data for ${missing.map((word) => `"${word}"`).join(', ')}`;
}
