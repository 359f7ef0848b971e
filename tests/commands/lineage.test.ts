import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../packaging/openlineage-schemas.js';
import { makeWorkspace, shopData, shopGlossary, type TestWorkspace } from './workspace.js';

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly event: { readonly eventType: string; readonly eventTime: string; readonly run: { readonly runId: string } };
}

let workspace: TestWorkspace;
let received: Received[] = [];
let servers: Server[] = [];

beforeAll(async () => {
  workspace = makeWorkspace();
  const words = ['orders by status', '--name', 'order_status', '--as-of', '2026-06-30'];
  const made = await workspace.dpb(['generate', ...words, '--data', shopData, '--glossary', shopGlossary]);
  expect(made.exitCode).toBe(0);
});
afterAll(() => workspace.remove());
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  received = [];
});

/** A server that keeps what is posted and answers with that status, or never where there is none. */
async function listen(status: number | null, answer = '', headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const event = JSON.parse(body) as Received['event'];
      received.push({ url: `${request.method} ${request.url}`, headers: request.headers, event });
      if (status !== null) response.writeHead(status, headers).end(answer);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const emit = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  workspace.dpb(['lineage', 'emit', 'order_status', ...args], environment);

describe('lineage emit', () => {
  it('posts the run of the current build, as the published schemas have it, with the times of the run', async () => {
    const done = await emit(['--url', await listen(201)], { OPENLINEAGE_API_KEY: 'key' });
    expect([done.exitCode, done.stdout]).toEqual([0, '']);
    expect(received.map(({ url, headers }) => [url, headers.authorization, headers['content-type']])).toEqual([
      ['POST /api/v1/lineage', 'Bearer key', 'application/json'],
      ['POST /api/v1/lineage', 'Bearer key', 'application/json'],
    ]);
    const [start, complete] = received.map(({ event }) => event);
    expect([start?.eventType, complete?.eventType]).toEqual(['START', 'COMPLETE']);
    expect(start?.run.runId).toBe(complete?.run.runId);
    expect(received.flatMap(({ event }) => faultsOf(event))).toEqual([]);
    const [run = ''] = readdirSync(join(workspace.folder, '.dpb/runs'));
    const log = readFileSync(join(workspace.folder, '.dpb/runs', run, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect([start?.eventTime, complete?.eventTime]).toEqual(
      [log[0], log.at(-1)].map((line) => (JSON.parse(line ?? '') as { at: string }).at),
    );
  });

  it('takes another path, and another namespace for job and datasets', async () => {
    const url = `${await listen(200)}/lineage?x=1`;
    expect((await emit([], { OPENLINEAGE_URL: url, OPENLINEAGE_NAMESPACE: 'food' })).exitCode).toBe(0);
    expect(received[0]?.url).toBe('POST /lineage?x=1');
    expect(JSON.stringify(received)).not.toContain('"namespace":"dpb"');
    expect(received[0]?.event).toMatchObject({ job: { namespace: 'food' }, outputs: [{ namespace: 'food' }] });
  });

  it('prints them instead', async () => {
    const done = await emit(['--dry-run']);
    expect(done.exitCode).toBe(0);
    expect((JSON.parse(done.stdout) as object[]).flatMap(faultsOf)).toEqual([]);
  });

  it.each([
    [422, 'no such facet', 1, 'refused the events with 422: no such facet'],
    [503, 'later', 74, 'it answered 503 later'],
    [302, '', 1, 'refused the events with 302'],
  ])('ends at the first event that a server answers with %i', async (status, answer, exitCode, said) => {
    const elsewhere = await listen(200);
    const url = await listen(status, answer, status === 302 ? { location: elsewhere } : {});
    const done = await emit(['--url', url], { OPENLINEAGE_API_KEY: 'key' });
    expect([done.exitCode, done.stderr]).toEqual([exitCode, expect.stringContaining(said)]);
    expect(done.stderr).not.toContain('key');
    expect(received).toHaveLength(1);
  });

  it('gives a silent server up in time', async () => {
    const done = await emit(['--url', await listen(null), '--timeout', '1']);
    expect([done.exitCode, done.stderr]).toEqual([74, expect.stringContaining('no answer within 1 s')]);
  });

  it('tells where nobody listens, for programs too', async () => {
    const url = await listen(200);
    for (const server of servers) server.close();
    const done = await emit(['--url', url, '--json']);
    expect(done.exitCode).toBe(74);
    expect(JSON.parse(done.stdout)).toMatchObject({ status: 'failed', error: { code: 'lineage.unreachable' } });
    expect(done.stderr).toContain('ECONNREFUSED');
  });

  it.each([
    [[], 'no lineage server was named'],
    [['--url', 'ftp://x'], 'is not an address like'],
    [['--url', 'http://me:secret@x'], 'holds no password'],
    [['--dry-run', '--build', '2020-01-01-0123456789ab'], 'has no build'],
  ])('is refused with %j', async (args, said) => {
    const done = await emit(args);
    expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  it('sends no events that someone altered, and says how to have them again', async () => {
    const folder = join(workspace.folder, 'gold/order_status/current');
    const path = join(folder, 'openlineage.json');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, before.replace('COMPLETE', 'FAIL'));
    const done = await emit(['--dry-run']);
    rmSync(path);
    const gone = await emit(['--dry-run']);
    writeFileSync(path, before);
    for (const { exitCode, stderr } of [done, gone])
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('dpb build order_status --force')]);
  });
});

describe('lineage show', () => {
  it('tells where each column comes from', async () => {
    const done = await workspace.dpb(['lineage', 'show', 'order_status']);
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toMatch(/^column +from +kind +transformation/m);
    expect(done.stdout).toMatch(/orders\.\w*status +direct +identity/);
    const json = await workspace.dpb(['lineage', 'show', 'order_status', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ product: 'order_status', columns: expect.any(Array) });
  });

  it('knows products by near names', async () => {
    const done = await workspace.dpb(['lineage', 'show', 'order_statu']);
    expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining('Did you mean "order_status"?')]);
  });
});
