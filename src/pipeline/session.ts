import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { ScanOptions, ScanResult } from '../catalog/scan-options.js';
import type { Engine, MountedSource } from '../engine/engine.js';
import type { SourceTable } from '../plan/product.js';
import { makeDirectory, writeTextAtomic } from '../support/atomic-files.js';
import { bug, DpbError, dpbError } from '../support/errors.js';
import { SessionEngine } from './session-engine.js';
import { type OnGraphNotice, openSessionGraph } from './session-graph.js';
import { lastScannedPath, type Settings } from './settings.js';
import { mayDeclarePolicy } from './standing-policy.js';

/** The scanned catalog that a command works with. Close it when done. */
export interface Session {
  readonly settings: Settings;
  readonly graph: KnowledgeGraph;
  readonly catalogChanged: boolean;
  /** Gives what `act` makes of DuckDB with the sources mounted from where the catalog found them; for statements that change nothing. */
  ask<Result>(sources: readonly SourceTable[], act: (engine: Engine) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Scans the data folders (only what changed since the last time, unless `full`) and opens the catalog. The folders are
 * remembered for commands that are given none. `foldUsage` counts the journal also where nothing changed. Raises
 * `access.glossary` as `requireOwnGlossary`.
 */
export async function openSession(
  settings: Settings,
  options: {
    readonly full: boolean;
    readonly foldUsage?: boolean;
    readonly onProgress: (message: string) => void;
    /** Told of each file that cannot be read: what is asked is answered without it. */
    readonly onUnreadable: (message: string) => void;
    /** Told where the graph is not asked of the server that was named. */
    readonly onGraphNotice: OnGraphNotice;
  },
): Promise<Session> {
  const { graphFor } = await import('../catalog/restricted-graph.js');
  await requireOwnGlossary(settings);
  const scanned = await scanData(settings, {
    full: options.full,
    foldUsage: options.foldUsage ?? false,
    // The names of what is read are nothing for somebody who may not see it.
    onProgress: mayDeclarePolicy(settings.glossary) ? () => options.onProgress('reading the data') : options.onProgress,
  });
  writeTextAtomic(lastScannedPath(settings.workspace), `${JSON.stringify(settings.dataRoots)}\n`);
  const whole = await openSessionGraph(settings, scanned.catalogPath, options.onGraphNotice);
  const graph = graphFor(whole, settings.user, scanned.catalogPath);
  for (const { path, reason } of graph.catalog.unreadable) options.onUnreadable(`cannot read ${path}: ${reason}`);
  const engine = new SessionEngine(() => openSettingsEngine(settings));
  return {
    settings,
    graph,
    catalogChanged: scanned.changed,
    ask: (sources, act) => engine.ask(mountedSources(graph, sources), act),
    close: async () => {
      engine.close();
      await graph.close();
    },
  };
}

/**
 * The graph of the settings' data, whoever asks: for telling who may see what. Nothing of it may be shown. Raises
 * `access.unknown` where a policy cannot be read.
 */
export async function openWholeGraph(settings: Settings): Promise<KnowledgeGraph> {
  await requireOwnGlossary(settings);
  const quiet = { full: false, foldUsage: false, onProgress: () => undefined };
  const { catalogPath } = await scanData(settings, quiet);
  return openSessionGraph(settings, catalogPath, () => undefined);
}

/**
 * Raises `access.glossary` where another glossary is used in place of one whose policy denies something of the data to the
 * user, or does not fit them: it would undo the policy, and what it names would tell what is there. Raises
 * `access.unknown` where the policy cannot be read.
 */
export async function requireOwnGlossary(settings: Settings): Promise<void> {
  for (const glossary of settings.replacedPolicies)
    if (!(await opensEverything({ ...settings, glossary, replacedPolicies: [] })))
      throw dpbError('access.glossary', {});
}

async function opensEverything(settings: Settings): Promise<boolean> {
  const [{ seesEverything }, { accessOf }] = await Promise.all([
    import('../catalog/restricted-catalog.js'),
    import('../governance/access-policy.js'),
  ]);
  try {
    const graph = await openWholeGraph(settings);
    const { catalog } = graph;
    await graph.close();
    return catalog.access === undefined || seesEverything(catalog, accessOf(catalog.access, settings.user));
  } catch (thrown) {
    // What is wrong in a glossary is told with its names, which are not for everybody.
    if (thrown instanceof DpbError && thrown.code === 'input.invalid') return false;
    throw thrown;
  }
}

async function scanData(
  settings: Settings,
  how: Pick<ScanOptions, 'full' | 'foldUsage' | 'onProgress'>,
): Promise<ScanResult> {
  const { scan } = await import('../catalog/scan.js');
  makeDirectory(settings.workspace.state);
  return scan({
    roots: settings.dataRoots,
    glossaryPath: settings.glossary,
    stateDirectory: settings.workspace.state,
    threads: settings.threads,
    ...how,
  });
}

async function openSettingsEngine({ threads }: Settings): Promise<Engine> {
  const { openEngine } = await import('../engine/duckdb-engine.js');
  return openEngine({ threads, memoryLimit: null });
}

/** Opens a DuckDB session of its own with the given sources mounted from where the catalog found them. Close it when done. */
export async function openMountedEngine(session: Session, sources: readonly SourceTable[]): Promise<Engine> {
  const engine = await openSettingsEngine(session.settings);
  await engine.mount(mountedSources(session.graph, sources));
  return engine;
}

function mountedSources(graph: KnowledgeGraph, sources: readonly SourceTable[]): readonly MountedSource[] {
  return sources.map((table) => {
    const dataset = graph.catalog.datasets.find(({ name }) => name === table.dataset);
    if (!dataset) throw bug(`the plan uses dataset "${table.dataset}", which the catalog does not have`);
    return { table, root: dataset.root };
  });
}
