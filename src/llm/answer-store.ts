import { join } from 'node:path';
import { z } from 'zod';
import { readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson, contentHash } from '../support/canonical-json.js';
import type { LlmSettings, Question, TokenUsage } from './llm-settings.js';

/** What a model said, with what it was asked, as kept in a file of its own. */
export interface KeptAnswer {
  readonly text: string;
  readonly usage: TokenUsage | null;
}

const keptSchema = z.object({
  version: z.literal(1),
  answer: z.string(),
  usage: z.object({ input: z.number(), output: z.number() }).nullable(),
});

/** The name of an answer: the same question to the same model on the same server has the same answer. */
export function answerKey(question: Question, settings: LlmSettings): string {
  const { baseUrl, model, answerForm, outputTokensMax } = settings;
  const { messages, schema, form } = question;
  const asked = { version: 1, baseUrl, model, answerForm, outputTokensMax, messages, schema };
  return contentHash(form === 'vectors' ? { ...asked, form } : asked);
}

/** A folder of answers, one file each. What stands in it is judged like an answer that just came. */
export class AnswerStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The kept answer; null where there is none, or none that can be read as one. */
  read(key: string): KeptAnswer | null {
    const text = readTextIfThere(this.#path(key));
    if (text === null) return null;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return null;
    }
    const parsed = keptSchema.safeParse(value);
    return parsed.success ? { text: parsed.data.answer, usage: parsed.data.usage } : null;
  }

  /** Keeps the answer, with the question beside it for people. Raises `io.write`. */
  write(key: string, question: Question, model: string, { text, usage }: KeptAnswer): void {
    const { purpose, messages } = question;
    const kept = { version: 1, purpose, model, messages, answer: text, usage };
    writeTextAtomic(this.#path(key), `${canonicalJson(kept, 1)}\n`);
  }

  #path(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}
