import type { Message, TokenPrice, TokenUsage } from './llm-settings.js';

/**
 * Costs are whole billionths of a dollar, so that sums are exact: a dollar for a million tokens is a thousand of them for one.
 */
export const perDollar = 1_000_000_000;

/** The cost of the tokens, rounded up. */
export function costOf(usage: TokenUsage, price: TokenPrice): number {
  return Math.ceil((usage.input * price.input + usage.output * price.output) * (perDollar / 1_000_000));
}

/** Tokens that a server may add around a message and a question. */
const tokensPerMessage = 16;

/**
 * The most tokens that the messages and the schema can be: one for each byte. No tokenizer makes more of a text, and which one
 * a server uses is not known; the difference is given back when the server has counted.
 */
export function inputTokensMax(messages: readonly Message[], schemaText: string): number {
  const texts = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + tokensPerMessage, 0);
  return texts + Buffer.byteLength(schemaText) + tokensPerMessage;
}

/** The cost as people read it. */
export function dollarsText(nano: number): string {
  return `$${(nano / perDollar).toFixed(nano === 0 || nano >= perDollar / 100 ? 2 : 6)}`;
}
