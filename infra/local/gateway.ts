import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ProjectStatus } from '../../functions/contract/status.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Log } from '../../functions/core/kernel/log.port.ts';
import { addressOf, type Destination, type Names } from './gateway-address.ts';
import {
  badRequest,
  noProject,
  notRunning,
  outage,
  overQuota,
  type Refusal,
  refuse,
} from './gateway-answers.ts';
import { beginExchange, type Exchange, type ExchangeReports } from './gateway-exchange.ts';
import { forward } from './gateway-forward.ts';
import { clientAddress, valuesOf } from './gateway-headers.ts';
import { GATEWAY_TIMEOUTS, type GatewayTimeouts, type Listening, listen } from './gateway-server.ts';
import { forwardUpgrade, responseOn } from './gateway-upgrade.ts';
import type { ServerCertificates } from '../postgres-gateway/server-certificates.ts';

export type Resolution =
  | { readonly kind: 'unknown' }
  /** `retryAfter` in seconds; absent: it will not run by itself. */
  | { readonly kind: 'waiting'; readonly status: ProjectStatus; readonly retryAfter?: number }
  | { readonly kind: 'running'; readonly socketPath: string }
  /** Its plan has no more of what the request takes. `because`: for a person. */
  | { readonly kind: 'restricted'; readonly because: string };

/** A request as far as it tells whether it is meant for the project. */
export interface RequestArrival {
  readonly method: string;
  /** As the project would see it, without the query string. */
  readonly path: string;
  /** Whether one of the places where clients put a key holds anything. */
  readonly hasKey: boolean;
  readonly address: string;
  readonly requestId: string;
}

export interface GatewayParts extends ExchangeReports {
  readonly names: Names;
  /** Gets what is for no project. It must not believe any `x-forwarded-*` header. */
  readonly control: RequestListener;
  /** Asked once per request, which waits for the answer with its body unread. */
  readonly resolve: (ref: ProjectRef, arrival: RequestArrival) => Promise<Resolution>;
  readonly log: Log;
  readonly timeouts?: GatewayTimeouts;
}

export interface Gateway {
  /** Once per address: HTTPS where there are certificates, otherwise HTTP. PortError: the port is taken or forbidden. */
  listen(where: {
    readonly port: number;
    readonly host: string;
    readonly certificates?: ServerCertificates;
  }): Promise<Listening>;
  /** How many clients are connected, be it by a WebSocket. */
  connections(): Promise<number>;
  /** Stops accepting, lets requests finish for `graceMs`, then drops what is left. */
  close(graceMs: number): Promise<void>;
}

/** Everything comes in here; by its Host or its path it goes to a project or to the control plane. */
export function createGateway(parts: GatewayParts): Gateway {
  const { control, timeouts = GATEWAY_TIMEOUTS } = parts;
  // `lifo` lets connections that are not needed go idle and close.
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' });
  const upgraded = new Set<Socket>();
  const servers: Listening[] = [];

  function serve(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const arrival = arrivalOf(request, parts.names);
    if (arrival.destination.kind === 'control') {
      request.url = arrival.destination.path;
      if (expectsContinue) response.writeContinue();
      return control(request, response);
    }
    void enter(parts, arrival, request, response, (exchange, socketPath) => {
      if (expectsContinue) response.writeContinue();
      forward(exchange, { socketPath, agent });
    });
  }

  function upgrade(request: IncomingMessage, head: Buffer): void {
    const arrival = arrivalOf(request, parts.names);
    const response = responseOn(request);
    upgraded.add(request.socket);
    request.socket.once('close', () => upgraded.delete(request.socket));
    void enter(parts, arrival, request, response, (exchange, socketPath) => {
      forwardUpgrade(exchange, socketPath, head);
    });
  }

  return {
    async listen(where) {
      const listening = await listen({ ...where, timeouts, serve, upgrade });
      servers.push(listening);
      return listening;
    },
    async connections() {
      const counts = await Promise.all(servers.map((server) => server.connections()));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async close(graceMs) {
      const closed = Promise.all(servers.map((server) => server.close(graceMs)));
      for (const socket of upgraded) socket.destroySoon();
      await closed;
      agent.destroy();
    },
  };
}

interface Arrival {
  readonly authority: string;
  readonly destination: Destination;
  readonly requestId: string;
}

function arrivalOf(request: IncomingMessage, names: Names): Arrival {
  const requestId = randomUUID();
  const hosts = valuesOf(request.rawHeaders, 'host');
  const encoding = request.headers['transfer-encoding']?.toLowerCase() ?? 'chunked';
  if (encoding === 'chunked' && (hosts.length > 0 || request.httpVersion === '1.0')) {
    return { ...addressOf(request.url ?? '', hosts, names), requestId };
  }
  // Of a body in another encoding, whoever reads it behind us could see the end elsewhere.
  const reason =
    encoding === 'chunked' ? 'There is no Host header.' : 'The only Transfer-Encoding is "chunked".';
  return { authority: '', destination: { kind: 'invalid', reason }, requestId };
}

/** Finds the project and hands the request over, or answers in its place. */
async function enter(
  parts: GatewayParts,
  { authority, destination, requestId }: Arrival,
  request: IncomingMessage,
  response: ServerResponse,
  go: (exchange: Exchange, socketPath: string) => void,
): Promise<void> {
  const { resolve, log } = parts;
  const answer = (refusal: Refusal): void => void refuse(request, response, refusal);
  if (destination.kind === 'invalid') return answer(badRequest(destination.reason, requestId));
  if (destination.kind === 'no_project') return answer(noProject(destination.name, requestId));
  if (destination.kind === 'control') return answer(badRequest('There is no WebSocket here.', requestId));
  const { ref } = destination;
  const asked = { ...meaningOf(request, destination.path), address: clientAddress(request), requestId };
  const resolution = await log.within({ request_id: requestId, project: ref }, () =>
    resolve(ref, asked).catch((cause: unknown) => {
      log.error('looking up a project failed', cause);
      return undefined;
    }),
  );
  if (response.destroyed) return;
  if (!resolution) return answer(outage(requestId));
  if (resolution.kind === 'unknown') return answer(noProject(ref, requestId));
  const exchange = beginExchange({ ...destination, request, response, authority, requestId }, parts);
  if (resolution.kind === 'running') return go(exchange, resolution.socketPath);
  if (resolution.kind === 'restricted') return exchange.refuse(overQuota(resolution.because, requestId));
  exchange.refuse(notRunning(ref, resolution.status, resolution.retryAfter, requestId));
}

/** A key in the address is what WebSockets have. */
const KEY_IN_QUERY = /^[^?]*\?(?:.*&)?apikey=[^&]/;

function meaningOf(
  { headers, method = '' }: IncomingMessage,
  url: string,
): Pick<RequestArrival, 'method' | 'path' | 'hasKey'> {
  const [path = ''] = url.split('?', 1);
  return {
    method,
    path,
    hasKey: [headers['apikey'], headers.authorization].some(Boolean) || KEY_IN_QUERY.test(url),
  };
}
