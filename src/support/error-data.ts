import { DpbError, messageOf } from './errors.js';

/** An error as programs get it. */
export interface ErrorData {
  readonly code: string;
  readonly class: string;
  readonly what: string;
  readonly hint: string;
  readonly place: string | null;
}

/** The parts of an error; what dpb did not raise on purpose is a bug. */
export function errorData(thrown: unknown): ErrorData {
  if (thrown instanceof DpbError) {
    const { code, errorClass, message, hint, place } = thrown;
    return { code, class: errorClass, what: message, hint, place };
  }
  return {
    code: 'bug.unexpected',
    class: 'bug',
    what: messageOf(thrown),
    hint: 'This is a bug in dpb. Please report it with the command that you ran; --verbose shows where it happened.',
    place: null,
  };
}
