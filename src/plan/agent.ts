import type { RunState } from './run-state.js';

/** An agent takes the state and gives it back with its own part added. Throws `DpbError` where it cannot. */
export type Agent<Context> = (state: RunState, context: Context) => Promise<RunState>;
