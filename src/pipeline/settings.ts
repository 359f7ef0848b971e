import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ServerSettings } from '../catalog/neo4j/graph-server.js';
import type { LlmSettings } from '../llm/llm-settings.js';
import type { TimeSettings, Unmatched } from '../plan/query.js';
import { dpbError } from '../support/errors.js';
import { graphServerSettings } from './graph-server-settings.js';
import { type LlmFlags, readLlmSettings } from './llm-config.js';
import { graphKinds, readSettingsFile, type SettingsFile } from './settings-file.js';
import { glossariesFor, replacedPolicies } from './standing-policy.js';
import type { Workspace } from './workspace.js';

/** What a command was told by flags; what is undefined falls to `DPB_*`, then `dpb.yaml`, then the default. */
export interface Flags extends LlmFlags {
  readonly data?: readonly string[] | undefined;
  readonly glossary?: string | undefined;
  readonly out?: string | undefined;
  readonly gold?: string | undefined;
  readonly threads?: number | undefined;
  readonly unmatched?: Unmatched | undefined;
  readonly user?: string | undefined;
  readonly requireGraph?: boolean | undefined;
}

/** The settings of one command. Paths are absolute. */
export interface Settings {
  readonly workspace: Workspace;
  readonly dataRoots: readonly string[];
  /** Whether a flag, the environment or dpb.yaml named the data; else they are the folders scanned last. */
  readonly dataNamed: boolean;
  readonly glossary: string | null;
  /** Glossaries of a project that declare a policy over these data and in whose place another one is used. */
  readonly replacedPolicies: readonly string[];
  readonly products: string;
  readonly gold: string;
  readonly threads: number;
  readonly unmatched: Unmatched;
  readonly threshold: number;
  readonly time: TimeSettings;
  readonly llm: LlmSettings;
  /** Where the knowledge graph is asked: of the embedded snapshot, or of a Neo4j server. */
  readonly graph: 'embedded' | 'neo4j';
  /** Null where none is asked, or none is named. */
  readonly graphServer: ServerSettings | null;
  /** Fails where the server does, instead of using the snapshot. */
  readonly requireGraph: boolean;
  /** Whose access counts where the glossary has a policy; null for nobody by name. */
  readonly user: string | null;
}

/** The confidence from which a reading counts as an answer, unless `dpb.yaml` says otherwise. */
const defaultThreshold = 0.5;

/**
 * Settings in the order flag, `DPB_*`, `dpb.yaml`, default. Raises `input.invalid` with file, line and column for a
 * `dpb.yaml` that is wrong.
 */
export function readSettings(workspace: Workspace, flags: Flags, environment: NodeJS.ProcessEnv): Settings {
  const file = readSettingsFile(join(workspace.root, 'dpb.yaml'));
  const inRoot = (path: string): string => resolve(workspace.root, path);
  const dataRoots = chooseDataRoots(workspace, flags, environment, file);
  const graph = graphOf(environment) ?? file.graph ?? 'embedded';
  const glossary = chooseGlossary(workspace, flags, environment, file, dataRoots);
  return {
    workspace,
    dataRoots,
    dataNamed: (flags.data ?? []).length > 0 || Boolean(environment.DPB_DATA) || file.data !== undefined,
    glossary,
    replacedPolicies: replacedPolicies(workspace, dataRoots, glossary),
    products: flags.out === undefined ? inRoot(environment.DPB_OUT ?? file.out ?? 'products') : resolve(flags.out),
    gold: flags.gold === undefined ? inRoot(environment.DPB_GOLD ?? file.gold ?? 'gold') : resolve(flags.gold),
    threads: flags.threads ?? threadsOf(environment) ?? file.threads ?? Math.min(availableParallelism(), 8),
    unmatched: flags.unmatched ?? file.unmatched ?? 'keep',
    threshold: file.threshold ?? defaultThreshold,
    time: {
      zone: file.time?.zone ?? 'UTC',
      weekStart: file.time?.week_start ?? 'monday',
      fiscalYearStart: file.time?.fiscal_year_start ?? 1,
    },
    llm: readLlmSettings(flags, environment, file.llm ?? {}),
    graph,
    graphServer: graph === 'neo4j' ? graphServerSettings(environment) : null,
    requireGraph: flags.requireGraph === true,
    user: flags.user ?? (environment.DPB_USER || null),
  };
}

function graphOf({ DPB_GRAPH: given }: NodeJS.ProcessEnv): Settings['graph'] | undefined {
  if (!given) return undefined;
  const known = graphKinds.find((kind) => kind === given);
  if (known !== undefined) return known;
  throw dpbError('input.invalid', { what: 'DPB_GRAPH', problem: `"${given}" is none of ${graphKinds.join(', ')}` });
}

function threadsOf(environment: NodeJS.ProcessEnv): number | undefined {
  if (environment.DPB_THREADS === undefined) return undefined;
  const threads = Number(environment.DPB_THREADS);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw dpbError('input.invalid', {
    what: 'DPB_THREADS',
    problem: `"${environment.DPB_THREADS}" is not a whole number from 1`,
  });
}

function chooseDataRoots(
  workspace: Workspace,
  flags: Flags,
  environment: NodeJS.ProcessEnv,
  file: SettingsFile,
): readonly string[] {
  if (flags.data !== undefined && flags.data.length > 0) return flags.data.map((folder) => resolve(folder));
  if (environment.DPB_DATA) return [resolve(environment.DPB_DATA)];
  const configured = file.data ?? lastScanned(workspace) ?? 'data/bronze';
  return (typeof configured === 'string' ? [configured] : configured).map((folder) => resolve(workspace.root, folder));
}

/** The folders of the last scan, as `rememberScannedFolders` left them; null-like when there was none. */
function lastScanned(workspace: Workspace): string[] | undefined {
  const path = lastScannedPath(workspace);
  if (!existsSync(path)) return undefined;
  const parsed = z
    .array(z.string())
    .min(1)
    .safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return parsed.success ? parsed.data : undefined;
}

/** Where the folders of the last scan are kept for commands that are given none. */
export function lastScannedPath(workspace: Workspace): string {
  return join(workspace.state, 'last-scanned.json');
}

function chooseGlossary(
  workspace: Workspace,
  flags: Flags,
  environment: NodeJS.ProcessEnv,
  file: SettingsFile,
  dataRoots: readonly string[],
): string | null {
  const explicit =
    flags.glossary === undefined
      ? (environment.DPB_GLOSSARY ?? (flags.data === undefined ? file.glossary : undefined))
      : resolve(flags.glossary);
  if (explicit !== undefined) {
    const path = resolve(workspace.root, explicit);
    if (!existsSync(path)) throw dpbError('io.read', { path: explicit, reason: 'there is no such glossary' });
    return path;
  }
  return glossariesFor(workspace, dataRoots).find((place) => existsSync(place)) ?? null;
}
