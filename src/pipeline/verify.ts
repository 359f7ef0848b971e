import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence, EvidenceEntry, SourceFingerprint } from '../plan/evidence.js';
import type { ProductFile } from '../plan/product.js';
import { fileHash, removeTree } from '../support/atomic-files.js';
import { canonicalJson, contentHash } from '../support/canonical-json.js';
import { type Computation, computeProved } from './build.js';
import { goldFileName, goldFolderOf, openAside, type StoredBuild, storedBuild } from './build-files.js';
import { type FoundSources, findSources } from './build-sources.js';
import { readProductFile } from './definition.js';

export interface VerifyOptions {
  readonly name: string;
  readonly goldDirectory: string;
  readonly productsDirectory: string;
  /** Null for the current build. */
  readonly buildId: string | null;
  readonly dataRoots: readonly string[];
  readonly threads: number;
  readonly onEvent: (message: string) => void;
}

/**
 * `verified`: gold and evidence were computed again and are the same. `sources_changed`, `definition_changed`: the stored
 * build is whole, but what it was made from is not there any more, so nothing can be proved again. `proof_broken`: the
 * stored files are not those that were published, or the same inputs give something else.
 */
export interface Verification {
  readonly status: 'verified' | 'sources_changed' | 'definition_changed' | 'proof_broken';
  readonly buildId: string;
  readonly folder: string;
  /** What differs, one sentence each; empty for `verified`. */
  readonly differences: readonly string[];
  /** The evidence as computed now; null where it was not. */
  readonly evidence: Evidence | null;
}

/** A stored build with the product file and the sources that it was made from, or why these are not there any more. */
export type OpenedBuild = { readonly stored: StoredBuild; readonly file: ProductFile } & (
  | { readonly sources: FoundSources; readonly against: null }
  | { readonly sources: null; readonly against: Pick<Verification, 'status' | 'differences'> }
);

/** Finds a stored build and what it was made from. Raises `build.unknown`, `product.unknown`, `source.missing`. */
export async function openBuild(options: VerifyOptions): Promise<OpenedBuild> {
  const { name, onEvent } = options;
  const file = readProductFile(options.productsDirectory, name);
  const stored = await storedBuild(goldFolderOf(options.goldDirectory, name), options.buildId);
  const against = (status: Verification['status'], differences: readonly string[]): OpenedBuild => ({
    stored,
    file,
    sources: null,
    against: { status, differences },
  });
  if (stored.altered.length > 0)
    return against(
      'proof_broken',
      stored.altered.map((path) => `${path} is not the file that was published`),
    );
  if (contentHash(file) !== stored.evidence.definition)
    return against('definition_changed', ['the product file is not the one that was built']);
  onEvent('fingerprinting the sources');
  const sources = await findSources(file, options.dataRoots);
  const changed = changedSources(stored.evidence.sources, sources.fingerprints);
  if (changed.length > 0) return against('sources_changed', changed);
  return { stored, file, sources, against: null };
}

/** Proves a stored build again from its sources. Raises `build.unknown`, `product.unknown`, `source.missing`. */
export async function verifyBuild(options: VerifyOptions): Promise<Verification> {
  const { stored, file, sources, against } = await openBuild(options);
  const { buildId, folder } = stored;
  if (against !== null) return { ...against, buildId, folder, evidence: null };
  const aside = openAside(goldFolderOf(options.goldDirectory, options.name), `verify-${buildId}`);
  try {
    const goldPath = join(aside, goldFileName(file));
    const { onEvent, threads } = options;
    const { differences, evidence } = await recompute(stored, { sources, goldPath, file, onEvent, threads });
    const status = differences.length === 0 ? 'verified' : 'proof_broken';
    return { status, buildId, folder, differences, evidence };
  } finally {
    removeTree(aside);
  }
}

async function recompute(
  stored: StoredBuild,
  inputs: Omit<Computation, 'asOf'>,
): Promise<{ readonly evidence: Evidence; readonly differences: readonly string[] }> {
  const { evidence } = await computeProved({ ...inputs, asOf: stored.evidence.asOf });
  const { goldPath } = inputs;
  const goldName = goldFileName(inputs.file);
  const published = stored.manifest.files.find(({ path }) => path === goldName);
  // Where a premise fails now, the query was not run and there is no file.
  const isSame = published !== undefined && existsSync(goldPath) && (await fileHash(goldPath)) === published.sha256;
  const differences = [
    ...(isSame ? [] : [`${goldName} has other bytes than the same sources give now`]),
    ...changedEntries(stored.evidence.entries, evidence.entries),
  ];
  return { evidence, differences };
}

function changedSources(before: readonly SourceFingerprint[], now: readonly SourceFingerprint[]): readonly string[] {
  const hashes = (sources: readonly SourceFingerprint[]): ReadonlyMap<string, string> =>
    new Map(
      sources.flatMap(({ dataset, files }) =>
        files.map(({ path, sha256 }) => [`${dataset}: ${path}`, sha256] as const),
      ),
    );
  const [old, fresh] = [hashes(before), hashes(now)];
  const gone = [...old.keys()].filter((path) => !fresh.has(path)).map((path) => `${path} is gone`);
  const changed = [...fresh].flatMap(([path, sha256]) => {
    if (!old.has(path)) return [`${path} is new`];
    return old.get(path) === sha256 ? [] : [`${path} has other content`];
  });
  return [...gone, ...changed];
}

function changedEntries(before: readonly EvidenceEntry[], now: readonly EvidenceEntry[]): readonly string[] {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const fresh = new Set(now.map(({ id }) => id));
  const missing = before.filter(({ id }) => !fresh.has(id)).map(({ title }) => `${title}: no longer computed`);
  const other = now.flatMap((entry) => {
    const stored = old.get(entry.id);
    if (stored !== undefined && canonicalJson(stored) === canonicalJson(entry)) return [];
    return [`${entry.title}: ${stored?.status ?? 'not'} in the stored evidence, ${entry.status} now`];
  });
  return [...missing, ...other];
}
