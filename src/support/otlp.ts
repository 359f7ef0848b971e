/** A stretch of time of a command, as OpenTelemetry has it. Times in milliseconds since 1970. */
export interface Span {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Null for the root. */
  readonly parent: string | null;
  readonly name: string;
  /** Whether another server was waited for. */
  readonly isClient: boolean;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly failed: boolean;
}

/** Where spans go. */
export interface SpanTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
}

/** Where the variables of OpenTelemetry say that spans go over HTTP as JSON; null where they name no place, or a wrong one. */
export function spanTargetOf(environment: NodeJS.ProcessEnv): SpanTarget | null {
  if (environment.OTEL_SDK_DISABLED === 'true') return null;
  const base = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base ? `${base.replace(/\/+$/u, '')}/v1/traces` : '');
  if (!/^https?:\/\//u.test(url) || !URL.canParse(url)) return null;
  const pairs = (environment.OTEL_EXPORTER_OTLP_HEADERS ?? '').split(',').flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const value = decoded(rest.join('=').trim());
    return /^[\w-]+$/u.test(name.trim()) && value !== null ? [[name.trim(), value] as const] : [];
  });
  return { url, headers: Object.fromEntries(pairs), service: environment.OTEL_SERVICE_NAME || 'dpb' };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The spans of one trace (32 hexadecimal digits) in the JSON form of OTLP. */
function spanBatch(service: string, trace: string, spans: readonly Span[]): object {
  const attributesOf = (attributes: Span['attributes']): readonly object[] =>
    Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));
  const nano = (at: number): string => `${Math.round(at)}000000`;
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': service }) },
        scopeSpans: [
          {
            scope: { name: 'dpb' },
            spans: spans.map(({ id, parent, name, isClient, start, end, attributes, failed }) => ({
              traceId: trace,
              spanId: id,
              ...(parent === null ? {} : { parentSpanId: parent }),
              name,
              kind: isClient ? 3 : 1,
              startTimeUnixNano: nano(start),
              endTimeUnixNano: nano(end),
              attributes: attributesOf(attributes),
              status: { code: failed ? 2 : 0 },
            })),
          },
        ],
      },
    ],
  };
}

function otlpValue(value: string | number): object {
  if (typeof value === 'string') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** How long a command waits for a collector after its work is done. */
const waitMs = 500;

/** Sends the spans, once. Whether they arrived changes nothing: a collector that is gone or slow is not waited for. */
export async function sendSpans(
  { url, headers, service }: SpanTarget,
  trace: string,
  spans: readonly Span[],
): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(spanBatch(service, trace, spans)),
      redirect: 'error',
      signal: AbortSignal.timeout(waitMs),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
