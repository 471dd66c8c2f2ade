import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { type CancelKey, cancelPacket } from './packets.ts';

/** As long as Postgres takes to look up a key, and no longer. */
const CANCEL_MS = 5_000;

interface Session {
  readonly socketPath: string;
  readonly key: CancelKey;
}

const nameOf = ({ processId, secret }: CancelKey): string => `${processId}.${secret.toString('latin1')}`;

/**
 * The keys that clients are given. Those of the servers are not passed on: two clusters may use the same, and half of
 * such a key is a process id that can be guessed.
 */
export class CancelKeys {
  readonly #sessions = new Map<string, Session>();

  /** A new key for a session, of the length that its client has to expect. */
  issue(session: Session): CancelKey {
    // Clients read the first half as a number with a sign.
    const processId = randomBytes(4).readUInt32BE(0) >>> 1;
    const key = { processId, secret: randomBytes(session.key.secret.length) };
    if (this.#sessions.has(nameOf(key))) return this.issue(session);
    this.#sessions.set(nameOf(key), session);
    return key;
  }

  revoke(key: CancelKey): void {
    this.#sessions.delete(nameOf(key));
  }

  /** Has the session's server cancel what runs in it; resolves when it has been told. Unknown keys do nothing. */
  async cancel(key: CancelKey): Promise<void> {
    const session = this.#sessions.get(nameOf(key));
    if (session === undefined) return;
    await new Promise<void>((resolve) => {
      const socket = connect(session.socketPath);
      socket.setTimeout(CANCEL_MS, () => socket.destroy());
      // The server closes when it has passed it on. A server that is gone has nothing left to cancel.
      socket.on('error', () => socket.destroy()).once('close', () => resolve());
      socket.resume().end(cancelPacket(session.key));
    });
  }
}
