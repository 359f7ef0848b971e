import type { Message, Question } from './llm-settings.js';
import { filledTemplate, type PromptPurpose, promptTemplate } from './prompt-template.js';

/** What an answer is judged to be: fit to be used, a refusal to answer, or wrong, in words that go back. */
export type Judgement<Fit> =
  | { readonly kind: 'fit'; readonly fit: Fit }
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'problem'; readonly problem: string };

/** What came of asking: something that can be used, or why not. */
export type Outcome<Fit> =
  | { readonly fit: Fit; readonly answers: number }
  | { readonly fit: null; readonly declined: boolean; readonly problem: string; readonly answers: number };

/** The first answer, and one for each of two problems. */
const answersMax = 3;

/** How much of an answer that cannot be used goes back with what is wrong with it. */
const answerKeptMax = 20_000;

/** How long what is wrong may be. */
const problemLengthMax = 1_500;

interface Asked {
  readonly purpose: PromptPurpose;
  /** The JSON Schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** All that the model is told beside the rules, as JSON text. */
  readonly data: string;
  readonly ask: (question: Question) => Promise<string>;
}

/** Asks with the templates of the purpose; what `judge` finds wrong goes back, at most twice. What `ask` raises is passed on. */
export async function askWithRepairs<Fit>(
  { purpose, schema, data, ask }: Asked,
  judge: (text: string) => Promise<Judgement<Fit>>,
): Promise<Outcome<Fit>> {
  const template = (part: string): string => promptTemplate(purpose, part);
  let messages: readonly Message[] = [
    { role: 'system', content: template('system') },
    { role: 'user', content: filledTemplate(template('request'), { data }) },
  ];
  let problem = '';
  for (let answers = 1; answers <= answersMax; answers += 1) {
    const text = await ask({ purpose, messages, schema: { name: purpose, schema } });
    const judged = await judge(text);
    if (judged.kind === 'fit') return { fit: judged.fit, answers };
    if (judged.kind === 'none') return { fit: null, declined: true, problem: judged.reason, answers };
    problem = judged.problem.slice(0, problemLengthMax);
    messages = [
      ...messages,
      { role: 'assistant', content: text.slice(0, answerKeptMax) },
      { role: 'user', content: filledTemplate(template('repair'), { problem: JSON.stringify(problem) }) },
    ];
  }
  return { fit: null, declined: false, problem, answers: answersMax };
}
