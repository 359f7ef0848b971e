import { join } from 'node:path';
import { Ledger } from '../llm/ledger.js';
import { type LlmUsage, usageOf } from '../llm/usage.js';
import { llmFolder } from './model.js';
import { readRunResult } from './runs.js';
import type { Settings } from './settings.js';

/** What the runs of a workspace came to. */
export interface RunStats {
  readonly runs: number;
  /** How many ended so; `unfinished` have no result yet. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly llm: LlmUsage;
}

/** Adds up these runs and the ledger of models. `now` is in milliseconds since 1970. */
export function runStats({ workspace, llm }: Settings, runs: readonly string[], now: number): RunStats {
  const statuses: Record<string, number> = {};
  for (const runId of runs) {
    const status = readRunResult(workspace, runId)?.status ?? 'unfinished';
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  const ledger = new Ledger(join(llmFolder(workspace), 'ledger'));
  return { runs: runs.length, statuses, llm: usageOf(ledger.all(), llm, now) };
}

/** The figures in the text format of Prometheus, as its textfile collector takes them. */
export function prometheusText({ statuses, llm }: RunStats): string {
  const labelled = (name: string, label: string, values: Readonly<Record<string, number>>): string[] =>
    Object.entries(values).map(([key, value]) => `${name}{${label}="${key.replaceAll(/[^a-z_]/gu, '_')}"} ${value}`);
  const metric = (name: string, type: string, help: string, lines: readonly string[]): string[] => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...lines,
  ];
  const single = (name: string, type: string, help: string, value: number | null): string[] =>
    value === null ? [] : metric(name, type, help, [`${name} ${value}`]);
  const answered = llm.outcomes.answered ?? 0;
  return [
    metric('dpb_runs', 'gauge', 'Runs of the workspace by how they ended.', labelled('dpb_runs', 'status', statuses)),
    metric(
      'dpb_llm_attempts_total',
      'counter',
      'HTTP requests to a model by how they ended.',
      labelled('dpb_llm_attempts_total', 'outcome', { ...llm.outcomes, unsettled: llm.unsettled }),
    ),
    single(
      'dpb_llm_failed_attempts_total',
      'counter',
      'HTTP requests to a model without an answer.',
      llm.attempts - answered,
    ),
    single('dpb_llm_cache_hits_total', 'counter', 'Questions to a model that were answered before.', llm.cached),
    single('dpb_llm_input_tokens_total', 'counter', 'Tokens of questions.', llm.inputTokens),
    single('dpb_llm_output_tokens_total', 'counter', 'Tokens of answers.', llm.outputTokens),
    single('dpb_llm_cost_dollars_total', 'counter', 'Booked cost of models.', llm.dollars),
    single('dpb_llm_cost_dollars_today', 'gauge', 'Booked cost of models since midnight UTC.', llm.dollarsToday),
    single('dpb_llm_latency_median_milliseconds', 'gauge', 'Median time of an HTTP request.', llm.latencyMedianMs),
    single('dpb_llm_latency_p95_milliseconds', 'gauge', '95 of 100 HTTP requests took no longer.', llm.latencyP95Ms),
    single(
      'dpb_llm_breaker_open',
      'gauge',
      'Whether the server is left alone for its failures.',
      llm.breakerOpen ? 1 : 0,
    ),
  ]
    .flat()
    .join('\n')
    .concat('\n');
}
