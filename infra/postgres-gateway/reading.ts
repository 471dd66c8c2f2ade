import type { Socket } from 'node:net';
import { MAX_OPENING_BYTES, MIN_OPENING_BYTES, type Opening, parseOpening } from './packets.ts';

/** The first byte of a TLS handshake record: Postgres 17's clients may begin with one. */
const TLS_HANDSHAKE = 0x16;

/** Exactly so many bytes, leaving the rest unread; undefined: the connection ended before them. */
export function take(socket: Socket, bytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (taken: Buffer | undefined): void => {
      socket.off('readable', look).off('close', gone).off('end', gone);
      resolve(taken);
    };
    const gone = (): void => settle(undefined);
    const look = (): void => {
      const taken: unknown = socket.read(bytes);
      // At its end a stream gives what it has left.
      if (Buffer.isBuffer(taken)) settle(taken.length === bytes ? taken : undefined);
    };
    socket.on('readable', look).once('close', gone).once('end', gone);
    if (socket.destroyed) gone();
    else look();
  });
}

/** What the client opens with; `tls`: with a handshake, none of which is taken. */
export async function readOpening(socket: Socket): Promise<Opening | { readonly kind: 'tls' | 'gone' }> {
  const first = await take(socket, 1);
  if (first === undefined) return { kind: 'gone' };
  if (first[0] === TLS_HANDSHAKE) {
    socket.unshift(first);
    return { kind: 'tls' };
  }
  const rest = await take(socket, 3);
  if (rest === undefined) return { kind: 'gone' };
  const length = Buffer.concat([first, rest]).readUInt32BE(0);
  if (length < MIN_OPENING_BYTES || length > MAX_OPENING_BYTES) {
    return { kind: 'malformed', reason: 'invalid length of startup packet' };
  }
  const packet = await take(socket, length - 4);
  return packet === undefined ? { kind: 'gone' } : parseOpening(packet);
}

/** No answer of a client to what it is asked at the login comes near it. */
const MAX_ANSWER = 64 * 1024;

/** The body of what a client answers at the login; undefined: it says something else, or nothing. */
export async function takeAnswer(near: Socket): Promise<Buffer | undefined> {
  const head = await take(near, 5);
  if (head?.toString('latin1', 0, 1) !== 'p') return undefined;
  const length = head.readUInt32BE(1) - 4;
  return length > 0 && length <= MAX_ANSWER ? take(near, length) : undefined;
}
