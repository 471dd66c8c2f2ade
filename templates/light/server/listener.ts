import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import type { Handle } from '../gateway/gateway.ts';
import { formatListen, type Listen } from '../settings/listen.ts';
import { sendDirectly } from './direct-body.ts';

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

export interface Listener {
  /** What it listens on in the end, with the port the system chose. */
  readonly address: string;
  /** Clients that are connected at the moment. */
  connections(): Promise<number>;
  /** Stops accepting, lets requests finish for `graceMs`, then drops what is left. */
  close(graceMs: number): Promise<void>;
}

export async function listen(where: Listen, handle: Handle, upgrade: Upgrade): Promise<Listener> {
  const answer = getRequestListener(
    async (request, { outgoing }) => sendDirectly(await handle(request), outgoing),
    { overrideGlobalObjects: false },
  );
  let closing = false;
  // Clients that merely offer HTTP/2 (`Upgrade: h2c`) are to be answered as if they had not.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage) =>
    headers.upgrade?.toLowerCase() === 'websocket';
  const server = createServer({ shouldUpgradeCallback }, (incoming, outgoing) => {
    // Clients that keep connections open would otherwise be served on them until the grace is over.
    if (closing) outgoing.shouldKeepAlive = false;
    outgoing.once('close', () => {
      if (closing) server.closeIdleConnections();
    });
    void answer(incoming, outgoing);
  });
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    // The HTTP server no longer looks after it; without a listener a client that resets it would end the process.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => upgraded.delete(socket));
    void upgrade(request, socket, head);
  });
  const address = await bind(server, where);
  return {
    address,
    connections: () => promisify(server.getConnections.bind(server))(),
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of upgraded) socket.end();
      const grace = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(grace);
    },
  };
}

async function bind(server: Server, where: Listen): Promise<string> {
  // A socket file left behind by a killed process would make the address look taken.
  if (where.kind === 'unix') await rm(where.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.kind === 'unix' ? where.path : { host: where.host, port: where.port }, resolve);
  });
  if (where.kind === 'unix') {
    // Whoever can connect still needs a key, but other users of the machine need not even knock.
    await chmod(where.path, 0o600);
    return formatListen(where);
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : where.port;
  return formatListen({ ...where, port });
}
