import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type AllowedSql, vetSerializedSql } from '../sql/gate.js';
import { modelSqlFunctions } from '../sql/model-functions.js';
import { bug, dpbError } from '../support/errors.js';
import {
  answersDescriptor,
  type ChildMessage,
  childMessageSchema,
  confinedMemory,
  type ParentMessage,
} from './confined-messages.js';
import type { MountedSource, ResultTable } from './engine.js';
import { sourceSelect } from './source-relation.js';
import { quoteIdentifier } from './sql-text.js';

/** A table that the SQL may read: those of its columns that are named, and no other. */
export interface ConfinedTable extends MountedSource {
  readonly columns: readonly string[];
}

export interface ConfinedLimits {
  /** From the start of the process to its last byte. */
  readonly deadlineMs: number;
  readonly rowsMax: number;
  /** Of all that the process says. */
  readonly bytesMax: number;
}

/** The program of the process: compiled, also where this module is read as source. */
const childPath = fileURLToPath(new URL('../../dist/engine/confined-child.js', import.meta.url));

/** Longer SQL is not looked at: nothing that answers one request comes near it. */
const sqlLengthMax = 20_000;

/** How the shell ends where it cannot set the limits. */
const unlimitedCode = 90;

/**
 * Sets limits that the process and its children cannot lift, then becomes it: memory, no byte to any file, no core, seconds of
 * processor; where the kernel lets it, also a network of its own without any device.
 */
const confine = `ulimit -d ${confinedMemory.dataKilobytes} && ulimit -f 0 && ulimit -c 0 && ulimit -t "$1" || exit ${unlimitedCode}
shift
if unshare -rn true 2>/dev/null; then exec unshare -rn -- "$@"; fi
exec "$@"`;

/**
 * Runs one SELECT that a model wrote, apart: read, vetted and run in a process with limits, over copies of the tables it names,
 * without files, network, environment or settings. Raises `sql.vetoed`; `engine.query` where DuckDB refuses it; `sql.stopped` where
 * the process had to be ended, died, or gave more than it may; `sql.unconfined` where limits cannot be set.
 */
export async function confinedQuery(
  sql: string,
  tables: readonly ConfinedTable[],
  limits: ConfinedLimits,
): Promise<ResultTable> {
  if (process.platform !== 'linux') throw dpbError('sql.unconfined', { reason: 'this is not Linux' });
  const text = sql.trim().replace(/;\s*$/u, '');
  if (text.length > sqlLengthMax) throw dpbError('sql.vetoed', { reason: 'it is longer than any that is meant' });
  const child = new Child(limits);
  try {
    await child.expect('ready');
    child.tell({ kind: 'read', sql: text });
    const { serialized } = await child.expect('parsed');
    const allowed: AllowedSql = {
      tables: tables.map(({ table }) => table.dataset),
      functions: modelSqlFunctions,
      recursion: true,
    };
    const read = vetSerializedSql(serialized, allowed).tables.map((name) => name.toLowerCase());
    const named = tables.filter(({ table }) => read.includes(table.dataset.toLowerCase()));
    const loads = named.map((table) => ({ name: table.table.dataset, select: selectOf(table) }));
    child.tell({ kind: 'run', tables: loads, rowsMax: limits.rowsMax });
    const { columns, rows } = await child.expect('result');
    if (rows.length > limits.rowsMax)
      throw dpbError('sql.stopped', { reason: `it gives more than ${limits.rowsMax} rows` });
    return { columns, rows };
  } finally {
    child.end();
  }
}

function selectOf({ table, root, columns }: ConfinedTable): string {
  const shown = new Set(columns);
  const names = table.columns.filter(({ name }) => shown.has(name)).map(({ name }) => quoteIdentifier(name));
  return `SELECT ${names.join(', ')} FROM (${sourceSelect(table, root)})`;
}

/** The process from the parent's side: one answer is waited for at a time, within one deadline. */
class Child {
  readonly #process: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<number | null>;
  #stopped: string | null = null;

  constructor({ deadlineMs, bytesMax }: ConfinedLimits) {
    const seconds = String(Math.ceil(deadlineMs / 1000) + 1);
    const heap = `--max-old-space-size=${confinedMemory.heapMegabytes}`;
    const given = ['-c', confine, 'sh', seconds, process.execPath, heap, childPath];
    // Of the environment only where programs are found: no key, no folder of a person, no option of Node.
    const child = spawn('/bin/sh', given, {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
      detached: true,
    });
    this.#process = child;
    this.#timer = setTimeout(() => this.#stop(`it took longer than ${deadlineMs} ms`), deadlineMs);
    this.#ended = new Promise((resolve) => {
      child.once('error', () => resolve(null));
      child.once('close', resolve);
    });
    child.stdin?.on('error', () => undefined);
    const answers = child.stdio[answersDescriptor];
    if (!(answers instanceof Readable)) throw bug('a confined process has no pipe for its answers');
    let bytes = 0;
    answers.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) this.#stop('it gives more than it may');
    });
    this.#lines = createInterface({ input: answers })[Symbol.asyncIterator]();
  }

  tell(message: ParentMessage): void {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** The next answer, which is to be of that kind. */
  async expect<Kind extends ChildMessage['kind']>(kind: Kind): Promise<Extract<ChildMessage, { kind: Kind }>> {
    const { value: line, done } = await this.#lines.next();
    if (this.#stopped !== null) throw dpbError('sql.stopped', { reason: this.#stopped });
    if (done === true) {
      if ((await this.#ended) === unlimitedCode) throw dpbError('sql.unconfined', { reason: 'limits cannot be set' });
      throw dpbError('sql.stopped', { reason: 'its process ended: it asked for more memory or time than it may have' });
    }
    const message = messageIn(line);
    if (message !== null && isOf(message, kind)) return message;
    if (message?.kind === 'unconfined') throw dpbError('sql.unconfined', { reason: message.reason });
    if (message?.kind === 'failed' && message.while === 'loading')
      throw dpbError('sql.stopped', { reason: `its tables do not fit (${message.reason})` });
    if (message?.kind === 'failed') throw dpbError('engine.query', { reason: message.reason });
    throw dpbError('sql.stopped', { reason: 'its process said what was not asked' });
  }

  end(): void {
    clearTimeout(this.#timer);
    const { pid } = this.#process;
    if (pid === undefined || this.#process.exitCode !== null) return;
    try {
      // The whole group: whatever it began ends with it.
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }

  #stop(reason: string): void {
    this.#stopped ??= reason;
    this.end();
  }
}

function isOf<Kind extends ChildMessage['kind']>(
  message: ChildMessage,
  kind: Kind,
): message is Extract<ChildMessage, { kind: Kind }> {
  return message.kind === kind;
}

function messageIn(line: string): ChildMessage | null {
  try {
    return childMessageSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
