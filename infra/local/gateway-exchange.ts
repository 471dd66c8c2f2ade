import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { PROJECT_SERVICES } from '../../templates/project-routes.ts';
import type { Refusal } from './gateway-answers.ts';
import { refuse } from './gateway-answers.ts';

/** One request to a project, as it is metered. */
export interface ProjectResponse {
  readonly ref: ProjectRef;
  /** The first segment of the path where it is a service's, otherwise `other`. */
  readonly service: (typeof PROJECT_SERVICES)[number] | 'other';
  /** 499: the client went away before there was an answer. 101: a WebSocket, reported when it ends. */
  readonly status: number;
  /** On the connection to the project, heads included; an answer in the project's place counts its body. */
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly duration_ms: number;
  readonly request_id: string;
}

/** Who is told of requests. They must not throw. */
export interface ExchangeReports {
  /** Of each request to a known project, when it begins; `onResponse` tells its end. */
  readonly onRequest?: (request: Pick<ProjectResponse, 'ref' | 'service'>) => void;
  /** Of each request to a known project, when it is over. */
  readonly onResponse?: (response: ProjectResponse) => void;
  /** Of each piece that a client sends over a WebSocket. */
  readonly onMessage?: (message: Pick<ProjectResponse, 'ref' | 'service'>) => void;
}

/** nginx's number for it; no status of HTTP says this. */
const CLIENT_GONE = 499;

/** A request to a project from its arrival until it is over. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly ref: ProjectRef;
  readonly path: string;
  readonly prefix: string;
  readonly authority: string;
  readonly requestId: string;
  /** Answers in the project's place. */
  refuse(refusal: Refusal): void;
  /** Counts what goes over the connection that the request to the project was given. */
  meter(upstream: ClientRequest): Meter;
  /** Tells that the client has sent something more, over a connection that was upgraded. */
  sent(): void;
  /** Reports the request, once. */
  end(status: number): void;
}

interface Meter {
  /** To be called before the connection serves another request. */
  stop(): void;
}

export function beginExchange(
  parts: Pick<Exchange, 'request' | 'response' | 'ref' | 'path' | 'prefix' | 'authority' | 'requestId'>,
  { onRequest, onResponse, onMessage }: ExchangeReports,
): Exchange {
  const { request, response, ref, path, requestId } = parts;
  const service = serviceOf(path);
  const started = performance.now();
  const bytes = { in: 0, out: 0 };
  const meters: Meter[] = [];
  let over = false;
  onRequest?.({ ref, service });
  const end = (status: number): void => {
    if (over) return;
    over = true;
    for (const meter of meters) meter.stop();
    onResponse?.({
      ref,
      service,
      status,
      bytes_in: bytes.in,
      bytes_out: bytes.out,
      duration_ms: performance.now() - started,
      request_id: requestId,
    });
  };
  response.once('close', () => end(response.headersSent ? response.statusCode : CLIENT_GONE));
  return {
    ...parts,
    end,
    sent: () => onMessage?.({ ref, service }),
    refuse(refusal) {
      if (response.destroyed) return;
      bytes.out += refuse(request, response, refusal);
    },
    meter(upstream) {
      const meter = meterOf(upstream, bytes);
      meters.push(meter);
      return meter;
    },
  };
}

function meterOf(upstream: ClientRequest, bytes: { in: number; out: number }): Meter {
  let stop = (): void => {};
  upstream.once('socket', (socket) => {
    const before = { read: socket.bytesRead, written: socket.bytesWritten };
    stop = () => {
      bytes.in += socket.bytesWritten - before.written;
      bytes.out += socket.bytesRead - before.read;
      stop = () => {};
    };
  });
  return { stop: () => stop() };
}

function serviceOf(path: string): ProjectResponse['service'] {
  const [, segment] = /^\/([^/?]*)/.exec(path) ?? [];
  return PROJECT_SERVICES.find((service) => service === segment) ?? 'other';
}
