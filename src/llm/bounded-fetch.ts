import { messageOf } from '../support/errors.js';

/** Why a response could not be read to its end. */
export type ReadTrouble =
  /** `sent`: the server may have had the question all the same. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly sent: boolean }
  | { readonly kind: 'too_slow' }
  | { readonly kind: 'too_large' }
  /** The response began and broke off. */
  | { readonly kind: 'cut'; readonly reason: string };

/** A fetch that reads each response whole, within a time and a size; what went wrong is left in `trouble`. */
export interface BoundedFetch {
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  trouble(): ReadTrouble | null;
}

/**
 * A fetch of at most `bytesMax` of body, unpacked, until `deadline` aborts. Servers that send on, slowly or without end, are
 * left. Redirections are not followed: they would carry the key to another server.
 */
export function boundedFetch(bytesMax: number, deadline: AbortSignal): BoundedFetch {
  let trouble: ReadTrouble | null = null;
  const fail = (found: ReadTrouble): Error => {
    trouble = deadline.aborted ? { kind: 'too_slow' } : found;
    return new Error(trouble.kind);
  };
  return {
    trouble: () => trouble,
    fetch: async (input, init) => {
      let response: Response;
      try {
        response = await fetch(input, { ...init, redirect: 'error', signal: deadline });
      } catch (thrown) {
        throw fail({ kind: 'unreachable', reason: reasonOf(thrown), sent: !unsent.has(codeOf(thrown)) });
      }
      const body = await wholeBody(response, bytesMax, fail);
      const headers = new Headers(response.headers);
      for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
      const empty = [204, 205, 304].includes(response.status);
      return new Response(empty ? null : body, { status: response.status, headers });
    },
  };
}

async function wholeBody(
  response: Response,
  bytesMax: number,
  fail: (found: ReadTrouble) => Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.byteLength;
      if (size > bytesMax) break;
      pieces.push(next.value);
    }
  } catch (thrown) {
    throw fail({ kind: 'cut', reason: reasonOf(thrown) });
  }
  if (size > bytesMax) {
    // The connection goes with it: the rest is never received.
    await reader.cancel().catch(() => undefined);
    throw fail({ kind: 'too_large' });
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** Failures to connect: nothing of the question left this machine. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function codeOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

/** The innermost reason: fetch says but "fetch failed". */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : messageOf(cause);
}
