import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson, textHash } from '../support/canonical-json.js';
import type { Inclusion } from './inclusion.js';
import type { FoundDataset, FoundFile, Layout } from './layout.js';
import type { ReadSource } from './opened-source.js';
import type { MeasuredColumn } from './profile.js';
import { hasSnapshot, scannerVersion, snapshotPath } from './snapshot.js';

/** All that was measured of a dataset; the same for the same bytes. */
export interface Measurement {
  readonly source: ReadSource;
  readonly rows: number;
  readonly columns: readonly MeasuredColumn[];
  readonly keys: readonly (readonly string[])[];
}

/** What the last scan of the same folders left: enough to know that nothing changed, and to measure only what did. */
interface ScanState {
  readonly scannerVersion: number;
  readonly catalogId: string;
  /** Everything that the scan looked at, by place, size and time. */
  readonly inputs: string;
  /** Where the datasets lay, as kept beside the snapshot. */
  readonly surroundings: string;
}

/** Measurements by dataset, with the files that they were made of. */
export interface ScanCache {
  readonly scannerVersion: number;
  readonly catalogId: string;
  readonly datasets: Readonly<
    Record<string, { readonly files: readonly FoundFile[]; readonly root: string; readonly measurement: Measurement }>
  >;
  readonly inclusions: Readonly<Record<string, Inclusion>>;
}

/** A hash over the places, sizes and times of all that a scan reads; no byte of data is read for it. */
export function inputsFingerprint(layout: Layout, glossaryPath: string | null): string {
  const glossary = glossaryPath !== null && existsSync(glossaryPath) ? statSync(glossaryPath) : null;
  return textHash(
    canonicalJson({
      datasets: layout.datasets.map(({ name, root, kind, files, metadata }) => ({ name, root, kind, files, metadata })),
      problems: layout.problems,
      glossary: glossary === null ? null : { size: glossary.size, modifiedMs: glossary.mtimeMs },
    }),
  );
}

/** The state files of one set of folders: a small one for the quick look, a large one for measuring anew. */
export class ScanStore {
  readonly #stateDirectory: string;
  readonly #statePath: string;
  readonly #cachePath: string;

  constructor(stateDirectory: string, roots: readonly string[], glossaryPath: string | null) {
    const key = textHash(canonicalJson({ roots, glossaryPath })).slice(0, 16);
    this.#stateDirectory = stateDirectory;
    this.#statePath = join(stateDirectory, 'catalog', `state-${key}.json`);
    this.#cachePath = join(stateDirectory, 'catalog', `measured-${key}.json`);
  }

  /** The snapshot of the last scan when it saw just these inputs and the snapshot is still there; else null. */
  unchanged(
    inputs: string,
  ): { readonly catalogId: string; readonly catalogPath: string; readonly surroundings: string } | null {
    const state = readJson<ScanState>(this.#statePath);
    if (state === null || state.inputs !== inputs) return null;
    const catalogPath = snapshotPath(this.#stateDirectory, state.catalogId);
    return hasSnapshot(this.#stateDirectory, state.catalogId)
      ? { catalogId: state.catalogId, catalogPath, surroundings: state.surroundings }
      : null;
  }

  /** The measurements of the last scan, if its snapshot (which holds the value index) is still there. */
  cache(): ScanCache | null {
    const cache = readJson<ScanCache>(this.#cachePath);
    return cache !== null && hasSnapshot(this.#stateDirectory, cache.catalogId) ? cache : null;
  }

  write(inputs: string, surroundings: string, cache: Omit<ScanCache, 'scannerVersion'>): void {
    writeTextAtomic(this.#cachePath, canonicalJson({ scannerVersion, ...cache }));
    // The state comes last: it vouches for the rest.
    this.rewrite({ catalogId: cache.catalogId, inputs, surroundings });
  }

  /** Notes other surroundings of the snapshot that was found unchanged. */
  rewrite({ catalogId, inputs, surroundings }: Omit<ScanState, 'scannerVersion'>): void {
    writeTextAtomic(this.#statePath, canonicalJson({ scannerVersion, catalogId, inputs, surroundings }));
  }
}

/** Whether the files are those that were measured, by place, size and time. */
export function sameFiles(found: FoundDataset, root: string, files: readonly FoundFile[]): boolean {
  return found.root === root && canonicalJson(found.files) === canonicalJson(files);
}

/** State that another version wrote, or that is damaged, is as good as none. */
function readJson<State extends { readonly scannerVersion: number }>(path: string): State | null {
  const text = readTextIfThere(path);
  if (text === null) return null;
  try {
    const state = JSON.parse(text) as State;
    return state.scannerVersion === scannerVersion ? state : null;
  } catch {
    return null;
  }
}
