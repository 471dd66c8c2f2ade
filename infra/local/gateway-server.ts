import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { bindPort } from '../postgres-gateway/bind-port.ts';
import { CERTIFICATE_RENEWAL_MS, type ServerCertificates } from '../postgres-gateway/server-certificates.ts';
import { lingerAfterAnswer, MAX_HEAD_BYTES } from './gateway-forward.ts';
import { isWebSocket } from './gateway-upgrade.ts';

export interface GatewayTimeouts {
  /** For the head of a request, and for a TLS handshake. */
  readonly headMs: number;
  /** Without a byte that the client owes us. A stream that is quiet because nothing happens is not cut. */
  readonly stalledMs: number;
}

export const GATEWAY_TIMEOUTS: GatewayTimeouts = { headMs: 15_000, stalledMs: 60_000 };

/**
 * How long a connection waits for its next request: longer than clients and the load balancers before us keep theirs,
 * for one that we close while a request is on its way to us fails that request.
 */
const KEEP_ALIVE_MS = 75_000;

export interface Listening {
  readonly port: number;
  connections(): Promise<number>;
  close(graceMs: number): Promise<void>;
}

interface ServerParts {
  readonly port: number;
  readonly host: string;
  readonly certificates?: ServerCertificates;
  readonly timeouts: GatewayTimeouts;
  readonly serve: (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => void;
  readonly upgrade: (request: IncomingMessage, head: Buffer) => void;
}

export async function listen(parts: ServerParts): Promise<Listening> {
  const { headMs, stalledMs } = parts.timeouts;
  const options = {
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: headMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.ceil(headMs / 3),
    // A large upload may take long; one that stalls is cut off below.
    requestTimeout: 0,
    // Its absence is answered as any other bad request is.
    requireHostHeader: false,
    shouldUpgradeCallback: isWebSocket,
  };
  const server = parts.certificates
    ? secureServer({ ...options, handshakeTimeout: headMs }, parts.certificates)
    : createServer(options);
  const answering = new WeakSet<Duplex>();
  const serve = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    answering.add(request.socket);
    response.once('close', () => answering.delete(request.socket));
    cutOffStalled(request, response, stalledMs);
    lingerAfterAnswer(request, response);
    parts.serve(request, response, expectsContinue);
  };
  server.timeout = stalledMs;
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  server.on('upgrade', (request, _socket, head) => parts.upgrade(request, head));
  server.on('clientError', (error, socket) => {
    if (answering.has(socket) || !socket.writable) socket.destroy();
    else refuseUnreadable(error, socket);
  });
  const port = await bindPort(server, parts);
  const connections = promisify(server.getConnections.bind(server));
  return { port, connections, close: (graceMs) => close(server, graceMs) };
}

function secureServer(options: ServerOptions, certificates: ServerCertificates): Server {
  const server = createSecureServer({
    ...options,
    ...certificates.general(),
    SNICallback: (name, use) => use(null, certificates.forName(name)),
  });
  const renewal = setInterval(
    () => server.setSecureContext(certificates.general()),
    CERTIFICATE_RENEWAL_MS,
  ).unref();
  server.once('close', () => clearInterval(renewal));
  return server;
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(grace);
}

/**
 * When a connection has moved no byte for the timeout it is cut off if the client is the one that stalls: it sends no
 * more of its body, or does not take the answer.
 */
function cutOffStalled(request: IncomingMessage, response: ServerResponse, stalledMs: number): void {
  response.on('timeout', () => {
    const sendsNothing = !request.complete && request.readableLength === 0;
    const takesNothing = response.writableLength > 0;
    if (sendsNothing || takesNothing) request.socket.destroy();
    else request.socket.setTimeout(stalledMs);
  });
}

interface Unreadable {
  readonly status: number;
  readonly message: string;
}

/** By Node's code. */
const UNREADABLE: Readonly<Record<string, Unreadable>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    message: `The address and the headers are over ${MAX_HEAD_BYTES / 1024} KB together.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The headers took too long to come.' },
};

const invalid = (reason: unknown): Unreadable => ({
  status: 400,
  message: `The request is not valid HTTP${typeof reason === 'string' ? `: ${reason}` : ''}.`,
});

/** What could not even be parsed is answered on the bare connection. */
function refuseUnreadable(error: Error & { code?: string; reason?: unknown }, socket: Duplex): void {
  const { status, message } = UNREADABLE[error.code ?? ''] ?? invalid(error.reason);
  const body = JSON.stringify({ message, code: 'validation_failed' });
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json`;
  socket.write(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  if (socket instanceof Socket) socket.destroySoon();
}
