import { type ClientRequest, type IncomingMessage, request as connect } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Instance, Lease } from './instance.ts';
import type { Ending } from './process.ts';
import { codeOf, mark, refuse } from './refusal.ts';
import type { Limits } from './runtime.ts';

/** Of one connection only (RFC 9110, 7.6.1). */
export const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A killed process is reaped sooner than that. */
const ENDING_MS = 1000;

const WITHOUT_BODY = new Set([204, 205, 304]);

export interface Passage {
  readonly instance: Instance;
  readonly lease: Lease;
  /** What the function sees as path and query. */
  readonly path: string;
  readonly host: string;
  readonly limits: Limits;
}

/** Takes a request to a function's process and brings back its answer; both bodies flow as they come. */
export async function forward(request: Request, passage: Passage): Promise<Response> {
  const { instance, lease, limits } = passage;
  const outgoing = connect({
    socketPath: instance.socket,
    path: passage.path,
    method: request.method,
    headers: { ...endToEnd(request.headers), host: passage.host },
    agent: instance.agent,
  });
  outgoing.once('close', lease.leave);
  request.signal.addEventListener('abort', () => outgoing.destroy(), { once: true });
  const wallClock = setTimeout(() => giveUp(instance, outgoing), limits.wallClockMs);
  outgoing.once('close', () => clearTimeout(wallClock));

  let late = false;
  const patience = setTimeout(() => {
    late = true;
    giveUp(instance, outgoing);
  }, limits.responseMs);
  const response = await send(request, outgoing);
  clearTimeout(patience);
  if (late) return refuse('IDLE_TIMEOUT', { executionId: instance.executionId });
  if (response === undefined) {
    const { executionId } = instance;
    return refuse(codeOf(await endingOf(instance), 'WORKER_ERROR'), { executionId });
  }
  lease.progress();
  instance.served += 1;
  return answer(response, request.method, lease, instance.executionId);
}

/** A connection breaks a moment before its process is known to have ended, or because of the client. */
async function endingOf(instance: Instance): Promise<Ending> {
  const alive = new Promise<Ending>((resolve) => setTimeout(resolve, ENDING_MS, 'crashed').unref());
  return Promise.race([instance.ended, alive]);
}

/** A process that has a request for too long gets no other one. */
function giveUp(instance: Instance, outgoing: ClientRequest): void {
  outgoing.destroy();
  instance.retire();
}

/** Undefined when the connection broke before there was an answer. */
async function send(request: Request, outgoing: ClientRequest): Promise<IncomingMessage | undefined> {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage | undefined>();
  outgoing.once('response', resolve);
  // A function may answer without reading the whole body; only a missing answer is an error.
  outgoing.on('error', () => resolve(undefined));
  outgoing.once('close', () => resolve(undefined));
  if (request.body === null) outgoing.end();
  else pipeline(Readable.fromWeb(request.body), outgoing).catch(() => resolve(undefined));
  return promise;
}

function answer(response: IncomingMessage, method: string, lease: Lease, executionId: string): Response {
  const { statusCode: status = 502 } = response;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(response.headersDistinct))
    if (!HOP_BY_HOP.has(name)) for (const value of values) headers.append(name, value);
  mark(headers, status >= 500 ? 'EDGE_FUNCTION_ERROR' : undefined, executionId);
  if (method === 'HEAD' || WITHOUT_BODY.has(status)) {
    response.resume();
    return new Response(null, { status, headers });
  }
  return new Response(ReadableStream.from(chunks(response, lease)), { status, headers });
}

async function* chunks(response: IncomingMessage, lease: Lease): AsyncGenerator<Uint8Array> {
  for await (const chunk of response) {
    lease.progress();
    yield chunk;
  }
}

function endToEnd(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !HOP_BY_HOP.has(name)));
}
