import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphServer, type ServerSettings } from '../../src/catalog/neo4j/graph-server.js';

const installed = fileURLToPath(new URL('../../.conformance/neo4j', import.meta.url));
const startSecondsMax = 120;

/** A real Neo4j of its own on a free port of loopback. */
export interface RunningServer {
  readonly settings: ServerSettings;
  readonly port: number;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts a Neo4j; rejects where it is not ready within two minutes. */
export async function startServer(): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'dpb-neo4j-'));
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const settings = { uri: `bolt://127.0.0.1:${port}`, user: 'neo4j', password, database: null };
  const path = [join(installed, 'classes'), join(installed, 'jars', '*')].join(delimiter);
  const java = process.env.JAVA ?? 'java';
  const server = spawn(java, ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-cp', path, 'Server', folder, String(port)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  server.stdin.write(`${password}\n`);
  const stop = async (): Promise<void> => {
    await ended(server, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(server);
    await warm(settings);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    settings,
    port,
    kill: () => ended(server, 'SIGKILL'),
    stop,
  };
}

/** The first questions to a server that just began take seconds: they are asked with the patience of a write. */
async function warm(settings: ServerSettings): Promise<void> {
  const server = new GraphServer(settings);
  for (const cypher of [
    'RETURN 1',
    'MATCH (n:Warm) WITH n ORDER BY n.key RETURN COLLECT { MATCH (n)-[r]->(m) RETURN r }',
  ])
    await server.write(cypher);
  await server.close();
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`Neo4j did not start: ${said}`)), startSecondsMax * 1000);
    const hear = (chunk: unknown): void => {
      said += String(chunk);
      if (!/^ready$/m.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    server.stdout?.on('data', hear);
    server.stderr?.on('data', hear);
    server.once('error', reject);
    server.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`Neo4j ended: ${said}`));
    });
  });
}

async function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill(signal);
  await exit;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port of loopback is free'));
    });
  });
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}
