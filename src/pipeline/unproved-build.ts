import { blockingEntries, type Evidence } from '../plan/evidence.js';
import { DpbError, dpbError } from '../support/errors.js';

/** Nothing was published, since a proof that must hold failed. The evidence says which, with its counts. */
export class UnprovedBuild extends DpbError {
  readonly evidence: Evidence;
  readonly buildId: string;
  /** Where the evidence was kept; null as long as it was not. */
  readonly evidencePath: string | null;

  constructor(name: string, buildId: string, evidence: Evidence, evidencePath: string | null = null) {
    const failures = blockingEntries(evidence).map(({ title, why }) => `${title}: ${why ?? ''}`);
    const { code, message, hint } = dpbError('build.unproved', { name, failures });
    super(code, message, hint, null, undefined);
    this.evidence = evidence;
    this.buildId = buildId;
    this.evidencePath = evidencePath;
  }

  /** The same, with its evidence kept at `path`. */
  keptAt(path: string): UnprovedBuild {
    return new UnprovedBuild(this.evidence.product, this.buildId, this.evidence, path);
  }
}
