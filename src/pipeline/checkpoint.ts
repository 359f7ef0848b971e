import { join } from 'node:path';
import { z } from 'zod';
import { parseProductFile } from '../plan/product-file.js';
import type { SemanticPlan } from '../plan/query.js';
import type { RunState } from '../plan/run-state.js';
import { validatePlan } from '../plan/validate.js';
import { readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { contentHash } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import { type StepName, stepNames } from './steps.js';

/** The layout of a checkpoint. A file of another version is refused, never guessed at. */
const checkpointVersion = 1;

/**
 * One step's result. `inputs` fingerprints the request, settings and dpb that the run started with; `previous` is the
 * hash of the checkpoint before, so that a run's checkpoints form a chain and none can be swapped alone.
 */
export interface Checkpoint {
  readonly step: StepName;
  readonly inputs: string;
  readonly previous: string | null;
  readonly state: RunState;
  readonly hash: string;
}

const part = z.object({}).loose().nullable();
const stateShape = z
  .object({
    request: z.object({ text: z.string(), asOf: z.string() }).loose(),
    catalogId: z.string(),
    readings: z.array(z.object({ plan: z.unknown() }).loose()).nullable(),
    selection: z.object({ status: z.string() }).loose().nullable(),
    model: part,
    sources: z.array(z.object({}).loose()).nullable(),
    owner: part,
    sla: part,
    transformation: z.object({ sql: z.string() }).loose().nullable(),
    quality: part,
    product: z.object({ file: z.unknown() }).loose().nullable(),
    files: z.array(z.object({ path: z.string(), text: z.string(), executable: z.boolean() }).strict()).nullable(),
  })
  .strict();

const envelopeSchema = z
  .object({
    version: z.literal(checkpointVersion),
    step: z.enum(stepNames),
    inputs: z.string(),
    previous: z.string().nullable(),
    hash: z.string(),
    state: z.custom<RunState>((value) => stateShape.safeParse(value).success, 'is not the state of a run'),
  })
  .strict();

/**
 * Writes the checkpoint of `step` in one rename and gives it back with its hash. Keys keep their order, which artifacts
 * made from a resumed state show; the hash does not depend on it.
 */
export function writeCheckpoint(runDirectory: string, checkpoint: Omit<Checkpoint, 'hash'>): Checkpoint {
  const body = { version: checkpointVersion, ...checkpoint };
  const hash = contentHash(body);
  writeTextAtomic(checkpointPath(runDirectory, checkpoint.step), `${JSON.stringify({ ...body, hash }, null, 1)}\n`);
  return { ...checkpoint, hash };
}

/**
 * The checkpoints that stand, in step order, up to the first step without one. Each is checked: its version and shape,
 * its hash, its link to the one before, the inputs. What fails raises `run.checkpoint` naming the step.
 */
export function readCheckpoints(runDirectory: string, inputs: string): readonly Checkpoint[] {
  const found: Checkpoint[] = [];
  for (const step of stepNames) {
    const text = readTextIfThere(checkpointPath(runDirectory, step));
    if (text === null) break;
    found.push(checkedCheckpoint(text, step, inputs, found.at(-1)?.hash ?? null));
  }
  return found;
}

function checkedCheckpoint(text: string, step: StepName, inputs: string, previous: string | null): Checkpoint {
  const refuse = (problem: string, cause?: unknown): Error => dpbError('run.checkpoint', { step, problem }, { cause });
  const raw = parseJson(text, refuse);
  const envelope = envelopeSchema.safeParse(raw);
  if (!envelope.success)
    throw refuse(`it is not a checkpoint of this version of dpb (${z.prettifyError(envelope.error)})`);
  const { hash, ...body } = envelope.data;
  if (contentHash(body) !== hash)
    throw refuse('its content does not match its hash; it was changed after it was written');
  if (body.step !== step) throw refuse(`it belongs to step "${body.step}"`);
  if (body.previous !== previous) throw refuse('it does not follow the checkpoint before it');
  if (body.inputs !== inputs) throw refuse('it belongs to another request, other settings or another version of dpb');
  return { step, inputs, previous, hash, state: validState(body.state, refuse) };
}

/** The parts that later steps execute are validated in full; they are the only ones that could do harm. */
function validState(state: RunState, refuse: (problem: string, cause?: unknown) => Error): RunState {
  try {
    const readings = [...(state.readings ?? []), state.selection?.reading ?? []].flat();
    for (const { plan } of readings) if (!showsWordsAlone(plan)) validatePlan(plan);
    if (state.product) parseProductFile(JSON.stringify(state.product.file), 'checkpoint');
  } catch (thrown) {
    throw refuse(messageOf(thrown), thrown);
  }
  return state;
}

/** A reading of which nothing could be composed has a plan of nothing, which no step runs. */
function showsWordsAlone({ query }: SemanticPlan): boolean {
  return (
    query.kind === 'aggregate' && [query.tables, query.dimensions, query.measures].every(({ length }) => length === 0)
  );
}

function parseJson(text: string, refuse: (problem: string, cause?: unknown) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw refuse('it is not JSON', thrown);
  }
}

function checkpointPath(runDirectory: string, step: StepName): string {
  return join(runDirectory, `${stepNames.indexOf(step)}-${step}.json`);
}

/** The states that the steps of a run left, as far as they are states; who goes on with the run reads `readCheckpoints`. */
export function readStates(runDirectory: string): readonly RunState[] {
  return stepNames.flatMap((step) => {
    const text = readTextIfThere(checkpointPath(runDirectory, step));
    const envelope = text === null ? null : envelopeSchema.safeParse(JSON.parse(text));
    return envelope?.success === true ? [envelope.data.state] : [];
  });
}
