import { connect, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import type { ServerNames } from './names.ts';
import { SSL_REQUEST_PACKET } from './packets.ts';
import { take } from './reading.ts';
import { connected, type PostgresServer } from './server.ts';

interface TlsServerParts {
  readonly host: string;
  readonly port: number;
  readonly names: ServerNames;
  /** Who may have signed the server's certificate, in PEM; undefined: whom Node trusts. */
  readonly authorities: string | undefined;
}

/** A server across a network: nothing is said to one that does not prove that it is the one by this name. */
export function tlsServer({ host, port, names, authorities }: TlsServerParts): PostgresServer {
  const ca = authorities === undefined ? {} : { ca: authorities };
  async function reach(): Promise<Socket | undefined> {
    const bare = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    bare.setTimeout(REACH_MS, () => bare.destroy());
    if ((await connected(bare)) === undefined) return undefined;
    bare.write(SSL_REQUEST_PACKET);
    if ((await take(bare, 1))?.toString('latin1') !== 'S') {
      bare.destroy();
      return undefined;
    }
    const socket = secure({ socket: bare, servername: host, minVersion: 'TLSv1.2', ...ca });
    const secured = await new Promise<Socket | undefined>((resolve) => {
      socket.once('secureConnect', () => resolve(socket));
      socket.on('error', () => socket.destroy());
      socket.once('close', () => resolve(undefined));
    });
    bare.setTimeout(0);
    return secured;
  }
  return { reach, encrypted: true, names };
}

/** For each step up to an encrypted connection. */
const REACH_MS = 10_000;
/** A writer that fails over takes its connections with it without a word. */
const KEEP_ALIVE_MS = 60_000;
