import { join } from 'node:path';
import { z } from 'zod';
import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Meanings, SearchHit } from '../catalog/search/search-hit.js';
import type { CallNote } from '../llm/gateway.js';
import type { LlmSettings, Question } from '../llm/llm-settings.js';
import { promptVersions } from '../llm/prompt-template.js';
import type { ModelTrust } from '../plan/model-trust.js';
import { readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import { DpbError, dpbError } from '../support/errors.js';
import { scrubberOf } from '../support/secrets.js';
import type { Settings } from './settings.js';
import type { Workspace } from './workspace.js';

/** What happened while a model was asked or left out, for a run's journal and for people; never part of an artifact. */
export type ModelNote =
  | { readonly kind: 'call'; readonly call: CallNote }
  /** What came of asking: `taken`, `agreed`, `alternative`, or why there is no reading of a model; `words alone`: meanings were not compared. */
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
  /**
   * What the request means in the graph by words and by meaning, best first; nothing where no model of embeddings is configured, or
   * where it failed, which a note tells. Searched once for each text.
   */
  search(graph: KnowledgeGraph, text: string): Promise<readonly SearchHit[]>;
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
  const searched = new Map<string, Promise<readonly SearchHit[]>>();
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
    search: (graph, text) => {
      const hits = searched.get(text) ?? hitsByMeaning(graph, text, { workspace, llm: settings }, world);
      searched.set(text, hits);
      return hits;
    },
  };
}

/** So many hits that what only its meaning shows is among them, however many have the words as well. */
const hitsMax = 120;

async function hitsByMeaning(
  graph: KnowledgeGraph,
  text: string,
  settings: Pick<Settings, 'workspace' | 'llm'>,
  world: ModelWorld,
): Promise<readonly SearchHit[]> {
  // A model may be required to read requests where none gives vectors.
  const meanings = settings.llm.embedding === null ? null : await openMeanings(settings, world);
  if (meanings === null) return [];
  const found = await unlessModelFails(
    settings,
    () => graph.search(text, hitsMax, meanings),
    ({ message }) => world.onNote({ kind: 'outcome', outcome: 'words alone', reason: message }),
  );
  return found ?? [];
}

/**
 * What gives texts their vectors; null where no model of embeddings is configured or may be asked. Raises `llm.not_configured`
 * where one is required. Nothing is asked before its first use.
 */
export async function openMeanings(
  { workspace, llm }: Pick<Settings, 'workspace' | 'llm'>,
  world: ModelWorld,
): Promise<Meanings | null> {
  const isKnown = llm.embedding !== null && (llm.key() !== null || llm.replay !== null);
  if (llm.mode === 'require' && !isKnown)
    throw dpbError('llm.not_configured', { missing: llm.embedding === null ? 'none is named' : 'it has no key' });
  if (llm.mode === 'off' || !isKnown) return null;
  const { Embedder } = await import('../llm/embedder.js');
  return new Embedder(llm, {
    folder: llmFolder(workspace),
    scope: world.scope,
    scrub: scrubberOf(world.environment, [llm.replay === null ? llm.key() : null]),
    now: world.now,
    random: world.random,
    onCall: (call) => world.onNote({ kind: 'call', call }),
  });
}

/** What `ask` gives; null where its model failed, of which `onFailure` is told. With `--llm require` the failure is raised. */
export async function unlessModelFails<Answer>(
  { llm }: Pick<Settings, 'llm'>,
  ask: () => Promise<Answer>,
  onFailure: (failure: DpbError) => void,
): Promise<Answer | null> {
  try {
    return await ask();
  } catch (thrown) {
    if (!(thrown instanceof DpbError) || !thrown.code.startsWith('llm.') || llm.mode === 'require') throw thrown;
    onFailure(thrown);
    return null;
  }
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
