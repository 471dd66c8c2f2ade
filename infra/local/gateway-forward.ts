import type { Agent, ClientRequest, IncomingMessage, OutgoingMessage, ServerResponse } from 'node:http';
import { request as httpRequest } from 'node:http';
import { unreachable } from './gateway-answers.ts';
import type { Exchange } from './gateway-exchange.ts';
import { hasBody, requestHeaders, responseHeaders, trailersOf } from './gateway-headers.ts';

/** Of a request's or an answer's head. Room for a long JWT and a long filter, each of some KB. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** How long a client that still sends after its answer is listened to, so that the answer is not lost to a reset. */
const LINGER_MS = 5_000;

/** RFC 9110, 9.2.2, less the methods whose second run could find the effect of the first. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface Upstream {
  readonly socketPath: string;
  readonly agent: Agent | false;
}

export function openUpstream(exchange: Exchange, to: Upstream, extra: readonly string[] = []): ClientRequest {
  const { request, path, authority, prefix, requestId } = exchange;
  return httpRequest({
    agent: to.agent,
    socketPath: to.socketPath,
    method: request.method,
    path,
    headers: [...requestHeaders(request, { authority, prefix, requestId }), ...extra],
    maxHeaderSize: MAX_HEAD_BYTES,
  });
}

/** Streams `from` into `to`, trailers too, no faster than `to` takes it. */
function stream(from: IncomingMessage, to: OutgoingMessage): void {
  from.pipe(to, { end: false });
  // Node sends the head with the first bytes of the body, which an event stream may keep for long.
  setImmediate(() => {
    if (!from.readableDidRead && !to.writableEnded && !to.destroyed) to.flushHeaders();
  });
  from.once('end', () => {
    const trailers = trailersOf(from);
    if (trailers.length > 0) to.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    to.end();
  });
}

/** Sends the request on and the answer back. Whichever side breaks off, the other is broken off too. */
export function forward(exchange: Exchange, to: Upstream): ClientRequest {
  const { request, response } = exchange;
  const upstream = openUpstream(exchange, to);
  const meter = exchange.meter(upstream);
  let answered: IncomingMessage | undefined;

  upstream.once('response', (answer) => {
    answered = answer;
    if (response.destroyed) return void answer.destroy();
    answer.once('end', () => meter.stop());
    answer.once('error', () => response.destroy());
    returnAnswer(exchange, answer);
  });
  upstream.on('error', (error) => {
    // With an answer, its own end or error tells what becomes of the client.
    if (answered || response.destroyed) return;
    meter.stop();
    if (wasStale(upstream, error) && REPEATABLE.has(request.method ?? '') && !hasBody(request)) {
      forward(exchange, { ...to, agent: false });
      return;
    }
    exchange.refuse(unreachable(exchange.ref, exchange.requestId));
  });
  response.once('close', () => {
    if (!response.writableFinished || !request.complete) upstream.destroy();
  });
  // Only from here on is it the client that we wait for, and whose time is counted.
  upstream.on('drain', () => request.socket.setTimeout(request.socket.timeout ?? 0));
  if (hasBody(request)) stream(request, upstream);
  else upstream.end();
  return upstream;
}

export function returnAnswer(exchange: Exchange, answer: IncomingMessage): void {
  const { response } = exchange;
  const headers = responseHeaders(answer, exchange);
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  stream(answer, response);
}

/** The project closed a kept connection at the moment it was used again: it has not seen the request. */
function wasStale(upstream: ClientRequest, error: Error): boolean {
  return upstream.reusedSocket && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/**
 * An answer may come before the request is whole (413, 503). Closing at once would reset the connection and could
 * take the answer with it; the rest is read and thrown away for a while.
 */
export function lingerAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete || request.destroyed) return;
    request.unpipe();
    request.resume();
    const tired = setTimeout(() => request.destroy(), LINGER_MS).unref();
    request.once('close', () => clearTimeout(tired));
  });
}
