import type { DomainError } from '../kernel/errors.ts';
import type { Result } from '../kernel/result.ts';
import { type Authenticated, type AuthenticatePorts, authenticate } from './authenticate.ts';
import { digestOf } from './access-token.ts';

/**
 * How long an answer of the table about a caller is believed. What this process changes itself it knows at once; a
 * token that another process revokes works here for so long at most.
 */
const BELIEVED_MS = 5_000;

/** Callers that are remembered; past that the one that was looked up first makes room. */
const MOST = 10_000;

interface Remembered extends Authenticated {
  readonly since: number;
  readonly changes: number;
}

/** Who asks, by what they ask with, without asking the table each time. */
export class Principals {
  readonly #ports: AuthenticatePorts;
  /** By digest: no token is kept. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(ports: AuthenticatePorts) {
    this.#ports = ports;
  }

  async of(bearer: string | undefined): Promise<Result<Authenticated, DomainError>> {
    const name = bearer === undefined ? '' : digestOf(bearer);
    const known = this.#remembered.get(name);
    if (known !== undefined && this.#holds(known)) return { ok: true, value: known };
    const { changes } = this.#ports.organizations;
    const found = await authenticate(bearer, this.#ports);
    this.#remembered.delete(name);
    if (!found.ok) return found;
    const [first] = this.#remembered.keys();
    if (this.#remembered.size >= MOST && first !== undefined) this.#remembered.delete(first);
    this.#remembered.set(name, { ...found.value, since: this.#ports.clock.now().getTime(), changes });
    return found;
  }

  #holds({ since, changes, until }: Remembered): boolean {
    const now = this.#ports.clock.now().getTime();
    if (changes !== this.#ports.organizations.changes || now - since >= BELIEVED_MS) return false;
    return until === null || now < until.getTime();
  }
}
