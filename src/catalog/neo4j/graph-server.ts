import type { Driver, Session } from 'neo4j-driver';
import { DpbError, dpbError, messageOf } from '../../support/errors.js';
import { loadCommonJs } from '../../support/load-commonjs.js';
import { circuitBreaker } from './circuit-breaker.js';

/** Where a Neo4j is and who asks it. `database` null is the user's own. */
export interface ServerSettings {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  readonly database: string | null;
}

/** A row of a result; whole numbers come as numbers. */
export type ServerRow = Readonly<Record<string, unknown>>;

/** Longest wait for an answer to a question, connecting included; writes of many rows may take longer. */
const readSecondsMax = 3;
const writeSecondsMax = 60;
const closeSecondsMax = 1;

/**
 * A Neo4j server over Bolt. Every wait is bounded; a server that failed is not asked again for a while. Cypher is text of
 * ours alone: all that is data goes as parameters.
 */
export class GraphServer {
  /** Scheme, host and port, for people: never user or password. */
  readonly name: string;
  readonly #settings: ServerSettings;
  #driver: Driver | null = null;
  #queries = 0;

  /** Raises `input.invalid` for an address that is none. */
  constructor(settings: ServerSettings) {
    this.#settings = settings;
    this.name = serverName(settings.uri);
  }

  /** How many questions it was asked. */
  get queries(): number {
    return this.#queries;
  }

  /** Raises `graph.unreachable` and `graph.refused`. */
  read(cypher: string, parameters: object = {}): Promise<readonly ServerRow[]> {
    return this.#run('READ', readSecondsMax, cypher, parameters);
  }

  /** Raises `graph.unreachable` and `graph.refused`. What is written is there whole or not at all. */
  write(cypher: string, parameters: object = {}): Promise<readonly ServerRow[]> {
    return this.#run('WRITE', writeSecondsMax, cypher, parameters);
  }

  async close(): Promise<void> {
    const driver = this.#driver;
    this.#driver = null;
    if (driver === null) return;
    // A server that is gone does not say goodbye: what is left to close then closes with the process.
    await withinSeconds(closeSecondsMax, driver.close()).catch(() => undefined);
  }

  async #run(
    mode: 'READ' | 'WRITE',
    secondsMax: number,
    cypher: string,
    parameters: object,
  ): Promise<readonly ServerRow[]> {
    if (!circuitBreaker.isClosed(this.name, performance.now()))
      throw dpbError('graph.unreachable', { server: this.name, reason: 'it failed a moment ago' });
    this.#queries += 1;
    const { database } = this.#settings;
    try {
      const session = this.#connected().session({
        defaultAccessMode: mode,
        ...(database === null ? {} : { database }),
      });
      const rows = await withinSeconds(secondsMax, rowsOf(session, cypher, parameters, secondsMax));
      circuitBreaker.answered(this.name);
      return rows;
    } catch (thrown) {
      const error = this.#errorOf(thrown);
      if (error.code === 'graph.unreachable') circuitBreaker.failed(this.name, performance.now());
      throw error;
    }
  }

  #connected(): Driver {
    if (this.#driver !== null) return this.#driver;
    const { default: neo4j }: typeof import('neo4j-driver') = loadCommonJs('neo4j-driver');
    const { uri, user, password } = this.#settings;
    this.#driver = neo4j.driver(
      uri,
      { scheme: 'basic', principal: user, credentials: password },
      {
        disableLosslessIntegers: true,
        connectionTimeout: readSecondsMax * 1000,
        connectionAcquisitionTimeout: readSecondsMax * 1000,
        maxTransactionRetryTime: 0,
        telemetryDisabled: true,
        userAgent: 'dpb',
      },
    );
    return this.#driver;
  }

  #errorOf(thrown: unknown): DpbError {
    if (thrown instanceof DpbError) return thrown;
    const reason = messageOf(thrown).split('\n')[0] ?? '';
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    const isGone =
      thrown instanceof DeadlineError ||
      ['ServiceUnavailable', 'SessionExpired'].includes(code) ||
      code.startsWith('Neo.TransientError.');
    const server = this.name;
    if (isGone) return dpbError('graph.unreachable', { server, reason }, { cause: thrown });
    return dpbError('graph.refused', { server, reason }, { cause: thrown });
  }
}

async function rowsOf(
  session: Session,
  cypher: string,
  parameters: object,
  secondsMax: number,
): Promise<readonly ServerRow[]> {
  try {
    const { records } = await session.run(cypher, parameters, { timeout: secondsMax * 1000 });
    return records.map((record) => record.toObject());
  } finally {
    // Closing waits for the server; whoever asked has the answer, or does not wait for one any more.
    void session.close().catch(() => undefined);
  }
}

class DeadlineError extends Error {}

async function withinSeconds<Result>(secondsMax: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`no answer within ${secondsMax} s`)), secondsMax * 1000);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function serverName(uri: string): string {
  const parsed = URL.canParse(uri) ? new URL(uri) : null;
  const isKnown = parsed !== null && /^(?:neo4j|bolt)(?:\+s|\+ssc)?:$/.test(parsed.protocol);
  if (isKnown) return `${parsed.protocol}//${parsed.host}`;
  throw dpbError('input.invalid', {
    what: 'NEO4J_URI',
    problem: 'it must be an address like neo4j://host:7687, with neo4j, neo4j+s, neo4j+ssc, bolt, bolt+s or bolt+ssc',
  });
}
