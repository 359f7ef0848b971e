import { join } from 'node:path';
import { z } from 'zod';
import { dpbError } from '../support/errors.js';
import { Gateway, type GatewayWorld } from './gateway.js';
import type { LlmSettings } from './llm-settings.js';
import { VectorStore } from './vector-store.js';

/** Texts in one question: few enough that the answer stays far below what is read. */
const textsPerQuestion = 128;
const textMax = 2_000;
const answerBytesMax = 32_000_000;

const vectorsSchema = z.array(z.array(z.number()));

/**
 * Gives texts their vectors, each of length 1: those that were asked before from the folder, the rest through the gateway, with
 * its caps, deadline and breaker. Raises what the gateway does.
 */
export class Embedder {
  /** Server and model. */
  readonly model: string;
  readonly #settings: LlmSettings;
  readonly #world: GatewayWorld;
  readonly #store: VectorStore;

  /** `settings.embedding` is there. */
  constructor(settings: LlmSettings, world: GatewayWorld) {
    const { embedding, baseUrl } = settings;
    const { model, price } = embedding ?? { model: '', price: null };
    const priced = price === null ? null : { input: price, output: 0 };
    this.#settings = { ...settings, model, price: priced, answerBytesMax };
    this.#world = world;
    this.model = `${model} at ${baseUrl}`;
    this.#store = new VectorStore(join(world.folder, 'vectors'), this.model);
  }

  async vectors(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const asked = texts.map((text) => text.slice(0, textMax));
    const started = this.#world.now();
    const known = this.#store.find(asked);
    const missing = [...new Set(asked.filter((_text, place) => known[place] === null))];
    for (let start = 0; start < missing.length; start += textsPerQuestion) {
      const deadlineMs = this.#settings.deadlineMs - (this.#world.now() - started);
      // What was answered is kept, so that the next search goes on from here.
      if (deadlineMs <= 0)
        throw dpbError('llm.unavailable', { reason: 'not all vectors came within the deadline', attempts: 0 });
      await this.#ask(missing.slice(start, start + textsPerQuestion), deadlineMs);
    }
    const all = missing.length === 0 ? known : this.#store.find(asked);
    const found = all.map((vector) => vector ?? new Float32Array());
    const size = found[0]?.length ?? 0;
    if (found.every((vector) => vector.length === size)) return found;
    throw dpbError('llm.unavailable', { reason: 'its vectors are not all of one length', attempts: 0 });
  }

  async #ask(texts: readonly string[], deadlineMs: number): Promise<void> {
    const answer = await new Gateway({ ...this.#settings, deadlineMs }, this.#world).ask({
      purpose: 'embedding',
      form: 'vectors',
      messages: texts.map((content) => ({ role: 'user', content })),
      schema: { name: 'vectors', schema: {} },
    });
    const vectors = vectorsSchema.parse(JSON.parse(answer));
    this.#store.add(texts.map((text, place) => [text, unit(vectors[place] ?? [])] as const));
  }
}

function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (value) => value / length);
}
