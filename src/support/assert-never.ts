import { bug } from './errors.js';

/** Closes a switch over a union: the compiler proves that it is never reached; at run time it names the value. */
export function assertNever(value: never): never {
  throw bug(`unexpected variant: ${JSON.stringify(value)}`);
}
