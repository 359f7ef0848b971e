/** Whether a model is asked: never; where one is configured and its answer can change something; always, or the command fails. */
export type LlmMode = 'off' | 'auto' | 'require';

/** Dollars for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** All that decides whether, how and at what cost a model is asked. */
export interface LlmSettings {
  readonly mode: LlmMode;
  /** The server, up to and with its version: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly model: string | null;
  /** The key, read where it is needed: a function, so that no settings that are written anywhere hold it. Null where there is none. */
  readonly key: () => string | null;
  /** Whether values of categorical columns without personal data may be shown to the model. */
  readonly values: boolean;
  /** SQL of the model for what no plan says: never, told as what could be meant, or taken as the answer. */
  readonly sql: 'off' | 'offer' | 'take';
  /** Whether words and rules of products are asked for. */
  readonly propose: boolean;
  readonly price: TokenPrice | null;
  /** Null where meanings are not compared. */
  readonly embedding: EmbeddingSettings | null;
  /** The model that scores descriptions in evaluations; null for the same as reads requests. */
  readonly judge: JudgeSettings | null;
  /** Asks also a model whose price nobody said: what it costs is not counted then. */
  readonly allowUnknownPrice: boolean;
  readonly dollarsPerRequestMax: number;
  readonly dollarsPerDayMax: number;
  readonly callsPerMinute: number;
  /** For all questions about one request, all attempts at them included. */
  readonly deadlineMs: number;
  readonly outputTokensMax: number;
  readonly answerBytesMax: number;
  /** Sent where it is set; some models refuse any. */
  readonly temperature: number | null;
  /** How the server is told the most tokens of an answer. */
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens';
  /** How the server is told the form of the answer; servers that know no schemas take `json_object` or `text`. */
  readonly answerForm: 'json_schema' | 'json_object' | 'text';
  /** Folders to keep each answer in, and to take answers from instead of the server; null for neither. */
  readonly record: string | null;
  readonly replay: string | null;
}

/** Another model of the same server and key. */
export interface JudgeSettings {
  readonly model: string;
  /** Null where nobody said. */
  readonly price: TokenPrice | null;
}

/** Where texts become vectors of what they mean: the same server and key, another model. */
export interface EmbeddingSettings {
  readonly model: string;
  /** Dollars for a million tokens; null where nobody said. */
  readonly price: number | null;
}

/** What of a request, written to a model, is kept from run to run. */
export interface Question {
  /** `vectors`: each message is a text whose vector is wanted; left out for an answer in words. */
  readonly form?: 'words' | 'vectors';
  /** What the answer is for: `intent`. */
  readonly purpose: string;
  readonly messages: readonly Message[];
  /** The JSON Schema of the answer, with its name. */
  readonly schema: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Tokens that a server says it counted. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
}
