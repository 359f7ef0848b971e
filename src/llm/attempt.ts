import { z } from 'zod';
import { messageOf } from '../support/errors.js';
import type { ReadTrouble } from './bounded-fetch.js';
import type { AttemptOutcome } from './ledger.js';
import type { LlmSettings, Question, TokenUsage } from './llm-settings.js';
import { strictSchema } from './strict-schema.js';

/** What came of one HTTP request. */
export type Attempt =
  | { readonly kind: 'answered'; readonly text: string; readonly usage: TokenUsage | null }
  | {
      readonly kind: 'failed';
      readonly outcome: Exclude<AttemptOutcome, 'answered' | 'overbilled'>;
      readonly reason: string;
      /** Whether the same request may do better. */
      readonly again: boolean;
      /** Whether the server may have worked, and bills it. */
      readonly billed: boolean;
      /** What the server asks to wait; null where it says nothing that can be read. */
      readonly retryAfterMs: number | null;
    };

type Failed = Extract<Attempt, { kind: 'failed' }>;

/** Sends the question once. Gives what came of it, also where that is a failure; throws only bugs. */
export async function attemptQuestion(
  question: Question,
  settings: LlmSettings,
  deadline: AbortSignal,
  now: () => number,
): Promise<Attempt> {
  // Loaded when a model is asked: most commands never are.
  const { OpenAI, APIError } = await import('openai');
  const { boundedFetch } = await import('./bounded-fetch.js');
  const bounded = boundedFetch(settings.answerBytesMax, deadline);
  const client = new OpenAI({
    apiKey: settings.key() ?? '',
    baseURL: settings.baseUrl,
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
    timeout: settings.deadlineMs,
    fetch: bounded.fetch,
  });
  try {
    if (question.form === 'vectors') {
      const input = question.messages.map(({ content }) => content);
      const body = { model: settings.model, input, encoding_format: 'float' };
      return vectorsAnswered(await client.post('/embeddings', { body }), input.length);
    }
    const answer: unknown = await client.post('/chat/completions', { body: bodyOf(question, settings) });
    return answered(answer);
  } catch (thrown) {
    const trouble = bounded.trouble();
    if (trouble !== null) return troubled(trouble);
    if (thrown instanceof APIError && thrown.status !== undefined)
      return refused(thrown.status, messageOf(thrown), thrown.headers, thrown.code ?? null, now());
    // The body was read whole; what throws now is that it is no JSON.
    return failure('unreadable', `the answer cannot be read: ${messageOf(thrown)}`, { again: true, billed: true });
  }
}

function bodyOf({ messages, schema }: Question, settings: LlmSettings): Record<string, unknown> {
  const { model, answerForm, outputLimit, outputTokensMax, temperature } = settings;
  const form =
    answerForm === 'json_schema'
      ? { type: answerForm, json_schema: { name: schema.name, strict: true, schema: strictSchema(schema.schema) } }
      : { type: answerForm };
  return {
    model,
    messages,
    [outputLimit]: outputTokensMax,
    ...(temperature === null ? {} : { temperature }),
    ...(answerForm === 'text' ? {} : { response_format: form }),
  };
}

const answerSchema = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }) }))
    .min(1),
});
const count = z.int().min(0).max(1_000_000_000);
const usageSchema = z.object({ usage: z.object({ prompt_tokens: count, completion_tokens: count }) });

function answered(answer: unknown): Attempt {
  const counted = usageSchema.safeParse(answer);
  const usage = counted.success
    ? { input: counted.data.usage.prompt_tokens, output: counted.data.usage.completion_tokens }
    : null;
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success)
    return failure('unreadable', 'the answer is not one of a chat completion', { again: true, billed: true });
  const message = parsed.data.choices[0]?.message;
  const text = message?.content ?? '';
  if (text === '' && message?.refusal) return failure('refused', 'the model refused to answer', { billed: true });
  return { kind: 'answered', text, usage };
}

const vectorsSchema = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1).max(8192) })),
});
const vectorsUsageSchema = z.object({ usage: z.object({ prompt_tokens: count }) });

/** The text of the answer is the list of vectors, one for each text, all as long as each other. */
function vectorsAnswered(answer: unknown, texts: number): Attempt {
  const counted = vectorsUsageSchema.safeParse(answer);
  const usage = counted.success ? { input: counted.data.usage.prompt_tokens, output: 0 } : null;
  const parsed = vectorsSchema.safeParse(answer);
  const found = new Map(parsed.data?.data.map(({ index, embedding }) => [index, embedding]));
  const vectors = Array.from({ length: texts }, (_none, place) => found.get(place) ?? []);
  const size = vectors[0]?.length ?? 0;
  if (size === 0 || vectors.some((vector) => vector.length !== size || !vector.every(Number.isFinite)))
    return failure('unreadable', 'the answer has not a vector for each text', { again: true, billed: true });
  return { kind: 'answered', text: JSON.stringify(vectors), usage };
}

function troubled(trouble: ReadTrouble): Failed {
  switch (trouble.kind) {
    case 'unreachable':
      return failure('unreachable', `no answer: ${trouble.reason}`, { again: true, billed: trouble.sent });
    case 'too_slow':
      return failure('too_slow', 'no whole answer within the deadline', { billed: true });
    case 'too_large':
      return failure('too_large', 'the answer is larger than any that is meant', { billed: true });
    case 'cut':
      return failure('unreadable', `the answer broke off: ${trouble.reason}`, { again: true, billed: true });
  }
}

const busyStatuses = [408, 409, 425, 429];

function refused(
  status: number,
  reason: string,
  headers: Headers | undefined,
  code: string | null,
  now: number,
): Failed {
  const retryAfterMs = retryAfterOf(headers?.get('retry-after') ?? null, now);
  if (status >= 500) return failure('server_error', reason, { again: true, retryAfterMs });
  if (busyStatuses.includes(status) && code !== 'insufficient_quota')
    return failure('busy', reason, { again: true, retryAfterMs });
  return failure('refused', reason, {});
}

function failure(
  outcome: Failed['outcome'],
  reason: string,
  { again = false, billed = false, retryAfterMs = null }: Partial<Omit<Failed, 'kind' | 'outcome' | 'reason'>>,
): Failed {
  return { kind: 'failed', outcome, reason, again, billed, retryAfterMs };
}

/** Milliseconds of a `Retry-After` header, in seconds or as a date; null where it is neither. */
export function retryAfterOf(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = /^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
