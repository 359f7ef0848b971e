import { join } from 'node:path';
import { z } from 'zod';
import { readText, removeTree, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import type { Question } from './llm-settings.js';

const letterSchema = z.object({
  version: z.literal(1),
  question: z.object({
    purpose: z.string(),
    messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
    schema: z.object({ name: z.string(), schema: z.record(z.string(), z.unknown()) }),
  }),
});

/** Keeps a question that no attempt could get answered, with why and the command that asks it again. Gives the file. */
export function writeDeadLetter(
  folder: string,
  key: string,
  question: Question,
  model: string,
  reason: string,
): string {
  const path = join(folder, `${key}.json`);
  const letter = { version: 1, model, reason, question, retry: `dpb llm retry ${key}` };
  writeTextAtomic(path, `${canonicalJson(letter, 1)}\n`);
  return path;
}

/** The question of a dead letter. Raises `io.read`, and `input.invalid` where the file is none. */
export function readDeadLetter(folder: string, key: string): Question {
  if (!/^[0-9a-f]{64}$/.test(key))
    throw dpbError('input.invalid', { what: 'dead letter', problem: `"${key}" is not the name of one` });
  const path = join(folder, `${key}.json`);
  const refuse = (problem: string): Error => dpbError('input.invalid', { what: path, problem });
  let value: unknown;
  try {
    value = JSON.parse(readText(path));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw refuse(messageOf(thrown));
    throw thrown;
  }
  const parsed = letterSchema.safeParse(value);
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error));
  return parsed.data.question;
}

/** Removes the letter of a question that was answered after all. */
export function removeDeadLetter(folder: string, key: string): void {
  removeTree(join(folder, `${key}.json`));
}
