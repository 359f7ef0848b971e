import { join } from 'node:path';
import { z } from 'zod';
import { Ledger } from '../llm/ledger.js';
import { type LlmUsage, usageOf } from '../llm/usage.js';
import { readTextIfThere } from '../support/atomic-files.js';
import { llmFolder } from './model.js';
import { readRunResult, runDirectory } from './runs.js';
import type { Settings } from './settings.js';
import { type GraphQuestion, graphQuestions, type StepName, stepNames } from './steps.js';

/** What the runs of a workspace came to. */
export interface RunStats {
  readonly runs: number;
  /** How many ended so; `unfinished` have no result yet. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Share of the runs that ended as they should, of those that ended; null where none did. */
  readonly successRate: number | null;
  /** How long the agents took, by the journals of the runs. */
  readonly steps: Readonly<Partial<Record<StepName, StepTimes>>>;
  /** What the knowledge graph was asked, and how long it took to answer. */
  readonly graph: Readonly<Partial<Record<GraphQuestion, StepTimes>>>;
  readonly llm: LlmUsage;
}

/** Times of one step, or one kind of question, over all runs, in milliseconds. */
interface StepTimes {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Adds up these runs and the ledger of models. `now` is in milliseconds since 1970. */
export function runStats({ workspace, llm }: Settings, runs: readonly string[], now: number): RunStats {
  const statuses: Record<string, number> = {};
  const times = new Map<StepName, number[]>();
  const asked = new Map<GraphQuestion, number[]>();
  for (const runId of runs) {
    const status = readRunResult(workspace, runId)?.status ?? 'unfinished';
    statuses[status] = (statuses[status] ?? 0) + 1;
    const lines = (readTextIfThere(join(runDirectory(workspace, runId), 'events.jsonl')) ?? '').split('\n').map(jsonOf);
    for (const { step, milliseconds } of stepTimesOf(lines))
      times.set(step, [...(times.get(step) ?? []), milliseconds]);
    for (const line of lines) {
      const event = askedSchema.safeParse(line);
      if (!event.success) continue;
      const { question, milliseconds } = event.data;
      asked.set(question, [...(asked.get(question) ?? []), milliseconds]);
    }
  }
  const ended = runs.length - (statuses.unfinished ?? 0);
  const good = ended - (statuses.failed ?? 0);
  const ledger = new Ledger(join(llmFolder(workspace), 'ledger'));
  const successRate = ended === 0 ? null : good / ended;
  const steps = Object.fromEntries([...times].map(([step, all]) => [step, summed(all)]));
  const graph = Object.fromEntries([...asked].map(([question, all]) => [question, summed(all)]));
  return { runs: runs.length, statuses, successRate, steps, graph, llm: usageOf(ledger.all(), llm, now) };
}

function summed(times: readonly number[]): StepTimes {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { count: sorted.length, medianMs: at(0.5), p95Ms: at(0.95) };
}

const eventSchema = z.object({
  at: z.iso.datetime(),
  kind: z.enum(['step_started', 'step_finished']),
  step: z.enum(stepNames),
});

const askedSchema = z.object({
  kind: z.literal('graph_asked'),
  question: z.enum(graphQuestions),
  milliseconds: z.number().min(0),
});

/** The steps of a run that ended, by its journal; lines of other kinds, and torn ones, are passed over. */
function stepTimesOf(lines: readonly unknown[]): readonly { readonly step: StepName; readonly milliseconds: number }[] {
  const started = new Map<StepName, number>();
  return lines.flatMap((line) => {
    const event = eventSchema.safeParse(line);
    if (!event.success) return [];
    const { kind, step, at } = event.data;
    const begun = started.get(step);
    started.set(step, Date.parse(at));
    return kind === 'step_finished' && begun !== undefined ? [{ step, milliseconds: Date.parse(at) - begun }] : [];
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
