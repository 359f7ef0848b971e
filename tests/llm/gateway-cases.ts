import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallNote, Gateway } from '../../src/llm/gateway.js';
import type { LlmSettings, Question } from '../../src/llm/llm-settings.js';
import { scrubberOf } from '../../src/support/secrets.js';
import { price } from './model-server.js';

/** The key of the tests: it must be found nowhere but in the header of a request. */
export const key = 'sk-test-0123456789abcdefghij';

export const question: Question = {
  purpose: 'intent',
  messages: [
    { role: 'system', content: 'Answer with JSON.' },
    { role: 'user', content: '{"request":"number of loans"}' },
  ],
  schema: { name: 'answer', schema: { type: 'object', properties: {}, required: [], additionalProperties: false } },
};

export function settingsFor(baseUrl: string, changes: Partial<LlmSettings> = {}): LlmSettings {
  return {
    mode: 'auto',
    baseUrl,
    model: 'scripted',
    key: () => key,
    values: false,
    sql: 'offer',
    propose: false,
    price,
    embedding: null,
    judge: null,
    allowUnknownPrice: false,
    dollarsPerRequestMax: 0.5,
    dollarsPerDayMax: 100,
    callsPerMinute: 10_000,
    deadlineMs: 1_500,
    outputTokensMax: 1_000,
    answerBytesMax: 100_000,
    temperature: null,
    outputLimit: 'max_tokens',
    answerForm: 'json_schema',
    record: null,
    replay: null,
    ...changes,
  };
}

/** A gateway with a folder of its own. Times of waiting are as short as chance may make them, unless `random` is given. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'dpb-llm-'));
  readonly notes: CallNote[] = [];
  /** Milliseconds that the clock is ahead. */
  ahead = 0;

  gateway(settings: LlmSettings, scope = 'run-1', random: () => number = () => 0): Gateway {
    return new Gateway(settings, {
      folder: this.folder,
      scope,
      scrub: scrubberOf({}, [settings.key()]),
      now: () => Date.now() + this.ahead,
      random,
      onCall: (note) => this.notes.push(note),
    });
  }

  /** The code of the error that asking ends in; the answer where it does not. */
  async outcome(gateway: Gateway, asked = question): Promise<string> {
    try {
      return await gateway.ask(asked);
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown) return String(thrown.code);
      throw thrown;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
