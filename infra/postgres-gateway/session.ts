import { connect, type Socket } from 'node:net';
import type { CancelKeys } from './cancel.ts';
import { endSoon } from './ending.ts';
import { keyPacket, message, type Startup, sqlstateOf, startupPacket } from './packets.ts';
import { take } from './reading.ts';

/** No message of a login comes near it. */
const MAX_LOGIN_MESSAGE = 1024 * 1024;
/** AuthenticationOk. */
const ADMITTED = 0;
const INVALID_PASSWORD = '28P01';

export interface SessionParts {
  readonly near: Socket;
  readonly socketPath: string;
  readonly startup: Startup;
  readonly keys: CancelKeys;
  readonly onLogin: (admitted: boolean) => void;
  /** Told of what the client sends once it is in; must not keep it. */
  readonly onSent: (chunk: Buffer) => void;
  /** Told of how many bytes the server sends it then. */
  readonly onAnswered: (bytes: number) => void;
}

/** Connects to the project's Postgres; undefined: nobody takes the connection there. */
export function reach(socketPath: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const far = connect(socketPath);
    far.once('connect', () => resolve(far));
    far.on('error', () => far.destroy());
    far.once('close', () => resolve(undefined));
  });
}

/**
 * Has Postgres itself log the client in, whatever it asks for, and passes every byte both ways until either side
 * ends. Of all that the server says only the key of the session is replaced. Resolves when the login is over.
 */
export async function runSession(far: Socket, parts: SessionParts): Promise<void> {
  const { near, startup } = parts;
  far.once('close', () => endSoon(near));
  near.once('close', () => far.destroy());
  if (near.destroyed) far.destroy();
  far.write(startupPacket(startup));
  near.pipe(far);
  if (!(await relayLogin(far, parts))) return far.destroySoon();
  near.on('data', parts.onSent);
  far.on('data', (chunk: Buffer) => parts.onAnswered(chunk.length));
  far.pipe(near);
}

/** Whether the server came to be ready for queries. */
async function relayLogin(far: Socket, parts: SessionParts): Promise<boolean> {
  const { near } = parts;
  for (;;) {
    const said = await takeMessage(far);
    if (said === undefined) return false;
    if (near.writableCorked === 0) near.cork();
    near.write(said.type === 'K' ? ownKey(said.body, parts) : message(said.type, said.body));
    if (far.readableLength === 0 || said.type === 'Z') near.uncork();
    if (said.type === 'R' && said.body.readUInt32BE(0) === ADMITTED) parts.onLogin(true);
    if (said.type === 'E' && sqlstateOf(said.body) === INVALID_PASSWORD) parts.onLogin(false);
    if (said.type === 'Z') return true;
  }
}

async function takeMessage(
  far: Socket,
): Promise<{ readonly type: string; readonly body: Buffer } | undefined> {
  const head = await take(far, 5);
  if (head === undefined) return undefined;
  const type = head.toString('latin1', 0, 1);
  const length = head.readUInt32BE(1) - 4;
  if (length < (LEAST[type] ?? 0) || length > MAX_LOGIN_MESSAGE) {
    far.destroy();
    return undefined;
  }
  const body = length === 0 ? Buffer.alloc(0) : await take(far, length);
  return body && { type, body };
}

/** Bytes in the bodies of the messages that are looked into. */
const LEAST: Readonly<Record<string, number>> = { K: 8, R: 4 };

function ownKey(body: Buffer, { near, socketPath, keys }: SessionParts): Buffer {
  const theirs = { processId: body.readUInt32BE(0), secret: body.subarray(4) };
  const ours = keys.issue({ socketPath, key: theirs });
  near.once('close', () => keys.revoke(ours));
  return keyPacket(ours);
}
