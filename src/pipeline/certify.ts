import { join } from 'node:path';
import { writeTextAtomic } from '../support/atomic-files.js';
import { goldFileName, goldFolderOf } from './build-files.js';
import { type Agreement, agreementText, agreeWith } from './engine-agreement.js';
import type { EngineRun } from './other-engines.js';
import { openBuild, type Verification, type VerifyOptions } from './verify.js';

/** That another engine gave the rows of a stored build, and the file beside its evidence that says so. */
export interface Certificate {
  readonly agreement: Agreement;
  readonly path: string;
}

/**
 * Computes a stored build again with another engine and, where its rows are the same, writes the certificate beside the evidence.
 * Where the build or what it was made from changed, nothing can be said: then the verification that found it. Raises as
 * `verifyBuild` and `agreeWith` do.
 */
export async function certifyBuild(options: VerifyOptions, run: EngineRun): Promise<Certificate | Verification> {
  const { stored, file, sources, against } = await openBuild(options);
  const { buildId, folder, evidence } = stored;
  if (against !== null) return { ...against, buildId, folder, evidence: null };
  const agreement = await agreeWith({
    file,
    run,
    buildId,
    asOf: evidence.asOf,
    mounted: sources.mounted,
    goldPath: join(folder, goldFileName(file)),
    gold: goldFolderOf(options.goldDirectory, options.name),
    onEvent: options.onEvent,
  });
  // The files of a published build are listed in its manifest and never change: certificates come beside them.
  const path = join(folder, `certificate.${run.engine}.json`);
  writeTextAtomic(path, agreementText(agreement));
  return { agreement, path };
}
