import { resolve } from 'node:path';
import { z } from 'zod';
import type { EmbeddingSettings, JudgeSettings, LlmMode, LlmSettings } from '../llm/llm-settings.js';
import { readText } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';

/** What flags say of the model. */
export interface LlmFlags {
  readonly llm?: LlmMode | undefined;
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
  readonly modelSql?: boolean | undefined;
  readonly propose?: boolean | undefined;
}

const priceSchema = z.object({ input: z.number().min(0), output: z.number().min(0) }).strict();

/** `llm:` in dpb.yaml. Keys are never in a file of the workspace. */
export const llmFileSchema = z
  .object({
    mode: z.enum(['off', 'auto', 'require']),
    base_url: z.url({ protocol: /^https?$/ }),
    model: z.string().min(1),
    values: z.boolean(),
    sql: z.enum(['off', 'offer', 'take']),
    propose: z.boolean(),
    price: priceSchema,
    judge: z.object({ model: z.string().min(1), price: priceSchema.optional() }).strict(),
    embedding: z.object({ model: z.string().min(1), price: z.number().min(0).optional() }).strict(),
    allow_unknown_price: z.boolean(),
    budget: z
      .object({ request: z.number().min(0), day: z.number().min(0) })
      .partial()
      .strict(),
    calls_per_minute: z.int().min(1),
    deadline_seconds: z.number().min(1).max(200),
    output_tokens: z.int().min(100).max(100_000),
    output_limit: z.enum(['max_tokens', 'max_completion_tokens']),
    temperature: z.number().min(0).max(2),
    answer_form: z.enum(['json_schema', 'json_object', 'text']),
  })
  .partial()
  .strict();
type LlmFile = z.infer<typeof llmFileSchema>;

const openAi = 'https://api.openai.com/v1';

/** Settings of the model in the order flag, `DPB_LLM*`, dpb.yaml, default. Nothing is read of a key until it is needed. */
export function readLlmSettings(flags: LlmFlags, environment: NodeJS.ProcessEnv, file: LlmFile): LlmSettings {
  const baseUrl = (environment.DPB_LLM_BASE_URL || file.base_url) ?? openAi;
  const isOpenAi = new URL(checkedUrl(baseUrl)).origin === new URL(openAi).origin;
  return {
    mode: flags.llm ?? modeOf(environment.DPB_LLM) ?? file.mode ?? 'auto',
    baseUrl,
    model: (environment.DPB_LLM_MODEL || file.model) ?? null,
    key: () => keyOf(environment, isOpenAi),
    values: file.values ?? false,
    sql: flags.modelSql === true ? 'take' : (file.sql ?? 'offer'),
    propose: flags.propose ?? file.propose ?? false,
    price: file.price ?? null,
    embedding: embeddingOf(environment, file),
    judge: judgeOf(environment, file),
    allowUnknownPrice: file.allow_unknown_price ?? false,
    dollarsPerRequestMax: file.budget?.request ?? 0.5,
    dollarsPerDayMax: file.budget?.day ?? 100,
    callsPerMinute: file.calls_per_minute ?? 60,
    deadlineMs: (file.deadline_seconds ?? 60) * 1000,
    outputTokensMax: file.output_tokens ?? 4_000,
    answerBytesMax: 4_000_000,
    temperature: file.temperature ?? null,
    outputLimit: file.output_limit ?? (isOpenAi ? 'max_completion_tokens' : 'max_tokens'),
    answerForm: file.answer_form ?? 'json_schema',
    record: flags.record === undefined ? null : resolve(flags.record),
    replay: flags.replay === undefined ? null : resolve(flags.replay),
  };
}

function embeddingOf({ DPB_EMBEDDING_MODEL: named }: NodeJS.ProcessEnv, file: LlmFile): EmbeddingSettings | null {
  const model = named || file.embedding?.model;
  return model === undefined ? null : { model, price: file.embedding?.price ?? null };
}

function judgeOf({ DPB_JUDGE_MODEL: named }: NodeJS.ProcessEnv, file: LlmFile): JudgeSettings | null {
  const model = named || file.judge?.model;
  return model === undefined ? null : { model, price: file.judge?.price ?? null };
}

function checkedUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw dpbError('input.invalid', { what: 'DPB_LLM_BASE_URL', problem: 'it is no http or https address' });
}

function modeOf(text: string | undefined): LlmMode | undefined {
  if (text === undefined || text === '') return undefined;
  const mode = (['off', 'auto', 'require'] as const).find((known) => known === text);
  if (mode !== undefined) return mode;
  throw dpbError('input.invalid', { what: 'DPB_LLM', problem: `"${text}" is not off, auto or require` });
}

/** dpb's own key; that of OpenAI goes to OpenAI alone, whatever address a dpb.yaml of somebody else names. */
function keyOf(environment: NodeJS.ProcessEnv, isOpenAi: boolean): string | null {
  const own = secretOf(environment, 'DPB_LLM_API_KEY');
  return own ?? (isOpenAi ? secretOf(environment, 'OPENAI_API_KEY') : null);
}

/** The secret in the variable, or in the file that `<name>_FILE` names. */
function secretOf(environment: NodeJS.ProcessEnv, name: string): string | null {
  const value = environment[name]?.trim();
  if (value) return value;
  const path = environment[`${name}_FILE`];
  if (!path) return null;
  const text = readText(path).trim();
  return text === '' ? null : text;
}
