import { join } from 'node:path';
import type { Product } from '../plan/product.js';
import { makeDirectory, writeTextAtomic } from '../support/atomic-files.js';
import { messageOf } from '../support/errors.js';
import { type BuildOptions, type BuildOutcome, buildProduct } from './build.js';
import { lineageFileName } from './build-files.js';
import { rememberProductData } from './product-data.js';
import { recordEvent, recordFailure, runDirectory, writeRunResult } from './runs.js';
import type { OnEvent, RunEvent } from './steps.js';
import { UnprovedBuild } from './unproved-build.js';
import type { Workspace } from './workspace.js';

export interface BuildRunOptions extends Omit<BuildOptions, 'onEvent'> {
  readonly workspace: Workspace;
  readonly runId: string;
  readonly onEvent: OnEvent;
  readonly now: () => Date;
}

/**
 * A build from the product file alone as a run of its own: events, how it ended and, where a proof failed, the evidence are
 * kept in its folder. Raises what `buildProduct` does.
 */
export async function buildInRun({
  workspace,
  runId,
  onEvent,
  now,
  ...options
}: BuildRunOptions): Promise<BuildOutcome> {
  const directory = runDirectory(workspace, runId);
  makeDirectory(directory);
  const emit = (event: RunEvent): void => {
    recordEvent(directory, event, now());
    onEvent(event);
  };
  const began = now().toISOString();
  const known = { runId, request: options.file.request, product: options.file.name };
  emit({ kind: 'run_started', runId, request: options.file.request });
  emit({ kind: 'step_started', step: 'build' });
  try {
    const build = await buildProduct({
      ...options,
      onEvent: (message) => emit({ kind: 'progress', step: 'build', message }),
    });
    rememberProductData(workspace, options.file.name, options.dataRoots);
    const status = build.upToDate ? 'up_to_date' : 'built';
    writeRunResult(directory, { ...known, status, buildId: build.buildId, message: null });
    emit({ kind: 'step_finished', step: 'build', summary: `build ${build.buildId}` });
    emit({ kind: 'run_finished', status });
    return build;
  } catch (thrown) {
    const failure = recordFailure(directory, { ...known, buildId: null }, thrown);
    await recordFailedLineage(directory, { options, runId, began, ended: now().toISOString(), thrown });
    emit({ kind: 'run_finished', status: 'failed' });
    throw failure;
  }
}

interface FailedBuild {
  readonly options: Omit<BuildOptions, 'onEvent'>;
  readonly runId: string;
  readonly began: string;
  readonly ended: string;
  readonly thrown: unknown;
}

/** Keeps the events of a run that failed beside its record, for `lineage emit --run`. */
async function recordFailedLineage(
  directory: string,
  { options: { file, asOf }, runId, began, ended, thrown }: FailedBuild,
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
