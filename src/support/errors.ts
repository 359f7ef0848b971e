import { type ErrorClass, type ErrorCode, type ErrorParameters, errorTable } from './error-table.js';

/** Where in the input something went wrong, as a person reads it: `file:line:col`, or `dataset.column`. */
export type Place = string;

/**
 * The one error that dpb throws on purpose. `code` is stable and meant for programs; `message` says what happened,
 * `hint` what to do about it. What is thrown as anything else is a bug of ours.
 */
export class DpbError extends Error {
  readonly code: ErrorCode;
  readonly errorClass: ErrorClass;
  readonly exitCode: number;
  readonly hint: string;
  readonly place: Place | null;

  constructor(code: ErrorCode, what: string, hint: string, place: Place | null, cause: unknown) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = 'DpbError';
    const { errorClass, exitCode } = errorTable[code];
    this.code = code;
    this.errorClass = errorClass;
    this.exitCode = exitCode;
    this.hint = hint;
    this.place = place;
  }
}

/** Makes the error of `code` from its typed parameters; `place` and `cause` are optional. */
export function dpbError<Code extends ErrorCode>(
  code: Code,
  parameters: ErrorParameters<Code>,
  options: { readonly place?: Place; readonly cause?: unknown } = {},
): DpbError {
  const entry = errorTable[code];
  const what = (entry.what as (given: ErrorParameters<Code>) => string)(parameters);
  const hint = (entry.hint as (given: ErrorParameters<Code>) => string)(parameters);
  return new DpbError(code, what, hint, options.place ?? null, options.cause);
}

/** An assertion of ours that failed: says that it is a bug in dpb, not the user's fault. */
export function bug(what: string, cause?: unknown): DpbError {
  return dpbError('bug.assertion', { what }, { cause });
}

/** The message of anything thrown, for putting it into another error's text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
