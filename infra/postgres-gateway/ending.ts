import type { Socket } from 'node:net';
import type { PostgresRefusal } from '../../functions/core/project/postgres-admission.ts';
import { fatalPacket } from './packets.ts';

/** How long the other side has to take what was said last, and to close. */
const LINGER_MS = 5_000;

/** Ends the connection when what was written has gone out, and in any case. */
export function endSoon(socket: Socket): void {
  const tired = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(tired));
  // Unread bytes would turn the end into a reset, which could take the last words with it.
  socket.resume().end();
}

export function refuse(socket: Socket, fatal: PostgresRefusal): undefined {
  if (socket.writable) socket.write(fatalPacket(fatal));
  endSoon(socket);
}
