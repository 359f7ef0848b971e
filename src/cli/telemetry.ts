import { randomBytes } from 'node:crypto';
import type { ModelNote } from '../pipeline/model.js';
import type { RunEvent } from '../pipeline/steps.js';
import type { Span } from '../support/otlp.js';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Names of the command line that are no data: what else stands on it may be. */
const commandPattern = /^[a-z]+$/u;

/**
 * What a command did, as spans: itself, the agents of its runs, the calls of a model, by the names that OpenTelemetry has for
 * generative AI. Names, counts and times alone: no words of a request, prompt or answer.
 */
export class Telemetry {
  readonly #now: () => number;
  readonly #start: number;
  readonly #root = hex(8);
  readonly #spans: Span[] = [];
  readonly #steps = new Map<string, { readonly id: string; readonly start: number }>();

  constructor(now: () => number) {
    this.#now = now;
    this.#start = now();
  }

  event(event: RunEvent): void {
    if (event.kind === 'step_started') this.#steps.set(event.step, { id: hex(8), start: this.#now() });
    if (event.kind === 'step_finished') this.#endStep(event.step, false);
    if (event.kind === 'run_finished') for (const step of [...this.#steps.keys()]) this.#endStep(step, true);
  }

  note(note: ModelNote): void {
    if (note.kind !== 'call') return;
    const { purpose, outcome, attempts, inputTokens, outputTokens, dollars, milliseconds, model } = note.call;
    const end = this.#now();
    const step = [...this.#steps.values()].at(-1);
    this.#spans.push({
      id: hex(8),
      parent: step?.id ?? this.#root,
      name: `chat ${model}`,
      isClient: true,
      start: end - milliseconds,
      end,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': model,
        'gen_ai.usage.input_tokens': inputTokens,
        'gen_ai.usage.output_tokens': outputTokens,
        'dpb.llm.purpose': purpose,
        'dpb.llm.outcome': outcome,
        'dpb.llm.attempts': attempts,
        'dpb.llm.cost_dollars': dollars,
        ...(outcome === 'failed' ? { 'error.type': 'llm' } : {}),
      },
      failed: outcome === 'failed',
    });
  }

  /** All spans, the command's own last. */
  end(command: string, exitCode: number): readonly Span[] {
    const name = commandPattern.test(command) ? `dpb ${command}` : 'dpb';
    const attributes = { 'process.exit.code': exitCode };
    const times = { start: this.#start, end: this.#now() };
    const own = { id: this.#root, parent: null, name, isClient: false, ...times, attributes, failed: exitCode !== 0 };
    return [...this.#spans, own];
  }

  #endStep(step: string, failed: boolean): void {
    const begun = this.#steps.get(step);
    if (begun === undefined) return;
    this.#steps.delete(step);
    const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': step };
    const times = { start: begun.start, end: this.#now() };
    const span = {
      id: begun.id,
      parent: this.#root,
      name: `invoke_agent ${step}`,
      isClient: false,
      ...times,
      attributes,
      failed,
    };
    this.#spans.push(span);
  }
}

let current: Telemetry | null = null;

/** What the command under way is recorded by; null where nobody asked for it. */
export function telemetry(): Telemetry | null {
  return current;
}

/** Records the command that `act` is, where the variables of OpenTelemetry name a collector; it is told after the work is done. */
export async function withTelemetry(command: string, act: () => Promise<number>): Promise<number> {
  if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT && !process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return act();
  const { sendSpans, spanTargetOf } = await import('../support/otlp.js');
  const target = spanTargetOf(process.env);
  if (target === null) return act();
  const recorded = new Telemetry(Date.now);
  current = recorded;
  try {
    const exitCode = await act();
    await sendSpans(target, hex(16), recorded.end(command, exitCode));
    return exitCode;
  } finally {
    current = null;
  }
}
