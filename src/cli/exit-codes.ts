/** What the exit code of a command says, in one place. */
export const exitCodes = {
  done: 0,
  /** A check, a source or a request of a batch failed. */
  failed: 1,
  /** Wrong usage, or understood and refused. */
  usage: 2,
  /** The request needs clarification or was not understood. */
  clarification: 3,
} as const;

/** Takes the exit code that a finished command means. */
export type SetExitCode = (code: number) => void;
