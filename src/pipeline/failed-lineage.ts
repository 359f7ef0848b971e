import { join } from 'node:path';
import type { Product, ProductFile } from '../plan/product.js';
import { writeTextAtomic } from '../support/atomic-files.js';
import { messageOf } from '../support/errors.js';
import { lineageFileName } from './build-files.js';
import { UnprovedBuild } from './unproved-build.js';

/** A run that published nothing, and what was to be built. */
interface FailedBuild {
  readonly file: ProductFile;
  readonly runId: string;
  readonly asOf: string;
  /** ISO 8601, UTC. */
  readonly began: string;
  readonly ended: string;
  readonly thrown: unknown;
}

/** Keeps the events of a run that failed beside its record, for `lineage emit --run`. */
export async function recordFailedLineage(
  directory: string,
  { file, runId, asOf, began, ended, thrown }: FailedBuild,
): Promise<void> {
  const { eventsText, failedEvents } = await import('../packaging/openlineage/events.js');
  const { compiledProduct } = await import('./definition.js');
  let product: Product;
  try {
    product = await compiledProduct(file);
  } catch {
    // A plan that cannot be compiled is what failed: of it there is nothing that an event could say.
    return;
  }
  const evidence = thrown instanceof UnprovedBuild ? thrown.evidence : null;
  const events = failedEvents({ product, runId, asOf, evidence, message: messageOf(thrown), began, ended });
  writeTextAtomic(join(directory, lineageFileName), eventsText(events));
}
