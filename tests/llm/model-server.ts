import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model was asked, as it came over the wire. */
export interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly model?: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly max_tokens?: number;
    /** Of a question for vectors. */
    readonly input?: readonly string[];
    readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: object } };
  };
  /** All that was sent, as text. */
  readonly text: string;
}

/** How the server treats one request. It may answer late, in parts, or not at all. */
export type Behaviour = (asked: Asked, response: ServerResponse, place: number) => void | Promise<void>;

/** A real HTTP server on loopback that speaks the API of chat completions as its script says. */
export interface ModelServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Dollars that it billed, by what its answers said of their tokens. */
  billed(): number;
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** Dollars for a million tokens, as the tests configure the model. */
export const price = { input: 2, output: 8 };

export async function startModelServer(behaviour: Behaviour): Promise<ModelServer> {
  const asked: Asked[] = [];
  let current = behaviour;
  let nano = 0;
  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    const one: Asked = { headers: request.headers, body: JSON.parse(text), text };
    asked.push(one);
    response.on('error', () => undefined);
    await current(one, response, asked.length);
    nano += Number(response.getHeader('x-billed-nano') ?? 0);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    billed: () => nano / 1e9,
    behave: (next) => {
      current = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** Says `content` as a model does. Unless told, it counts a token for four bytes of the question and of the answer. */
export function say(
  { text }: Asked,
  response: ServerResponse,
  content: string,
  usage = { prompt_tokens: Math.ceil(text.length / 4), completion_tokens: Math.ceil(content.length / 4) },
): void {
  const nano = Math.ceil((usage.prompt_tokens * price.input + usage.completion_tokens * price.output) * 1000);
  response.setHeader('x-billed-nano', String(nano));
  response.writeHead(200, { 'content-type': 'application/json' });
  const message = { role: 'assistant', content, refusal: null };
  response.end(
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'scripted',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
    }),
  );
}

/** Gives each text of the question the vector that `vectorOf` says. */
export function embed(
  { text, body }: Asked,
  response: ServerResponse,
  vectorOf: (text: string) => readonly number[],
): void {
  const tokens = Math.ceil(text.length / 4);
  response.setHeader('x-billed-nano', String(Math.ceil(tokens * price.input * 1000)));
  response.writeHead(200, { 'content-type': 'application/json' });
  const data = (body.input ?? []).map((one, index) => ({ object: 'embedding', index, embedding: vectorOf(one) }));
  response.end(JSON.stringify({ object: 'list', data, model: 'scripted', usage: { prompt_tokens: tokens } }));
}

/** Fails with `status`, as servers of the API do. */
export function fail(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message: `scripted ${status}`, type: 'server_error', code: null } }));
}

/** The words that a person asked, out of the prompt. */
export function requestOf({ body }: Asked): string {
  const data: { readonly request?: string } = JSON.parse(body.messages[1]?.content ?? '{}');
  return data.request ?? '';
}
