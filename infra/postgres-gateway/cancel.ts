import { randomBytes } from 'node:crypto';
import { type CancelKey, cancelPacket } from './packets.ts';
import type { PostgresServer } from './server.ts';

/** As long as Postgres takes to look up a key, and no longer. */
const CANCEL_MS = 5_000;

interface Session {
  readonly server: PostgresServer;
  readonly key: CancelKey;
}

/** Gateways beside this one, any of which a client that cancels may come to. */
export interface Peers {
  /** A number of 16 bits that this gateway has alone. It is in its keys, so that they tell whose they are. */
  readonly own: number;
  /** Hands a key to the gateway that has this number, if there is one. */
  forward(key: CancelKey, to: number): Promise<void>;
}

const nameOf = ({ processId, secret }: CancelKey): string => `${processId}.${secret.toString('latin1')}`;

const NUMBER_BITS = 16;
const numberIn = ({ processId }: CancelKey): number => processId & ((1 << NUMBER_BITS) - 1);

/**
 * The keys that clients are given. Those of the servers are not passed on: two clusters may use the same, and half of
 * such a key is a process id that can be guessed.
 */
export class CancelKeys {
  readonly #sessions = new Map<string, Session>();
  readonly #peers: Peers | undefined;

  constructor(peers?: Peers) {
    this.#peers = peers;
  }

  /** A new key for a session, of the length that its client has to expect. */
  issue(session: Session): CancelKey {
    // Clients read the first half as a number with a sign.
    const random = randomBytes(4).readUInt32BE(0) >>> 1;
    const own = this.#peers?.own;
    const processId = own === undefined ? random : ((random >>> NUMBER_BITS) << NUMBER_BITS) | own;
    const key = { processId, secret: randomBytes(session.key.secret.length) };
    if (this.#sessions.has(nameOf(key))) return this.issue(session);
    this.#sessions.set(nameOf(key), session);
    return key;
  }

  revoke(key: CancelKey): void {
    this.#sessions.delete(nameOf(key));
  }

  /** As `cancelHere`, wherever the session is. */
  async cancel(key: CancelKey): Promise<void> {
    const peers = this.#peers;
    const to = numberIn(key);
    if (peers === undefined || to === peers.own) return this.cancelHere(key);
    await peers.forward(key, to);
  }

  /** Has the session's server cancel what runs in it; resolves when it has been told. Unknown keys do nothing. */
  async cancelHere(key: CancelKey): Promise<void> {
    const session = this.#sessions.get(nameOf(key));
    const socket = await session?.server.reach();
    if (session === undefined || socket === undefined) return;
    await new Promise<void>((resolve) => {
      socket.setTimeout(CANCEL_MS, () => socket.destroy());
      // The server closes when it has passed it on. A server that is gone has nothing left to cancel.
      socket.once('close', () => resolve());
      socket.resume().end(cancelPacket(session.key));
    });
  }
}
