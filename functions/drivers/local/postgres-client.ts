import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { TransientError } from '../../core/kernel/errors.ts';
import { codeOf } from './failures.ts';

export interface Login {
  /** The folder of the server's Unix socket. */
  readonly sockets: string;
  readonly user: string;
  readonly password: string;
}

export interface Connection {
  readonly client: Client;
  readonly socket: Socket;
}

/** Names the socket file; the server listens on no TCP port. */
export const PORT = 5432;
export const DATABASE = 'postgres';
const CONNECT_TIMEOUT_MS = 10_000;

/** SQLSTATEs of a server that is starting, stopping or full. */
const NOT_NOW = new Set(['57P01', '57P02', '57P03', '53300']);
const NOT_THERE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/**
 * Connects, lets `work` use the connection and closes it: an idle project holds none.
 * @throws {TransientError} the server is not there or takes no connections now
 */
export async function withConnection<T>(
  login: Login,
  work: (connection: Connection) => Promise<T>,
  more: ClientConfig = {},
): Promise<T> {
  const socket = new Socket();
  const client = new Client({
    host: login.sockets,
    port: PORT,
    database: DATABASE,
    user: login.user,
    password: login.password,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    stream: () => socket,
    ...more,
  });
  const lost = new Promise<never>((_, reject) => client.on('error', reject));
  try {
    return await Promise.race([client.connect().then(() => work({ client, socket })), lost]);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (!NOT_NOW.has(code) && !NOT_THERE.has(code)) throw error;
    throw new TransientError('The database takes no connections now.', { cause: error });
  } finally {
    await client.end();
  }
}
