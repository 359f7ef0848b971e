import { createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DpbError, messageOf } from '../support/errors.js';
import {
  answersDescriptor,
  type ChildMessage,
  confinedMemory,
  type ParentMessage,
  parentMessageSchema,
} from './confined-messages.js';
import { lockEngine, openUnlockedEngine } from './duckdb-engine.js';
import type { Engine } from './engine.js';
import { serializeSql } from './serialize-sql.js';
import { quoteIdentifier } from './sql-text.js';

/** A pipe of its own: what a library prints is no answer. */
const answers = createWriteStream('', { fd: answersDescriptor });

/**
 * The process in which SQL of a model is read and run: `confinedQuery` starts it. It takes only tables that are named to it,
 * as copies in memory, and shuts files, network and settings before the SQL runs.
 */
async function serve(): Promise<void> {
  const unlimited = missingLimit();
  if (unlimited !== null) return say({ kind: 'unconfined', reason: unlimited });
  const engine = await openUnlockedEngine({ threads: 1, memoryLimit: confinedMemory.duckdb });
  await engine.run("SET temp_directory = ''");
  say({ kind: 'ready' });
  let sql = '';
  for await (const line of createInterface({ input: process.stdin })) {
    const message = parentMessageSchema.parse(JSON.parse(line));
    if (message.kind === 'read') {
      sql = message.sql;
      say(await parsed(engine, sql));
    } else {
      say(await answered(engine, sql, message));
      return;
    }
  }
}

async function parsed(engine: Engine, sql: string): Promise<ChildMessage> {
  try {
    return { kind: 'parsed', serialized: await serializeSql(engine, sql) };
  } catch (thrown) {
    return { kind: 'failed', while: 'reading', reason: reasonOf(thrown) };
  }
}

async function answered(
  engine: Engine,
  sql: string,
  { tables, rowsMax }: Extract<ParentMessage, { kind: 'run' }>,
): Promise<ChildMessage> {
  try {
    for (const { name, select } of tables) await engine.run(`CREATE TABLE ${quoteIdentifier(name)} AS ${select}`);
    await engine.run('SET enable_external_access = false');
    await lockEngine(engine);
    const { rows } = await engine.query(
      "SELECT current_setting('enable_external_access'), current_setting('lock_configuration')",
    );
    if (String(rows[0]) !== 'false,true') return { kind: 'unconfined', reason: 'DuckDB keeps its access to files' };
  } catch (thrown) {
    return { kind: 'failed', while: 'loading', reason: reasonOf(thrown) };
  }
  try {
    const { columns, rows } = await engine.query(`SELECT * FROM (\n${sql}\n) AS answer LIMIT ${rowsMax + 1}`);
    return { kind: 'result', columns: [...columns], rows: rows.map((row) => [...row]) };
  } catch (thrown) {
    return { kind: 'failed', while: 'running', reason: reasonOf(thrown) };
  }
}

/** What DuckDB itself said. */
function reasonOf(thrown: unknown): string {
  return messageOf(thrown instanceof DpbError ? thrown.cause : thrown);
}

/** Which of the limits that were to be set on this process is not; null where all are. */
function missingLimit(): string | null {
  let limits: string;
  try {
    limits = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return 'its limits cannot be read';
  }
  const wanted = [
    ['Max data size', confinedMemory.dataKilobytes * 1024],
    ['Max file size', 0],
    ['Max core file size', 0],
  ] as const;
  const missing = wanted.find(([name, most]) => {
    const line = limits.split('\n').find((text) => text.startsWith(name)) ?? '';
    const soft = line.slice(name.length).trim().split(/\s+/u)[0] ?? '';
    return !/^\d+$/u.test(soft) || Number(soft) > most;
  });
  return missing === undefined ? null : `no limit of ${missing[0].slice('Max '.length)}`;
}

function say(message: ChildMessage): void {
  answers.write(`${JSON.stringify(message)}\n`);
}

process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
await serve();
answers.end(() => process.exit(0));
