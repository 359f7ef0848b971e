import type { RunStats } from './run-stats.js';

type Kind = 'gauge' | 'counter';

/** The figures in the text format of Prometheus, as its textfile collector takes them. */
export function prometheusText(stats: RunStats): string {
  return `${[...runMetrics(stats), ...modelMetrics(stats)].join('\n')}\n`;
}

function runMetrics({ statuses, successRate, steps, graph }: RunStats): readonly string[] {
  return [
    labelled('dpb_runs', 'gauge', 'Runs of the workspace by how they ended.', 'status', statuses),
    single('dpb_runs_success_ratio', 'gauge', 'Share of the ended runs that did not fail.', successRate),
    labelled(
      'dpb_step_median_milliseconds',
      'gauge',
      'Median time of the agents and of the build.',
      'step',
      figuresOf(steps, 'medianMs'),
    ),
    labelled('dpb_step_p95_milliseconds', 'gauge', '95 of 100 took no longer.', 'step', figuresOf(steps, 'p95Ms')),
    labelled(
      'dpb_graph_questions_total',
      'counter',
      'Questions to the knowledge graph.',
      'question',
      figuresOf(graph, 'count'),
    ),
    labelled(
      'dpb_graph_p95_milliseconds',
      'gauge',
      '95 of 100 questions to the knowledge graph took no longer.',
      'question',
      figuresOf(graph, 'p95Ms'),
    ),
  ].flat();
}

function modelMetrics({ llm }: RunStats): readonly string[] {
  const unanswered = llm.attempts - (llm.outcomes.answered ?? 0);
  const singles: readonly (readonly [name: string, kind: Kind, help: string, value: number | null])[] = [
    ['failed_attempts_total', 'counter', 'HTTP requests to a model without an answer.', unanswered],
    ['retries_total', 'counter', 'HTTP requests to a model after one that failed.', llm.retries],
    ['cache_hits_total', 'counter', 'Questions to a model that were answered before.', llm.cached],
    ['input_tokens_total', 'counter', 'Tokens of questions.', llm.inputTokens],
    ['output_tokens_total', 'counter', 'Tokens of answers.', llm.outputTokens],
    ['cost_dollars_total', 'counter', 'Booked cost of models.', llm.dollars],
    ['cost_dollars_today', 'gauge', 'Booked cost of models since midnight UTC.', llm.dollarsToday],
    ['latency_median_milliseconds', 'gauge', 'Median time of an HTTP request.', llm.latencyMedianMs],
    ['latency_p95_milliseconds', 'gauge', '95 of 100 HTTP requests took no longer.', llm.latencyP95Ms],
    ['breaker_open', 'gauge', 'Whether the server is left alone for its failures.', llm.breakerOpen ? 1 : 0],
  ];
  return [
    ...labelled('dpb_llm_attempts_total', 'counter', 'HTTP requests to a model by how they ended.', 'outcome', {
      ...llm.outcomes,
      unsettled: llm.unsettled,
    }),
    ...singles.flatMap(([name, kind, help, value]) => single(`dpb_llm_${name}`, kind, help, value)),
  ];
}

function figuresOf<Name extends string>(
  times: Readonly<Record<string, Readonly<Record<Name, number>>>>,
  name: Name,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(times).map(([key, figures]) => [key, figures[name]]));
}

function labelled(
  name: string,
  kind: Kind,
  help: string,
  label: string,
  values: Readonly<Record<string, number>>,
): readonly string[] {
  const lines = Object.entries(values).map(
    ([key, value]) => `${name}{${label}="${key.replaceAll(/[^a-z_]/gu, '_')}"} ${value}`,
  );
  return [...headOf(name, kind, help), ...lines];
}

function single(name: string, kind: Kind, help: string, value: number | null): readonly string[] {
  return value === null ? [] : [...headOf(name, kind, help), `${name} ${value}`];
}

function headOf(name: string, kind: Kind, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`];
}
