import { join } from 'node:path';
import { DpbError, dpbError } from '../support/errors.js';
import type { Scrub } from '../support/secrets.js';
import { admissionOf, endsOf, type Reservation } from './admission.js';
import { AnswerStore, answerKey, type KeptAnswer } from './answer-store.js';
import { type Attempt, attemptQuestion } from './attempt.js';
import { costOf, dollarsText, inputTokensMax } from './cost.js';
import { removeDeadLetter, writeDeadLetter } from './dead-letters.js';
import { attemptId, Ledger } from './ledger.js';
import type { LlmSettings, Question, TokenUsage } from './llm-settings.js';

/** How a question went, for the journal of a run; never part of an artifact. */
export interface CallNote {
  readonly purpose: string;
  readonly model: string;
  readonly outcome: 'answered' | 'cached' | 'replayed' | 'failed';
  /** HTTP requests that were sent. */
  readonly attempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly dollars: number;
  readonly milliseconds: number;
  /** Why there was no answer, without secrets; null where there was one. */
  readonly reason: string | null;
}

/** What the gateway needs of the world around it. */
export interface GatewayWorld {
  /** Where ledger, cache and dead letters are kept. */
  readonly folder: string;
  /** What the cap of a request counts together: a run, or one command. */
  readonly scope: string;
  readonly scrub: Scrub;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 to 1, for waiting times alone. */
  readonly random: () => number;
  readonly onCall: (note: CallNote) => void;
}

/** HTTP requests for one question, and the most to wait between two; a random part of it is waited, so that many do not wait alike. */
const attemptsMax = 3;
const pauseMs = 500;
const pauseMsMax = 8_000;

interface Sent {
  readonly attempts: number;
  readonly nano: number;
  readonly usage: TokenUsage | null;
}

/**
 * The one way to a model. Each question is looked up in what was answered before; else it is sent, booked before at the most
 * it can cost, within one deadline. All failures are `llm.*` errors whose texts hold no secrets.
 */
export class Gateway {
  readonly #settings: LlmSettings;
  readonly #world: GatewayWorld;
  readonly #ledger: Ledger;
  readonly #cache: AnswerStore;

  constructor(settings: LlmSettings, world: GatewayWorld) {
    this.#settings = settings;
    this.#world = world;
    this.#ledger = new Ledger(join(world.folder, 'ledger'));
    this.#cache = new AnswerStore(join(world.folder, 'answers'));
  }

  /** The text that the model answers. Raises `llm.over_budget`, `llm.price_unknown`, `llm.unavailable`, `llm.refused`, `llm.not_recorded`. */
  async ask(asked: Question): Promise<string> {
    const { scrub, now } = this.#world;
    const question = {
      ...asked,
      messages: asked.messages.map(({ role, content }) => ({ role, content: scrub(content) })),
    };
    const started = now();
    const key = answerKey(question, this.#settings);
    const known = this.#known(key);
    if (known !== null) {
      if (known.outcome === 'cached') this.#keepRecord(key, question, known.answer);
      this.#note(question, started, { attempts: 0, nano: 0, usage: null }, known.outcome, null);
      return known.answer.text;
    }
    return this.#send(question, key, started);
  }

  /** Where unanswered questions are kept. */
  get deadLetters(): string {
    return join(this.#world.folder, 'dead-letters');
  }

  #known(key: string): { readonly answer: KeptAnswer; readonly outcome: 'cached' | 'replayed' } | null {
    const { replay } = this.#settings;
    if (replay !== null) {
      const answer = new AnswerStore(replay).read(key);
      if (answer === null) throw dpbError('llm.not_recorded', { folder: replay });
      return { answer, outcome: 'replayed' };
    }
    const answer = this.#cache.read(key);
    return answer === null ? null : { answer, outcome: 'cached' };
  }

  async #send(question: Question, key: string, started: number): Promise<string> {
    let sent: Sent = { attempts: 0, nano: 0, usage: null };
    const count = (more: Sent): void => {
      sent = { attempts: sent.attempts + more.attempts, nano: sent.nano + more.nano, usage: more.usage };
    };
    try {
      const answer = await this.#untilAnswered(question, started, count);
      const model = this.#settings.model ?? '';
      // Vectors are kept text by text, by who asked for them.
      if (question.form !== 'vectors') this.#cache.write(key, question, model, answer);
      this.#keepRecord(key, question, answer);
      removeDeadLetter(this.deadLetters, key);
      this.#note(question, started, sent, 'answered', null);
      return answer.text;
    } catch (thrown) {
      if (!(thrown instanceof DpbError)) throw thrown;
      if (sent.attempts > 0)
        writeDeadLetter(this.deadLetters, key, question, this.#settings.model ?? '', thrown.message);
      this.#note(question, started, sent, 'failed', thrown.message);
      throw thrown;
    }
  }

  async #untilAnswered(question: Question, started: number, count: (sent: Sent) => void): Promise<KeptAnswer> {
    const { deadlineMs } = this.#settings;
    const { random, scrub, now } = this.#world;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), deadlineMs);
    try {
      for (let number = 1; ; number += 1) {
        const attempt = await this.#attempt(question, { started, number, signal: controller.signal }, count);
        // A model may say what it was told elsewhere; vectors are numbers.
        if (attempt.kind === 'answered')
          return question.form === 'vectors' ? attempt : { ...attempt, text: scrub(attempt.text) };
        const reason = scrub(attempt.reason).slice(0, 500);
        if (attempt.outcome === 'refused') throw dpbError('llm.refused', { reason });
        const left = deadlineMs - (now() - started);
        const isLast = !attempt.again || number >= attemptsMax;
        const pause = isLast
          ? Number.POSITIVE_INFINITY
          : (attempt.retryAfterMs ?? random() * Math.min(pauseMsMax, pauseMs * 2 ** number));
        if (pause >= left) throw dpbError('llm.unavailable', { reason, attempts: number });
        await wait(pause);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Books, sends and settles one HTTP request. What is not known to be free stays booked at the most it can cost. */
  async #attempt(
    question: Question,
    { started, number, signal }: { readonly started: number; readonly number: number; readonly signal: AbortSignal },
    count: (sent: Sent) => void,
  ): Promise<Attempt> {
    const { now } = this.#world;
    const reservation = await this.#reserve(question, started, number);
    const begun = now();
    const attempt = await attemptQuestion(question, this.#settings, signal, now);
    const usage = attempt.kind === 'answered' ? attempt.usage : null;
    const nano = this.#billed(attempt, reservation);
    const isOver = usage !== null && nano > reservation.nano;
    const outcome = attempt.kind === 'failed' ? attempt.outcome : isOver ? 'overbilled' : 'answered';
    const [input, output] = [usage?.input ?? null, usage?.output ?? null];
    const settled = { kind: 'settled', id: reservation.id, at: now(), nano, outcome, input, output } as const;
    this.#ledger.append({ ...settled, milliseconds: now() - begun }, reservation.at);
    count({ attempts: 1, nano, usage });
    return attempt;
  }

  #billed(attempt: Attempt, { nano }: Reservation): number {
    if (attempt.kind === 'failed') return attempt.billed ? nano : 0;
    return attempt.usage === null || this.#settings.price === null ? nano : costOf(attempt.usage, this.#settings.price);
  }

  /** Books the most that one request can cost; waits where calls follow each other too fast. */
  async #reserve(question: Question, started: number, attempt: number): Promise<Reservation> {
    const { now, scope } = this.#world;
    const { model, baseUrl, deadlineMs } = this.#settings;
    const nano = this.#costMost(question);
    for (;;) {
      const reservation: Reservation = {
        kind: 'reserved',
        id: attemptId(),
        at: now(),
        scope,
        purpose: question.purpose,
        server: baseUrl,
        model: model ?? '',
        nano: Math.ceil(nano * this.#excess()),
        attempt,
      };
      this.#ledger.append(reservation);
      const admission = admissionOf(reservation, this.#ledger.entries(reservation.at, true), this.#settings);
      if (admission.kind === 'go') return reservation;
      this.#ledger.append({ kind: 'withdrawn', id: reservation.id, at: now() }, reservation.at);
      if (admission.kind === 'over') {
        const [booked, most] = [dollarsText(admission.booked), dollarsText(admission.most)];
        throw dpbError('llm.over_budget', { cap: admission.cap, booked, most });
      }
      if (admission.kind === 'broken')
        throw dpbError('llm.unavailable', {
          reason: 'it failed several times in a row and is left alone for a minute',
          attempts: 0,
        });
      if (now() - started + admission.milliseconds >= deadlineMs)
        throw dpbError('llm.unavailable', { reason: 'more calls were made in a minute than are allowed', attempts: 0 });
      await wait(admission.milliseconds);
    }
  }

  #costMost(question: Question): number {
    const { price, allowUnknownPrice, outputTokensMax, model } = this.#settings;
    if (price === null) {
      if (!allowUnknownPrice) throw dpbError('llm.price_unknown', { model: model ?? '' });
      return 0;
    }
    const input = inputTokensMax(question.messages, JSON.stringify(question.schema.schema));
    return costOf({ input, output: outputTokensMax }, price);
  }

  /** How many times more than announced this server was seen to bill today: it may do so again. 1 where it never did. */
  #excess(): number {
    const entries = this.#ledger.entries(this.#world.now());
    const { settled } = endsOf(entries);
    return entries.reduce((most, entry) => {
      if (entry.kind !== 'reserved' || entry.nano === 0 || entry.server !== this.#settings.baseUrl) return most;
      return Math.max(most, (settled.get(entry.id)?.nano ?? 0) / entry.nano);
    }, 1);
  }

  #keepRecord(key: string, question: Question, answer: KeptAnswer): void {
    const { record, model } = this.#settings;
    if (record !== null) new AnswerStore(record).write(key, question, model ?? '', answer);
  }

  #note(
    { purpose }: Question,
    started: number,
    { attempts, nano, usage }: Sent,
    outcome: CallNote['outcome'],
    reason: string | null,
  ): void {
    const { now, scope, onCall } = this.#world;
    if (outcome === 'cached')
      this.#ledger.append({ kind: 'cached', at: now(), scope, purpose, model: this.#settings.model ?? '' });
    onCall({
      purpose,
      model: this.#settings.model ?? '',
      outcome,
      attempts,
      inputTokens: usage?.input ?? 0,
      outputTokens: usage?.output ?? 0,
      dollars: nano / 1e9,
      milliseconds: now() - started,
      reason,
    });
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
