import type { ModelNote } from './model.js';

/** The steps of a run, in order. Each leaves one checkpoint. The agents stand between scan and build. */
export const stepNames = [
  'scan',
  'intent',
  'discovery',
  'modeling',
  'transformation',
  'quality',
  'packaging',
  'build',
] as const;

export type StepName = (typeof stepNames)[number];

/** An agent that has not ended after this long is given up. */
export const stepSecondsMax = 300;

/** Something that happened in a run, for people's progress lines and `events.jsonl`. Never part of an artifact. */
/** What of the knowledge graph a run waits for. */
export const graphQuestions = ['values', 'search', 'datasets'] as const;
export type GraphQuestion = (typeof graphQuestions)[number];

export type RunEvent =
  | { readonly kind: 'run_started'; readonly runId: string; readonly request: string }
  | { readonly kind: 'step_started'; readonly step: StepName }
  | { readonly kind: 'step_finished'; readonly step: StepName; readonly summary: string }
  | { readonly kind: 'step_skipped'; readonly step: StepName }
  | { readonly kind: 'progress'; readonly step: StepName; readonly message: string }
  /** What a person should know, though the run goes on. */
  | { readonly kind: 'warning'; readonly step: StepName; readonly message: string }
  /** A model was asked, or what came of it was decided. */
  | { readonly kind: 'model'; readonly step: StepName; readonly note: ModelNote }
  /** The knowledge graph was asked. */
  | { readonly kind: 'graph_asked'; readonly question: GraphQuestion; readonly milliseconds: number }
  | { readonly kind: 'run_finished'; readonly status: string };

export type OnEvent = (event: RunEvent) => void;
