import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { costOf, inputTokensMax, perDollar } from '../../src/llm/cost.js';
import type { Question } from '../../src/llm/llm-settings.js';
import { askTogether } from './ask-together.js';
import { Bench, question, settingsFor } from './gateway-cases.js';
import { type ModelServer, price, say, startModelServer } from './model-server.js';

let bench: Bench;
let server: ModelServer;

beforeEach(async () => {
  bench = new Bench();
  server = await startModelServer((asked, response) => say(asked, response, '{}'));
});
afterEach(async () => {
  bench.remove();
  await server.close();
});

/** The most that the question of the tests can cost, in dollars. */
const most = costOf(
  { input: inputTokensMax(question.messages, JSON.stringify(question.schema.schema)), output: 1_000 },
  price,
);

function numbered(place: number): Question {
  return { ...question, messages: [{ role: 'user', content: `question ${String(place).padStart(4, '0')}` }] };
}

describe('the cost of a model', () => {
  it('is booked before at the most, and after at what it was', async () => {
    await bench.gateway(settingsFor(server.url)).ask(question);
    const [file = ''] = readdirSync(join(bench.folder, 'ledger'));
    const lines = readFileSync(join(bench.folder, 'ledger', file), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'reserved', nano: most },
      { kind: 'settled', nano: Math.round(server.billed() * perDollar), outcome: 'answered' },
    ]);
  });

  it('is capped for a request: what could be more is not sent', async () => {
    const dollars = (most + 10) / perDollar;
    const gateway = bench.gateway(settingsFor(server.url, { dollarsPerRequestMax: dollars }));
    await gateway.ask(numbered(1));
    expect(await bench.outcome(gateway, numbered(2))).toBe('llm.over_budget');
    expect(server.asked).toHaveLength(1);
    const other = bench.gateway(settingsFor(server.url, { dollarsPerRequestMax: dollars }), 'run-2');
    expect(await bench.outcome(other, numbered(2))).toBe('{}');
  });

  it('is capped for a day, over all requests, and begins anew the next day', async () => {
    const settings = settingsFor(server.url, { dollarsPerDayMax: (most + 10) / perDollar });
    await bench.gateway(settings, 'run-1').ask(numbered(1));
    expect(await bench.outcome(bench.gateway(settings, 'run-2'), numbered(2))).toBe('llm.over_budget');
    bench.ahead = 86_400_000;
    expect(await bench.outcome(bench.gateway(settings, 'run-2'), numbered(2))).toBe('{}');
  });

  it('that nobody said is refused, unless that is allowed', async () => {
    expect(await bench.outcome(bench.gateway(settingsFor(server.url, { price: null })))).toBe('llm.price_unknown');
    expect(server.asked).toHaveLength(0);
    const allowed = settingsFor(server.url, { price: null, allowUnknownPrice: true });
    expect(await bench.outcome(bench.gateway(allowed))).toBe('{}');
  });

  it('stays booked at the most where an answer tells no usage, or one that is none', async () => {
    for (const usage of [
      {},
      { prompt_tokens: -5, completion_tokens: 3 },
      { prompt_tokens: 1e300, completion_tokens: 0 },
    ]) {
      server.behave((_asked, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ choices: [{ message: { content: '{}' } }], usage }));
      });
      await bench.gateway(settingsFor(server.url)).ask(numbered(server.asked.length));
      expect(bench.notes.at(-1)?.dollars).toBeGreaterThan(0.008);
    }
  });

  it('that was ten times what was announced is booked so, and expected again', async () => {
    server.behave((asked, response) => say(asked, response, '{}', { prompt_tokens: 1_000, completion_tokens: 10_000 }));
    const gateway = bench.gateway(settingsFor(server.url, { dollarsPerRequestMax: 0.17 }));
    await gateway.ask(numbered(1));
    expect(bench.notes[0]?.dollars).toBeCloseTo(0.082, 9);
    expect(await bench.outcome(gateway, numbered(2))).toBe('{}');
    expect(await bench.outcome(gateway, numbered(3))).toBe('llm.over_budget');
    expect(server.billed()).toBeLessThan(0.17);
  });

  it('stays booked for a process that died in the middle, and for a torn line only that line is lost', async () => {
    const settings = settingsFor(server.url, { dollarsPerRequestMax: (most + 10) / perDollar });
    await bench.gateway(settings).ask(numbered(1));
    const [file = ''] = readdirSync(join(bench.folder, 'ledger'));
    const path = join(bench.folder, 'ledger', file);
    const [, reserved = ''] = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, `\n${reserved}\n{"kind":"settled","id":"torn`);
    expect(await bench.outcome(bench.gateway(settings), numbered(2))).toBe('llm.over_budget');
  });
});

describe('many processes at once', () => {
  it('never bill more than the cap together', async () => {
    const cap = 0.05;
    const answered = await askTogether(bench, server, { processes: 4, questions: 12, cap });
    expect(answered).toBeGreaterThan(3);
    expect(answered).toBeLessThan(48);
    expect(server.asked).toHaveLength(answered);
    expect(server.billed()).toBeLessThanOrEqual(cap);
  });
});

describe('calls that follow each other too fast', () => {
  it('wait for their turn, or are given up at the deadline', async () => {
    const settings = settingsFor(server.url, { callsPerMinute: 2, deadlineMs: 300 });
    const gateway = bench.gateway(settings);
    await gateway.ask(numbered(1));
    await gateway.ask(numbered(2));
    expect(await bench.outcome(gateway, numbered(3))).toBe('llm.unavailable');
    expect(bench.notes.at(-1)?.reason).toContain('more calls');
    bench.ahead = 31_000;
    expect(await bench.outcome(gateway, numbered(3))).toBe('{}');
  });
});
