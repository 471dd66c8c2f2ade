import type { Socket } from 'node:net';
import type { CancelKeys } from './cancel.ts';
import { endSoon } from './ending.ts';
import { kindOf, proveUnbound, type Said, takeSaid } from './login.ts';
import { inClientsWords } from './names.ts';
import { AUTHENTICATION, keyPacket, message, type Startup, sqlstateOf, startupPacket } from './packets.ts';
import type { PostgresServer } from './server.ts';

const INVALID_PASSWORD = '28P01';

export interface SessionParts {
  readonly near: Socket;
  readonly server: PostgresServer;
  readonly startup: Startup;
  readonly keys: CancelKeys;
  readonly onLogin: (admitted: boolean) => void;
  /** Told of what the client sends once it is in; must not keep it. */
  readonly onSent: (chunk: Buffer) => void;
  /** Told of how many bytes the server sends it then. */
  readonly onAnswered: (bytes: number) => void;
}

/**
 * Has Postgres itself log the client in, whatever it asks for, and passes every byte both ways until either side
 * ends. Of all that the server says only the key of the session is replaced, and, during the login, what it calls
 * things. Resolves when the login is over.
 */
export async function runSession(far: Socket, parts: SessionParts): Promise<void> {
  const { near, startup } = parts;
  far.once('close', () => endSoon(near));
  near.once('close', () => far.destroy());
  if (near.destroyed) far.destroy();
  far.write(startupPacket(startup));
  if (!(await relayLogin(far, parts))) return far.destroySoon();
  near.on('data', parts.onSent);
  far.on('data', (chunk: Buffer) => parts.onAnswered(chunk.length));
  far.pipe(near);
}

/** Whether the server came to be ready for queries. */
async function relayLogin(far: Socket, parts: SessionParts): Promise<boolean> {
  const { near, server } = parts;
  const asked = await takeSaid(far);
  const bound = server.encrypted && kindOf(asked) === AUTHENTICATION.sasl;
  let said = bound ? await proveUnbound(near, far) : asked;
  near.pipe(far);
  for (;;) {
    if (said === undefined) return false;
    if (near.writableCorked === 0) near.cork();
    near.write(forClient(said, parts));
    if (far.readableLength === 0 || said.type === 'Z') near.uncork();
    if (kindOf(said) === AUTHENTICATION.ok) parts.onLogin(true);
    if (said.type === 'E' && sqlstateOf(said.body) === INVALID_PASSWORD) parts.onLogin(false);
    if (said.type === 'Z') return true;
    said = await takeSaid(far);
  }
}

function forClient({ type, body }: Said, parts: SessionParts): Buffer {
  const { names } = parts.server;
  if (type === 'K') return ownKey(body, parts);
  const told = names !== undefined && (type === 'E' || type === 'N');
  return message(type, told ? inClientsWords(body, names) : body);
}

function ownKey(body: Buffer, { near, server, keys }: SessionParts): Buffer {
  const theirs = { processId: body.readUInt32BE(0), secret: body.subarray(4) };
  const ours = keys.issue({ server, key: theirs });
  near.once('close', () => keys.revoke(ours));
  return keyPacket(ours);
}
