import { join } from 'node:path';
import { z } from 'zod';
import type { CallNote } from '../llm/gateway.js';
import type { LlmSettings, Question } from '../llm/llm-settings.js';
import { promptVersions } from '../llm/prompt-template.js';
import type { ModelTrust } from '../plan/model-trust.js';
import { readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import { dpbError } from '../support/errors.js';
import { scrubberOf } from '../support/secrets.js';
import type { Workspace } from './workspace.js';

/** What happened while a model was asked or left out, for a run's journal and for people; never part of an artifact. */
export type ModelNote =
  | { readonly kind: 'call'; readonly call: CallNote }
  /** What came of asking: `taken`, `agreed`, `alternative`, or why there is no reading of a model. */
  | { readonly kind: 'outcome'; readonly outcome: string; readonly reason: string | null };

/** A model that may be asked, with all that decides what its answer is worth. */
export interface Model {
  readonly required: boolean;
  readonly values: boolean;
  readonly sql: LlmSettings['sql'];
  readonly propose: boolean;
  /** Null while `dpb eval --llm` has not measured it. */
  readonly trust: ModelTrust | null;
  ask(question: Question): Promise<string>;
  note(note: ModelNote): void;
}

/** The world around a command that a model needs. `scope` is what the cap of a request counts together. */
export interface ModelWorld {
  readonly scope: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly random: () => number;
  readonly onNote: (note: ModelNote) => void;
}

/**
 * The model that the settings name; null where none may be asked: with `off`, and with `auto` where none is configured.
 * Raises `llm.not_configured` where one is required. Nothing is loaded or opened until a question is asked.
 */
export function openModel(workspace: Workspace, settings: LlmSettings, world: ModelWorld): Model | null {
  if (settings.mode === 'off') return null;
  const missing = missingOf(settings);
  if (missing !== null) {
    if (settings.mode === 'require') throw dpbError('llm.not_configured', { missing });
    return null;
  }
  const note = world.onNote;
  const scrub = scrubberOf(world.environment, [settings.replay === null ? settings.key() : null]);
  const since = new Map<string, number>();
  return {
    required: settings.mode === 'require',
    values: settings.values,
    sql: settings.sql,
    propose: settings.propose,
    trust: readTrust(workspace, settings),
    note,
    ask: async (question) => {
      const { Gateway } = await import('../llm/gateway.js');
      const { scope, now, random } = world;
      const onCall = (call: CallNote): void => note({ kind: 'call', call });
      // One deadline for all answers of one purpose: a slow model must not use up the time of the step that asks it.
      const began = since.get(question.purpose) ?? now();
      since.set(question.purpose, began);
      const deadlineMs = Math.max(1, settings.deadlineMs - (now() - began));
      return new Gateway(
        { ...settings, deadlineMs },
        { folder: llmFolder(workspace), scope, scrub, now, random, onCall },
      ).ask(question);
    },
  };
}

/** Where ledger, answers, measured trust and dead letters of a workspace are kept. */
export function llmFolder(workspace: Workspace): string {
  return join(workspace.state, 'llm');
}

function missingOf({ model, replay, key }: LlmSettings): string | null {
  if (model === null) return 'none is named';
  return replay === null && key() === null ? 'it has no key' : null;
}

const share = z.number().min(0).max(1);
const trustSchema = z.record(
  z.string(),
  z.object({ below: z.number().min(0).max(2), right: share, agreed: share, cases: z.int() }),
);

/** A measurement holds for one model at one server with one version of the prompt. */
function trustKey({ baseUrl, model }: LlmSettings): string {
  return `${model ?? ''} at ${baseUrl}, prompt ${promptVersions.intent}`;
}

function trustPath(workspace: Workspace): string {
  return join(llmFolder(workspace), 'measured.json');
}

function readTrust(workspace: Workspace, settings: LlmSettings): ModelTrust | null {
  return measuredTrust(workspace)[trustKey(settings)] ?? null;
}

function measuredTrust(workspace: Workspace): z.infer<typeof trustSchema> {
  const text = readTextIfThere(trustPath(workspace));
  if (text === null) return {};
  const parsed = trustSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw dpbError('input.invalid', { what: trustPath(workspace), problem: z.prettifyError(parsed.error) });
}

/** Keeps what `dpb eval --llm` measured of the model over `cases` requests. */
export function writeTrust(workspace: Workspace, settings: LlmSettings, trust: ModelTrust, cases: number): void {
  const measured = { ...measuredTrust(workspace), [trustKey(settings)]: { ...trust, cases } };
  writeTextAtomic(trustPath(workspace), `${canonicalJson(measured, 1)}\n`);
}
