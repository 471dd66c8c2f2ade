import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Log } from '../../functions/core/kernel/log.port.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { PostgresClient, PostgresRefusal } from '../../functions/core/project/postgres-admission.ts';
import { bindPort } from './bind-port.ts';
import type { ServerCertificates } from './server-certificates.ts';
import { postgresAddressOf } from './address.ts';
import { CancelKeys, type Peers } from './cancel.ts';
import { type DecoyParts, refuseLogin } from './decoy.ts';
import { refuse } from './ending.ts';
import { renamed } from './names.ts';
import type { CancelKey, Startup } from './packets.ts';
import { readOpening } from './reading.ts';
import {
  NO_PROJECT_NAMED,
  OUTAGE,
  protocolViolation,
  SHUTTING_DOWN,
  TOO_MANY,
  UNREACHABLE,
} from './refusals.ts';
import { Seats, type SeatLimits } from './seats.ts';
import type { PostgresServer } from './server.ts';
import { runSession } from './session.ts';
import { openEncryption } from './tls.ts';

export type PostgresResolution =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly fatal: PostgresRefusal }
  | { readonly kind: 'running'; readonly server: PostgresServer };

interface PostgresGatewayLimits extends SeatLimits {
  /** From the connection to the end of the start-up packet; a TLS handshake has as long again. */
  readonly openingMs: number;
  /** From the start-up packet that Postgres gets to its being ready. Its own limit for the password is a minute. */
  readonly loginMs: number;
}

/** Of a cluster's 40 connections the project's own services need up to 20. */
const LIMITS: PostgresGatewayLimits = { ofProject: 20, ofAll: 400, openingMs: 15_000, loginMs: 75_000 };

export interface PostgresGatewayParts {
  /** Projects are at `<ref>.<domain>`; lower case. */
  readonly domain: string;
  readonly certificates: ServerCertificates | undefined;
  /** Asked once per connection; may take as long as it takes to wake the project. */
  readonly resolve: (ref: ProjectRef, client: PostgresClient) => Promise<PostgresResolution>;
  /** Told of each password that was right or wrong. It must not throw. */
  readonly onLogin?: (ref: ProjectRef, client: PostgresClient, admitted: boolean) => void;
  /** Told of what a logged-in client sends. It must not throw. */
  readonly onSent?: (ref: ProjectRef, chunk: Buffer) => void;
  /** Told of how many bytes it is sent. It must not throw. */
  readonly onAnswered?: (ref: ProjectRef, bytes: number) => void;
  readonly log: Log;
  readonly limits?: PostgresGatewayLimits;
  /** Other gateways that clients come to by the same name; absent: there are none. */
  readonly peers?: Peers;
  /** How who is not let in is kept from knowing why; the same for all gateways that are reached by one name. */
  readonly decoy?: DecoyParts;
}

export interface PostgresGateway {
  /** Once per address; the port. PortError: it is taken or forbidden. */
  listen(where: { readonly port: number; readonly host: string }): Promise<number>;
  /** How many there are, with those that wait for their project or have not said their password. */
  sessions(): number;
  /** Accepts no more, and ends what is not a session yet. */
  stop(): void;
  /** Cancels what runs in a session of this gateway by its key; unknown keys do nothing. */
  cancelHere(key: CancelKey): Promise<void>;
  /** Resolves when nobody is connected any more, or after so long. */
  ended(withinMs: number): Promise<void>;
  /** Ends every session: to be called when the servers, which tell their clients why, have ended theirs. */
  close(): void;
}

/** After this long without a byte the system asks the other side whether it is still there. */
const KEEP_ALIVE_MS = 60_000;

/** Clients of all projects' Postgres come in here; by their user's suffix they go to the project's own. */
export function createPostgresGateway(parts: PostgresGatewayParts): PostgresGateway {
  const { limits = LIMITS } = parts;
  const { decoy = { salting: randomBytes(32), asksInClear: false } } = parts;
  const keys = new CancelKeys(parts.peers);
  const seats = new Seats(limits);
  const servers: Server[] = [];
  const connected = new Set<Socket>();
  const opening = new Set<Socket>();
  const encryption =
    parts.certificates &&
    openEncryption(parts.certificates, limits.openingMs, (socket) => void attend(socket));

  function accept(socket: Socket): void {
    connected.add(socket);
    socket.once('close', () => connected.delete(socket));
    socket.on('error', () => socket.destroy());
    void attend(socket);
  }

  async function attend(socket: Socket): Promise<void> {
    opening.add(socket);
    const tired = setTimeout(() => socket.destroy(), limits.openingMs);
    const opened = await open(socket);
    clearTimeout(tired);
    if (opened !== undefined) await enter(socket, opened);
    opening.delete(socket);
  }

  /** Answers what comes before the start-up packet; undefined: none will come, or not on this connection. */
  async function open(socket: Socket): Promise<Startup | undefined> {
    const secure = socket instanceof TLSSocket;
    const asked = new Set<string>();
    for (;;) {
      const found = await readOpening(socket);
      if (found.kind === 'startup') return found.startup;
      if (found.kind === 'cancel') await keys.cancel(found.key);
      if (found.kind === 'gone' || found.kind === 'cancel') return drop(socket);
      if (found.kind === 'malformed') return refuse(socket, protocolViolation(found.reason));
      if (found.kind === 'tls') {
        if (secure || asked.size > 0 || !encryption) return drop(socket);
        encryption.direct(socket);
        return undefined;
      }
      if (secure || asked.has(found.kind)) return refuse(socket, protocolViolation('it was asked before'));
      asked.add(found.kind);
      if (found.kind === 'gssenc' || !encryption) socket.write('N');
      // What is sent in the clear after the question must not pass for encrypted.
      else if (socket.readableLength > 0) return refuse(socket, protocolViolation('data before TLS'));
      else {
        socket.write('S');
        encryption.negotiated(socket);
        return undefined;
      }
    }
  }

  async function enter(near: Socket, startup: Startup): Promise<void> {
    const address = postgresAddressOf(startup, serverNameOf(near), parts.domain);
    if (address === undefined) return refuse(near, NO_PROJECT_NAMED);
    const { ref } = address;
    const leave = seats.take(ref);
    if (leave === undefined) return refuse(near, TOO_MANY);
    near.once('close', leave);
    const client = { address: near.remoteAddress ?? '', secure: near instanceof TLSSocket };
    const resolution = await parts.resolve(ref, client).catch((cause: unknown) => {
      parts.log.error('looking up a project failed', cause, { project: ref });
      return { kind: 'refused', fatal: OUTAGE } as const;
    });
    if (near.destroyed) return leave();
    const tired = setTimeout(() => near.destroy(), limits.loginMs);
    if (resolution.kind === 'refused') refuse(near, resolution.fatal);
    else {
      const server = resolution.kind === 'running' ? resolution.server : undefined;
      const startup = server?.names ? renamed(address.startup, server.names) : address.startup;
      if (server === undefined || startup === undefined) await refuseLogin(near, address.startup, ref, decoy);
      else await converse(near, startup, ref, client, server);
    }
    clearTimeout(tired);
  }

  async function converse(
    near: Socket,
    startup: Startup,
    ref: ProjectRef,
    client: PostgresClient,
    server: PostgresServer,
  ): Promise<void> {
    const far = await server.reach();
    if (far === undefined) return refuse(near, UNREACHABLE);
    await runSession(far, {
      near,
      server,
      startup,
      keys,
      onLogin: (admitted) => parts.onLogin?.(ref, client, admitted),
      onSent: (chunk) => parts.onSent?.(ref, chunk),
      onAnswered: (bytes) => parts.onAnswered?.(ref, bytes),
    });
  }

  return {
    async listen(where) {
      const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
      const server = createServer(options, accept);
      // Half of them may be on their way to a session or to a cancellation.
      server.maxConnections = limits.ofAll * 2;
      const port = await bindPort(server, where);
      servers.push(server);
      return port;
    },
    sessions: () => seats.taken,
    stop() {
      for (const server of servers) server.close();
      encryption?.close();
      for (const socket of opening) refuse(socket, SHUTTING_DOWN);
    },
    cancelHere: (key) => keys.cancelHere(key),
    ended: (withinMs) =>
      new Promise<void>((resolve) => {
        const tired = setTimeout(resolve, withinMs);
        const look = (): void => {
          if (connected.size > 0) return;
          clearTimeout(tired);
          resolve();
        };
        for (const socket of connected) socket.once('close', look);
        look();
      }),
    close() {
      for (const socket of connected) socket.destroy();
    },
  };
}

function drop(socket: Socket): undefined {
  socket.destroy();
}

function serverNameOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { servername } = socket;
  return typeof servername === 'string' ? servername : undefined;
}
