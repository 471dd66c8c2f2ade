import { connect, type Socket } from 'node:net';
import type { ServerNames } from './names.ts';

/** A project's Postgres, as it is reached from the gateway. */
export interface PostgresServer {
  /** A new connection, encrypted where the way leads through a network; undefined: nobody takes it. */
  reach(): Promise<Socket | undefined>;
  /** Whether the server sees an encrypted connection: it then wants the password's proof bound to it. */
  readonly encrypted: boolean;
  /** What the project's things are called there; undefined: as its clients call them. */
  readonly names?: ServerNames;
}

/** A server on this machine. */
export function unixServer(socketPath: string): PostgresServer {
  return { reach: () => connected(connect(socketPath)), encrypted: false };
}

/** The socket when it is connected; undefined when it will not be. */
export function connected(socket: Socket): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve(undefined));
  });
}
