import { type DpbError, dpbError } from '../../support/errors.js';

/** A plan without a safe meaning on these tables. */
export function refusal(reason: string, remedy: string): DpbError {
  return dpbError('plan.refused', { reason, remedy });
}
