import { mkdtempSync, rmSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Log } from '../../functions/core/kernel/log.port.ts';
import {
  createGateway,
  type Gateway,
  type RequestArrival,
  type Resolution,
} from '../../infra/local/gateway.ts';
import type { ProjectResponse } from '../../infra/local/gateway-exchange.ts';
import type { GatewayTimeouts } from '../../infra/local/gateway-server.ts';

export const REF = 'abcdefghijklmnopqrst';
export const PAUSED = 'pausedpausedpausedpa';
export const STARTING = 'startingstartingstar';
export const UNKNOWN = 'unknownunknownunknow';
export const UNLUCKY = 'unluckyunluckyunluck';
/** Its Postgres runs, its server does not: nothing listens on its socket. */
export const DEAD = 'deaddeaddeaddeaddead';

/** One running gateway with a project behind it, and what it has reported. */
export interface World {
  readonly port: number;
  readonly gateway: Gateway;
  /** The project REF. */
  readonly project: Server;
  readonly socketPath: string;
  readonly metered: ProjectResponse[];
  /** What the look-up of the project was told of each request. */
  readonly arrivals: RequestArrival[];
  readonly errors: string[];
}

type Project = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface WorldParts {
  readonly project?: Project;
  readonly timeouts?: GatewayTimeouts;
  readonly domain?: string;
}

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const control: RequestListener = (request, response) => {
  response.setHeader('x-served-by', 'control');
  request.resume().once('end', () => response.end(`control ${request.url}`));
};

/** Tells what arrived. */
const mirror: Project = async (request, response) => {
  const body = (await bodyOf(request)).toString();
  const { method, url, headers, rawHeaders, trailers } = request;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method, url, headers, rawHeaders, trailers, body }));
};

export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** A request that breaks off is no fault of the project's. */
async function serveSafely(
  serve: Project,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await serve(request, response);
  } catch {
    response.destroy();
  }
}

export async function startWorld(parts: WorldParts = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const socketPath = join(folder, 'project.sock');
  const project = createServer(
    (request, response) => void serveSafely(parts.project ?? mirror, request, response),
  );
  await new Promise<void>((resolve) => project.listen(socketPath, resolve));

  const places: { readonly [ref: string]: Resolution } = {
    [REF]: { kind: 'running', socketPath },
    [DEAD]: { kind: 'running', socketPath: join(folder, 'dead.sock') },
    [PAUSED]: { kind: 'waiting', status: 'INACTIVE', retryAfter: 30 },
    [STARTING]: { kind: 'waiting', status: 'COMING_UP', retryAfter: 3 },
  };
  const metered: ProjectResponse[] = [];
  const arrivals: RequestArrival[] = [];
  const errors: string[] = [];
  const log: Log = {
    info: () => {},
    within: (_, work) => work(),
    error: (message) => void errors.push(message),
  };
  const gateway = createGateway({
    names: { domain: parts.domain ?? 'localhost', projectAt: () => undefined },
    control,
    resolve: async (ref, arrival) => {
      arrivals.push(arrival);
      if (ref === UNLUCKY) throw new Error('the table is away');
      return places[ref] ?? { kind: 'unknown' };
    },
    log,
    onResponse: (response) => void metered.push(response),
    ...(parts.timeouts && { timeouts: parts.timeouts }),
  });
  const { port } = await gateway.listen({ port: 0, host: '127.0.0.1' });
  cleanups.push(async () => {
    await gateway.close(0);
    project.closeAllConnections();
    await new Promise((resolve) => project.close(resolve));
    rmSync(folder, { recursive: true });
  });
  return { port, gateway, project, socketPath, metered, arrivals, errors };
}

/** An open connection and what came over it. */
export interface Raw {
  readonly socket: Socket;
  readonly received: () => string;
  /** Resolves with all that came when the other side has ended it. */
  readonly ended: Promise<string>;
}

export function openRaw(port: number, bytes: string): Raw {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  const ended = new Promise<string>((resolve) => {
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve(received));
  });
  socket.write(bytes, 'latin1');
  return { socket, received: () => received, ended };
}

/** Sends lines as they are, with a Host, and reads until the server closes. */
export async function sendLines(port: number, ...lines: string[]): Promise<string> {
  return await openRaw(port, `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`).ended;
}

/** Waits for what has to come true. */
export async function eventually(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The number once it has stopped growing for a while. */
export async function settled(number: () => number): Promise<number> {
  let last = number();
  let since = Date.now();
  await eventually(() => {
    if (number() === last) return Date.now() - since > 300;
    [last, since] = [number(), Date.now()];
    return false;
  });
  return last;
}
