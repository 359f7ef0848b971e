import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spanTargetOf } from '../../src/support/otlp.js';
import { makeWorkspace, type TestWorkspace } from '../commands/workspace.js';
import { key } from './gateway-cases.js';
import { answerWith, libraryTables, loansByBranch, writeTables } from './library.js';
import { type ModelServer, say, startModelServer } from './model-server.js';

interface Sent {
  readonly path: string | undefined;
  readonly token: string | undefined;
  readonly text: string;
}

const asOf = ['--as-of', '2026-03-15'];
const unclear = 'wobbliness of the zorbs';

let collector: Server;
let endpoint: string;
let hangs = false;
const sent: Sent[] = [];
let model: ModelServer;
let workspace: TestWorkspace;

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    if (hangs) return;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const token = request.headers['x-token'];
    sent.push({ path: request.url, token: String(token), text: Buffer.concat(pieces).toString('utf8') });
    response.end('{}');
  });
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve);
  });
  const address = collector.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  model = await startModelServer((asked, response) => say(asked, response, answerWith(loansByBranch)));
  workspace = makeWorkspace();
  writeTables(join(workspace.folder, 'data'), libraryTables);
  writeFileSync(
    join(workspace.folder, 'dpb.yaml'),
    `data: data\nllm: {base_url: "${model.url}", model: scripted, price: {input: 2, output: 8}, deadline_seconds: 5}\n`,
  );
});
afterAll(async () => {
  workspace.remove();
  collector.closeAllConnections();
  collector.close();
  await model.close();
});

const keyed = (): Record<string, string> => ({ DPB_LLM_API_KEY: key });

describe('OpenTelemetry', () => {
  it('gets agents and calls by their GenAI names, with tokens, and no word of request, prompt or answer', async () => {
    const told = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'x-token=a%20b' };
    await workspace.dpb(['generate', unclear, '--run-id', 'told', ...asOf], { ...keyed(), ...told });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ path: '/v1/traces', token: 'a b' });
    const body = JSON.parse(sent[0]?.text ?? '{}');
    const spans: readonly {
      name: string;
      spanId: string;
      parentSpanId?: string;
      traceId: string;
      attributes: object[];
    }[] = body.resourceSpans[0].scopeSpans[0].spans;
    const named = (name: string) => spans.find((span) => span.name === name);
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['dpb generate', 'invoke_agent intent', 'invoke_agent discovery', 'chat scripted']),
    );
    expect(named('chat scripted')?.parentSpanId).toBe(named('invoke_agent discovery')?.spanId);
    expect(named('invoke_agent intent')?.parentSpanId).toBe(named('dpb generate')?.spanId);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(named('chat scripted')?.attributes).toEqual(
      expect.arrayContaining([
        { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
        { key: 'gen_ai.request.model', value: { stringValue: 'scripted' } },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: expect.stringMatching(/^[1-9]\d*$/) } },
      ]),
    );
    for (const word of ['wobbliness', 'loans', key]) expect(sent[0]?.text).not.toContain(word);
  });

  it('changes nothing where the collector hangs or is gone, and nothing is sent where none is named', async () => {
    const plain = await workspace.dpb(['ask', 'number of loans by state', '--llm', 'off', ...asOf]);
    const before = sent.length;
    hangs = true;
    for (const named of [endpoint, 'http://127.0.0.1:9', 'nonsense', 'ftp://example.org']) {
      const given = await workspace.dpb(['ask', 'number of loans by state', '--llm', 'off', ...asOf], {
        OTEL_EXPORTER_OTLP_ENDPOINT: named,
      });
      expect(given.stdout).toBe(plain.stdout);
      expect(given.exitCode).toBe(plain.exitCode);
    }
    expect(sent).toHaveLength(before);
    expect(spanTargetOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' })).toBeNull();
    expect(spanTargetOf({})).toBeNull();
  });

  it('has figures of agents and of success beside it, in the metrics file too', async () => {
    const stats = await workspace.dpb(['runs', 'stats', '--json', '--metrics-file', 'dpb.prom']);
    expect(JSON.parse(stats.stdout)).toMatchObject({
      successRate: 1,
      steps: { intent: { count: 1, medianMs: expect.any(Number) }, discovery: { count: 1 } },
      graph: { values: { medianMs: expect.any(Number), p95Ms: expect.any(Number) } },
      llm: { retries: 0 },
    });
    const metrics = readFileSync(join(workspace.folder, 'dpb.prom'), 'utf8');
    expect(metrics).toMatch(/dpb_graph_questions_total\{question="values"\} [1-9]/u);
    expect(metrics).toContain('dpb_llm_retries_total 0');
  });
});
