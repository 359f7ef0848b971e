/**
 * An error of the run, as the page has it: a value that does not fit its type, a cast that cannot be done. It never leaves
 * this room: `evaluate` gives it as an outcome.
 */
export class RunFailure extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RunFailure';
  }
}
