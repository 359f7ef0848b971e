import type { Engine, MountedSource } from '../engine/engine.js';

/**
 * The DuckDB session in which readings are weighed and answers found: opened when first asked, one question after the other,
 * and kept for the next one, for opening takes as long as most questions. After an error it is opened anew.
 */
export class SessionEngine {
  readonly #open: () => Promise<Engine>;
  #engine: Engine | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(open: () => Promise<Engine>) {
    this.#open = open;
  }

  /** Gives what `act` makes of an engine with the sources mounted; passes on its error. */
  ask<Result>(sources: readonly MountedSource[], act: (engine: Engine) => Promise<Result>): Promise<Result> {
    const answer = async (): Promise<Result> => {
      this.#engine ??= await this.#open();
      try {
        await this.#engine.mount(sources);
        return await act(this.#engine);
      } catch (thrown) {
        this.close();
        throw thrown;
      }
    };
    const result = this.#last.then(answer, answer);
    this.#last = result;
    return result;
  }

  close(): void {
    this.#engine?.close();
    this.#engine = null;
  }
}
