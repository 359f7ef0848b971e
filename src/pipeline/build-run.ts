import { makeDirectory } from '../support/atomic-files.js';
import { type BuildOptions, type BuildOutcome, buildProduct } from './build.js';
import { recordFailedLineage } from './failed-lineage.js';
import { rememberProductData } from './product-data.js';
import { recordEvent, recordFailure, runDirectory, writeRunResult } from './runs.js';
import type { OnEvent, RunEvent } from './steps.js';
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
    const { file, asOf } = options;
    await recordFailedLineage(directory, { file, runId, asOf, began, ended: now().toISOString(), thrown });
    emit({ kind: 'run_finished', status: 'failed' });
    throw failure;
  }
}
