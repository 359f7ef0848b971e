import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryAfterOf } from '../../src/llm/attempt.js';
import { readDeadLetter } from '../../src/llm/dead-letters.js';
import { Bench, key, question, settingsFor } from './gateway-cases.js';
import { fail, type ModelServer, say, startModelServer } from './model-server.js';

let bench: Bench;
let server: ModelServer;

beforeEach(async () => {
  bench = new Bench();
  server = await startModelServer((asked, response) => say(asked, response, '{"fine": true}'));
});
afterEach(async () => {
  bench.remove();
  await server.close();
});

/** All that was written under the folder, as one text. */
function everythingWritten(): string {
  return readdirSync(bench.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('a question to a model', () => {
  it('is answered, with key, cap of tokens and schema sent', async () => {
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('{"fine": true}');
    const [asked] = server.asked;
    expect(asked?.headers.authorization).toBe(`Bearer ${key}`);
    expect(asked?.body.max_tokens).toBe(1_000);
    expect(asked?.body.response_format?.json_schema?.schema).toEqual(question.schema.schema);
    expect(bench.notes).toMatchObject([{ outcome: 'answered', attempts: 1 }]);
    expect(bench.notes[0]?.dollars).toBeCloseTo(server.billed(), 9);
  });

  it('is not sent again: the answer is kept, for the same model and words alone', async () => {
    const gateway = bench.gateway(settingsFor(server.url));
    await gateway.ask(question);
    expect(await gateway.ask(question)).toBe('{"fine": true}');
    expect(server.asked).toHaveLength(1);
    await bench.gateway(settingsFor(server.url, { model: 'another' })).ask(question);
    expect(server.asked).toHaveLength(2);
    expect(bench.notes.map(({ outcome }) => outcome)).toEqual(['answered', 'cached', 'answered']);
  });

  it('is recorded, and replayed without a server', async () => {
    const folder = join(bench.folder, 'record');
    await bench.gateway(settingsFor(server.url, { record: folder })).ask(question);
    await server.close();
    const replaying = bench.gateway(settingsFor(server.url, { replay: folder, key: () => null }));
    expect(await replaying.ask(question)).toBe('{"fine": true}');
    const other = { ...question, messages: [] };
    expect(await bench.outcome(replaying, other)).toBe('llm.not_recorded');
  });

  it('carries no secret, and none stays behind', async () => {
    const planted = 'AKIAABCDEFGHIJKLMNOP';
    server.behave((_asked, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `bad key ${key}, header Bearer ${key}` } }));
    });
    const messages = [{ role: 'user', content: `count rows where token = ${planted} or ${key}` }] as const;
    const gateway = bench.gateway(settingsFor(server.url));
    await expect(gateway.ask({ ...question, messages })).rejects.toThrow('[secret]');
    const sent = server.asked[0]?.text ?? '';
    const all = `${sent}\n${everythingWritten()}\n${JSON.stringify(bench.notes)}`;
    expect(all).not.toContain(key);
    expect(all).not.toContain(planted);
  });
});

describe('a server in trouble', () => {
  it('is asked three times at most, each time after any part of a growing pause', async () => {
    server.behave((_asked, response) => fail(response, 500));
    const chances: number[] = [];
    const random = (): number => {
      chances.push(0.01);
      return 0.01;
    };
    expect(await bench.outcome(bench.gateway(settingsFor(server.url), 'run-1', random))).toBe('llm.unavailable');
    expect(server.asked).toHaveLength(3);
    expect(chances).toHaveLength(2);
  });

  it('is well again at the second attempt', async () => {
    server.behave((asked, response, place) => (place === 1 ? fail(response, 503) : say(asked, response, 'yes')));
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('yes');
  });

  it.each([
    ['0', 3],
    ['9999', 1],
    ['soon', 3],
    ['-5', 3],
    ['Fri, 31 Dec 2100 23:59:59 GMT', 1],
  ])('is busy and says to wait "%s": %i attempts within the deadline', async (retryAfter, attempts) => {
    server.behave((_asked, response) => fail(response, 429, { 'retry-after': retryAfter }));
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('llm.unavailable');
    expect(server.asked).toHaveLength(attempts);
  });

  it.each([400, 401, 403, 404, 422])('refuses with %i: once', async (status) => {
    server.behave((_asked, response) => fail(response, status));
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('llm.refused');
    expect(server.asked).toHaveLength(1);
  });

  it('hangs: the deadline ends it', async () => {
    server.behave(() => undefined);
    expect(await bench.outcome(bench.gateway(settingsFor(server.url, { deadlineMs: 150 })))).toBe('llm.unavailable');
    expect(bench.notes[0]?.reason).toContain('deadline');
  });

  it('drips: the deadline ends it', async () => {
    server.behave((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await bench.outcome(bench.gateway(settingsFor(server.url, { deadlineMs: 200 })))).toBe('llm.unavailable');
    expect(server.asked).toHaveLength(1);
  });

  it('breaks off: asked again, each booked', async () => {
    server.behave((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices": [');
      setTimeout(() => response.destroy(), 5);
    });
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('llm.unavailable');
    expect(server.asked).toHaveLength(3);
    expect(bench.notes[0]?.dollars).toBeGreaterThan(0);
  });

  it('sends without end: it is left at the size of a large answer', async () => {
    let written = 0;
    server.behave((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const piece = Buffer.alloc(64_000, 32);
      const more = (): void => {
        while (!response.destroyed && response.write(piece)) written += piece.length;
      };
      response.on('drain', more);
      more();
    });
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('llm.unavailable');
    expect(bench.notes[0]?.reason).toContain('larger');
    expect(written).toBeLessThan(50_000_000);
    expect(server.asked).toHaveLength(1);
  });

  it.each(['', 'no JSON', '[]', '{"choices": []}', '{"choices": [{"message": {"content": 5}}]}', 'null'])(
    'answers %j: nothing that can be read',
    async (body) => {
      server.behave((_asked, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(body);
      });
      expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('llm.unavailable');
      expect(server.asked).toHaveLength(3);
    },
  );

  it('sends on to another server: the key does not go there', async () => {
    let visits = 0;
    const other = createServer((_request, response) => {
      visits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    server.behave((_asked, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/v1/chat/completions` });
      response.end();
    });
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('llm.unavailable');
    expect(visits).toBe(0);
    other.close();
  });

  it('is not there: nothing is booked', async () => {
    await server.close();
    expect(await bench.outcome(bench.gateway(settingsFor(server.url)))).toBe('llm.unavailable');
    expect(bench.notes[0]).toMatchObject({ dollars: 0, attempts: 3 });
  });

  it('leaves a dead letter that can be asked again', async () => {
    server.behave((_asked, response) => fail(response, 500));
    const gateway = bench.gateway(settingsFor(server.url));
    await bench.outcome(gateway);
    const [file = ''] = readdirSync(gateway.deadLetters);
    const name = file.replace('.json', '');
    expect(readFileSync(join(gateway.deadLetters, file), 'utf8')).toContain(`dpb llm retry ${name}`);
    server.behave((asked, response) => say(asked, response, 'late'));
    expect(await gateway.ask(readDeadLetter(gateway.deadLetters, name))).toBe('late');
    expect(readdirSync(gateway.deadLetters)).toEqual([]);
  });
});

describe('the breaker', () => {
  it('leaves a server alone that fails on and on, and lets one attempt see whether it is back', async () => {
    server.behave((_asked, response) => fail(response, 500));
    const gateway = bench.gateway(settingsFor(server.url));
    await bench.outcome(gateway);
    await bench.outcome(gateway);
    expect(server.asked).toHaveLength(5);
    await bench.outcome(gateway);
    expect(server.asked).toHaveLength(5);
    expect(bench.notes.at(-1)).toMatchObject({ attempts: 0, reason: expect.stringContaining('left alone') });
    bench.ahead = 61_000;
    server.behave((asked, response) => say(asked, response, 'back'));
    expect(await bench.outcome(gateway)).toBe('back');
  });
});

describe('what the server asks to wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['-1', null],
    ['1e9', null],
    ['tomorrow', null],
    [null, null],
  ])('%j is %j ms', (header, expected) => {
    expect(retryAfterOf(header, now)).toBe(expected);
  });
});
