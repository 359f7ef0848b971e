import type { Engine } from '../engine/engine.js';
import type { Product, ProductFile } from '../plan/product.js';
import type { Selection } from '../plan/reading.js';
import type { EmittedFile, Request, RunState } from '../plan/run-state.js';
import { contentHash } from '../support/canonical-json.js';
import { bug, dpbError } from '../support/errors.js';
import { initialState } from './answer.js';
import { type BuildOutcome, buildProduct } from './build.js';
import { type Checkpoint, readCheckpoints, writeCheckpoint } from './checkpoint.js';
import { consultModel } from './consult-model.js';
import { dataProbe } from './data-probe.js';
import { checkReplaceable, publishDefinition } from './definition.js';
import { discover } from './discover.js';
import { recordFailedLineage } from './failed-lineage.js';
import type { Model, ModelNote } from './model.js';
import { rememberProductData } from './product-data.js';
import { proposedByModel } from './propose.js';
import {
  type RunRequest,
  readRunRequest,
  recordEvent,
  recordFailure,
  recordUsage,
  runDirectory,
  startRun,
  writeRunResult,
} from './runs.js';
import { openMountedEngine, openSession, type Session } from './session.js';
import type { Settings } from './settings.js';
import { replacedPolicies } from './standing-policy.js';
import { type OnEvent, type RunEvent, type StepName, stepNames, stepSecondsMax } from './steps.js';
import { TimedGraph } from './timed-graph.js';

/** How `generate` ended. But for `answered`, nothing was written under products or gold. */
export type GenerateOutcome =
  | {
      readonly status: 'answered';
      readonly runId: string;
      readonly state: RunState;
      readonly file: ProductFile;
      readonly definition: string;
      readonly build: BuildOutcome | null;
    }
  | {
      readonly status: 'needs_clarification' | 'not_understood' | 'refused';
      readonly runId: string;
      readonly selection: Selection;
    };

export interface GenerateOptions {
  readonly settings: Settings;
  readonly request: Request;
  readonly runId: string;
  readonly build: boolean;
  readonly force: boolean;
  /** The artifacts that the definition is to have; null for all. */
  readonly only: readonly string[] | null;
  readonly onEvent: OnEvent;
  readonly now: () => Date;
  readonly openModel: OpenModel;
}

/** Opens the model that a run may ask; null where it may ask none. */
export type OpenModel = (settings: Settings, scope: string, onNote: (note: ModelNote) => void) => Model | null;

/** The version of dpb's behaviour that checkpoints depend on; a change of it invalidates them. */
const behaviourVersion = 3;

/** Starts a run: reads the words once, defines the product and, unless told otherwise, builds it. */
export async function generate(options: GenerateOptions): Promise<GenerateOutcome> {
  const { settings } = options;
  const stored: RunRequest = {
    request: options.request,
    dataRoots: settings.dataRoots,
    glossary: settings.glossary,
    products: settings.products,
    gold: settings.gold,
    threads: settings.threads,
    user: settings.user,
    build: options.build,
    force: options.force,
    only: options.only,
    llm: {
      mode: settings.llm.mode,
      record: settings.llm.record,
      replay: settings.llm.replay,
      propose: settings.llm.propose,
    },
  };
  startRun(settings.workspace, options.runId, stored);
  return runSteps(options);
}

/** Goes on with a run from its last checkpoint; ends with the same bytes as an uninterrupted one. */
export async function resume(
  settings: Settings,
  runId: string,
  onEvent: OnEvent,
  now: () => Date,
  openModel: OpenModel,
): Promise<GenerateOutcome> {
  const stored = readRunRequest(settings.workspace, runId);
  const { request, build, force, only = null, user = null, llm = {}, ...paths } = stored;
  if (user !== settings.user)
    throw dpbError('input.invalid', { what: '--user', problem: `run "${runId}" was started by another user` });
  const replaced = replacedPolicies(settings.workspace, paths.dataRoots, paths.glossary);
  const given = { ...settings, ...paths, replacedPolicies: replaced, llm: { ...settings.llm, ...llm } };
  return runSteps({ settings: given, request, runId, build, force, only, onEvent, now, openModel });
}

async function runSteps(options: GenerateOptions): Promise<GenerateOutcome> {
  const directory = runDirectory(options.settings.workspace, options.runId);
  const emit = (event: RunEvent): void => {
    recordEvent(directory, event, options.now());
    options.onEvent(event);
  };
  const began = options.now().toISOString();
  emit({ kind: 'run_started', runId: options.runId, request: options.request.text });
  const run = new Run(options, directory, emit);
  try {
    const outcome = await run.execute();
    writeRunResult(directory, resultOf(options, outcome));
    emit({ kind: 'run_finished', status: outcome.status });
    return outcome;
  } catch (thrown) {
    const { runId, request, now } = options;
    const file = await run.definition();
    const known = { runId, request: request.text, product: file?.name ?? null, buildId: null };
    const failure = recordFailure(directory, known, thrown);
    if (file !== null) {
      const ended = now().toISOString();
      await recordFailedLineage(directory, { file, runId, asOf: request.asOf, began, ended, thrown });
    }
    emit({ kind: 'run_finished', status: 'failed' });
    throw failure;
  } finally {
    await run.close();
  }
}

function resultOf({ runId, request }: GenerateOptions, outcome: GenerateOutcome): Parameters<typeof writeRunResult>[1] {
  const answered = outcome.status === 'answered';
  return {
    runId,
    status: outcome.status,
    request: request.text,
    product: answered ? outcome.file.name : null,
    buildId: answered ? (outcome.build?.buildId ?? null) : null,
    message: answered ? null : outcome.selection.message,
  };
}

/** One run under way: holds the open catalog and engine, and the chain of checkpoints. */
class Run {
  readonly #options: GenerateOptions;
  readonly #directory: string;
  readonly #emit: OnEvent;
  readonly #inputs: string;
  #checkpoints: readonly Checkpoint[] = [];
  #session: Session | null = null;
  #engine: Engine | null = null;
  /** What the last agent that ended left. */
  #reached: RunState | null = null;

  constructor(options: GenerateOptions, directory: string, emit: OnEvent) {
    this.#options = options;
    this.#directory = directory;
    this.#emit = emit;
    this.#inputs = contentHash({ behaviourVersion, request: options.request });
  }

  /** What was to be built, as far as the agents came; null where none had made it a product. */
  async definition(): Promise<ProductFile | null> {
    if (this.#reached === null) return null;
    return (await import('../packaging/agent.js')).definitionOf(this.#reached);
  }

  async execute(): Promise<GenerateOutcome> {
    this.#checkpoints = readCheckpoints(this.#directory, this.#inputs);
    const { settings, runId, openModel } = this.#options;
    const model = openModel(settings, runId, (note) => this.#emit({ kind: 'model', step: 'discovery', note }));
    const session = await this.#scan();
    let state = await this.#step(
      'scan',
      initialState(this.#options.request, session.graph.catalog.id),
      async (given) => given,
    );
    if (state.catalogId !== session.graph.catalog.id) {
      throw dpbError('run.checkpoint', {
        step: 'scan',
        problem: 'the sources or the glossary changed since the run began',
      });
    }
    const readOver = async ({ request }: RunState): Promise<Session['graph']> =>
      (await import('./request-graph.js')).graphForRequest(session.graph, request.text);
    state = await this.#step('intent', state, async (given) =>
      (await import('../intent/agent.js')).intentAgent(given, { graph: await readOver(given) }),
    );
    state = await this.#step('discovery', state, async (given) => {
      const found = await discover(given, await readOver(given), dataProbe(session, given.request));
      if (model === null || found.selection === null) return found;
      const { selection } = await consultModel(found.selection, session, given.request, model);
      return { ...found, selection };
    });
    const { selection } = state;
    if (selection === null) throw bug('discovery ended without a selection');
    if (selection.status !== 'answered') return { status: selection.status, runId: this.#options.runId, selection };
    return this.#define(session, state, model);
  }

  async #define(session: Session, understood: RunState, model: Model | null): Promise<GenerateOutcome> {
    let state = await this.#step('modeling', understood, async (given) =>
      (await import('../modeling/agent.js')).modelingAgent(given, { graph: session.graph }),
    );
    state = await this.#step('transformation', state, async (given) => {
      const context = await this.#executing(session, given);
      await requireJoins(context.engine, given);
      return (await import('../transformation/agent.js')).transformationAgent(given, context);
    });
    state = await this.#step('quality', state, async (given) => {
      const context = await this.#executing(session, given);
      const measured = await (await import('../quality/agent.js')).qualityAgent(given, context);
      return model?.propose === true ? proposedByModel(measured, model, context.engine) : measured;
    });
    state = await this.#step('packaging', state, async (given) =>
      (await import('../packaging/agent.js')).packagingAgent(given, { graph: session.graph }),
    );
    return this.#publish(session, state);
  }

  /**
   * Builds first and publishes the definition after, so that a build that fails leaves nothing. Both repeat on resume: they
   * write the same bytes, so that a run killed within them heals.
   */
  async #publish(session: Session, state: RunState): Promise<GenerateOutcome> {
    const { product, files } = state;
    if (product === null || files === null) throw bug('packaging ended without files');
    const { settings, force, runId } = this.#options;
    const { requireSeenOrFree } = await import('./what-user-sees.js');
    await requireSeenOrFree(settings, product.file.name);
    checkReplaceable(settings.products, product.file, force);
    const build = this.#options.build ? await this.#build(session, product.file) : null;
    const definition = publishDefinition(settings.products, product.file.name, await this.#wanted(product, files));
    const shown = new Set(product.file.model.columns.map(({ name }) => name));
    recordUsage(settings.workspace, {
      runId,
      user: settings.user,
      datasets: product.file.sources.map(({ dataset }) => dataset),
      metrics: session.graph.catalog.metrics.flatMap(({ name }) => (shown.has(name) ? [name] : [])),
    });
    if (build !== null) this.#checkpoint('build', state);
    return { status: 'answered', runId, state, file: product.file, definition, build };
  }

  /** The files of the definition that were asked for. */
  async #wanted(product: Product, files: readonly EmittedFile[]): Promise<readonly EmittedFile[]> {
    const { only } = this.#options;
    if (only === null) return files;
    const { artifactsNamed } = await import('../packaging/artifact-names.js');
    const { emitProduct } = await import('../packaging/emit-product.js');
    return emitProduct(product, artifactsNamed(only.join(','), '--only'));
  }

  async #build(session: Session, file: ProductFile): Promise<BuildOutcome> {
    const { settings, request } = this.#options;
    this.#emit({ kind: 'step_started', step: 'build' });
    const dataRoots = [...new Set(session.graph.catalog.datasets.map(({ root }) => root))];
    const build = await buildProduct({
      file,
      goldDirectory: settings.gold,
      dataRoots,
      asOf: request.asOf,
      threads: settings.threads,
      force: false,
      onEvent: (message) => this.#emit({ kind: 'progress', step: 'build', message }),
    });
    rememberProductData(settings.workspace, file.name, dataRoots);
    this.#emit({ kind: 'step_finished', step: 'build', summary: `build ${build.buildId}` });
    return build;
  }

  async #scan(): Promise<Session> {
    this.#emit({ kind: 'step_started', step: 'scan' });
    const { settings, now } = this.#options;
    const session = await openSession(settings, {
      full: false,
      onProgress: (message) => this.#emit({ kind: 'progress', step: 'scan', message }),
      onUnreadable: (message) => this.#emit({ kind: 'warning', step: 'scan', message }),
      onGraphNotice: (message) => this.#emit({ kind: 'warning', step: 'scan', message }),
    });
    const graph = new TimedGraph(session.graph, now, (question, milliseconds) =>
      this.#emit({ kind: 'graph_asked', question, milliseconds }),
    );
    this.#session = { ...session, graph };
    return this.#session;
  }

  async #executing(session: Session, state: RunState): Promise<{ graph: Session['graph']; engine: Engine }> {
    if (state.sources === null) throw bug('modeling ended without sources');
    this.#engine ??= await openMountedEngine(session, state.sources);
    return { graph: session.graph, engine: this.#engine };
  }

  /** Gives the state of the checkpoint where there is one; else runs the agent within its deadline and leaves one. */
  async #step(step: StepName, given: RunState, agent: (state: RunState) => Promise<RunState>): Promise<RunState> {
    this.#reached = await this.#stepped(step, given, agent);
    return this.#reached;
  }

  async #stepped(step: StepName, given: RunState, agent: (state: RunState) => Promise<RunState>): Promise<RunState> {
    const done = this.#checkpoints[stepNames.indexOf(step)];
    if (done) {
      this.#emit({ kind: 'step_skipped', step });
      return done.state;
    }
    this.#emit({ kind: 'step_started', step });
    const state = await withinDeadline(step, agent(given));
    this.#checkpoint(step, state);
    this.#emit({ kind: 'step_finished', step, summary: summaryOf(step, state) });
    return state;
  }

  #checkpoint(step: StepName, state: RunState): void {
    const index = stepNames.indexOf(step);
    const previous = index === 0 ? null : (this.#checkpoints[index - 1]?.hash ?? null);
    const checkpoint = writeCheckpoint(this.#directory, { step, inputs: this.#inputs, previous, state });
    this.#checkpoints = [...this.#checkpoints.slice(0, index), checkpoint];
  }

  async close(): Promise<void> {
    this.#engine?.close();
    await this.#session?.close();
  }
}

/** What the joins of the plan rest on holds on the data: nothing is defined that could not be built. */
async function requireJoins(engine: Engine, { selection, sources }: RunState): Promise<void> {
  const plan = selection?.reading?.plan;
  if (plan === undefined || sources === null) throw bug('modeling ended without a plan and its sources');
  const { requirePremises } = await import('../proof/premises.js');
  await requirePremises(engine, plan, sources);
}

async function withinDeadline<Result>(step: StepName, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(dpbError('run.deadline', { step, seconds: stepSecondsMax })),
      stepSecondsMax * 1000,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function summaryOf(step: StepName, state: RunState): string {
  switch (step) {
    case 'scan':
      return `catalog ${state.catalogId}`;
    case 'intent':
      return `${state.readings?.length ?? 0} readings`;
    case 'discovery':
      return state.selection?.status ?? '';
    case 'modeling':
      return state.model?.grainText ?? '';
    case 'transformation':
      return `${state.transformation?.rows ?? 0} rows`;
    case 'quality':
      return `${state.quality?.rules.length ?? 0} rules`;
    case 'packaging':
      return `${state.files?.length ?? 0} files`;
    case 'build':
      return 'built';
  }
}
