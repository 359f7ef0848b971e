/** For this long a server that failed is not asked again. */
const restSeconds = 30;

/**
 * Which servers failed lately in this process: a batch of requests waits once for a server that is gone, not once a request.
 */
class CircuitBreaker {
  readonly #restingUntil = new Map<string, number>();

  /** Whether the server may be asked. Milliseconds of a clock that only goes forward. */
  isClosed(server: string, nowMs: number): boolean {
    return nowMs >= (this.#restingUntil.get(server) ?? 0);
  }

  failed(server: string, nowMs: number): void {
    this.#restingUntil.set(server, nowMs + restSeconds * 1000);
  }

  answered(server: string): void {
    this.#restingUntil.delete(server);
  }
}

/** The one of this process. */
export const circuitBreaker = new CircuitBreaker();
