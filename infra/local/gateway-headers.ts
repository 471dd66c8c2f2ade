import type { IncomingMessage } from 'node:http';

/** RFC 9110, 7.6.1: these speak of one connection. `Trailer` is left: trailers are passed on. */
const OF_THE_CONNECTION = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
];
/** What only we may say of a request: who sent it, where to, how long it is, and its id. */
const OURS_TO_SAY = ['host', 'content-length', 'expect', 'forwarded', 'x-real-ip', 'x-request-id'];

const NOT_FORWARDED = new Set([...OF_THE_CONNECTION, ...OURS_TO_SAY]);
const NOT_RETURNED = new Set([...OF_THE_CONNECTION, 'x-request-id']);
const NOT_RETURNED_FROM_BELOW = new Set([...NOT_RETURNED, 'set-cookie']);

type Header = readonly [name: string, value: string];

function* headersOf(raw: readonly string[]): Generator<Header> {
  for (let at = 0; at + 1 < raw.length; at += 2) yield [raw[at] ?? '', raw[at + 1] ?? ''];
}

export function valuesOf(raw: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (const [key, value] of headersOf(raw)) if (key.toLowerCase() === name) values.push(value);
  return values;
}

/** The headers that go on, as a flat list; RFC 9110 lets `Connection` name more that do not. */
function passing(
  raw: readonly string[],
  without: ReadonlySet<string>,
  connection: string | undefined,
): string[] {
  const named = new Set(
    connection
      ?.toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  // No one may take away what frames the message.
  named.delete('content-length');
  const passed: string[] = [];
  for (const [name, value] of headersOf(raw)) {
    const key = name.toLowerCase();
    if (!without.has(key) && !key.startsWith('x-forwarded-') && !named.has(key)) passed.push(name, value);
  }
  return passed;
}

/** How long the body is; a message that is silent about it has none (RFC 9112, 6.3). */
function framing(request: IncomingMessage): Header {
  if (request.headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  return ['Content-Length', request.headers['content-length'] ?? '0'];
}

export function hasBody(request: IncomingMessage): boolean {
  const [name, value] = framing(request);
  return name === 'Transfer-Encoding' || value !== '0';
}

export interface Forwarding {
  readonly authority: string;
  readonly prefix: string;
  readonly requestId: string;
}

function isSecure(request: IncomingMessage): boolean {
  return 'encrypted' in request.socket && request.socket.encrypted === true;
}

/** IPv4 reaches a socket that listens on `::` under an IPv6 name. */
export function clientAddress(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

export function requestHeaders(request: IncomingMessage, how: Forwarding): string[] {
  const headers = passing(request.rawHeaders, NOT_FORWARDED, request.headers.connection);
  const secure = isSecure(request);
  const client = clientAddress(request);
  const port = /:(\d+)$/.exec(how.authority)?.[1] ?? (secure ? '443' : '80');
  headers.push('Host', how.authority, 'X-Request-Id', how.requestId);
  headers.push('X-Forwarded-For', client, 'X-Real-Ip', client);
  headers.push('X-Forwarded-Host', how.authority, 'X-Forwarded-Port', port);
  headers.push('X-Forwarded-Proto', secure ? 'https' : 'http');
  if (how.prefix !== '') headers.push('X-Forwarded-Prefix', how.prefix);
  if (hasBody(request) || !BODILESS.has(request.method ?? '')) headers.push(...framing(request));
  return headers;
}

/** Methods that a client sends without a word on a body they do not have. */
const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/**
 * Below `/p/` projects share their origin with the dashboard and with each other. Pages from there run apart from all of
 * them, and set no cookies for them.
 */
const APART = ['Content-Security-Policy', 'sandbox allow-scripts allow-forms allow-popups'];

export function responseHeaders(
  answer: IncomingMessage,
  { requestId, prefix }: Pick<Forwarding, 'requestId' | 'prefix'>,
): string[] {
  const shared = prefix !== '';
  const without = shared ? NOT_RETURNED_FROM_BELOW : NOT_RETURNED;
  const headers = passing(answer.rawHeaders, without, answer.headers.connection);
  headers.push('X-Request-Id', requestId, ...(shared ? APART : []));
  return headers;
}

export function trailersOf(message: IncomingMessage): Header[] {
  return [...headersOf(message.rawTrailers)];
}
