import { existsSync } from 'node:fs';
import { dpbError } from '../support/errors.js';
import { readPopularity } from './journal.js';
import { findDatasets } from './layout.js';
import type { ScanOptions, ScanResult } from './scan-options.js';
import { inputsFingerprint, ScanStore } from './scan-state.js';
import { withPopularity, writeSurroundings } from './snapshot.js';

/**
 * Makes the catalog snapshot of the data under the roots, or gives the one of the last scan when no file changed; then no
 * data are read. Only changed datasets are measured. How often
 * runs used each dataset is folded in from the journal by scans alone, never by the runs. Raises `data.no_folder`, `data.no_datasets` where nothing can be read, and
 * `input.invalid` for a glossary that is wrong.
 */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const missing = options.roots.find((root) => !existsSync(root));
  if (missing !== undefined) throw dpbError('data.no_folder', { folder: missing });
  const layout = findDatasets(options.roots);
  const store = new ScanStore(options.stateDirectory, options.roots, options.glossaryPath);
  const inputs = inputsFingerprint(layout, options.glossaryPath);
  const unchanged = options.full ? null : store.unchanged(inputs);
  if (unchanged !== null) {
    const surroundings = options.foldUsage
      ? withPopularity(unchanged.surroundings, readPopularity(options.stateDirectory))
      : unchanged.surroundings;
    if (surroundings !== unchanged.surroundings) store.rewrite({ ...unchanged, inputs, surroundings });
    writeSurroundings(unchanged.catalogPath, surroundings);
    return { catalogPath: unchanged.catalogPath, catalogId: unchanged.catalogId, changed: false };
  }
  if (layout.datasets.length === 0)
    throw dpbError('data.no_datasets', { folder: options.roots.join(', '), unreadable: layout.problems });
  // The engine is loaded only now: an unchanged folder is answered without it.
  const { measureAndStore } = await import('./scan-session.js');
  return await measureAndStore(options, layout, store, inputs);
}
