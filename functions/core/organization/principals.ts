import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { From } from './sign-in.ts';
import { type Authenticated, type AuthenticatePorts, authenticate } from './authenticate.ts';

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
  /** By what they ask with, in the order that they were looked up. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(ports: AuthenticatePorts) {
    this.#ports = ports;
  }

  async of(bearer: string | undefined, from: From): Promise<Result<Authenticated, DomainError>> {
    const known = this.#remembered.get(bearer ?? '');
    if (known !== undefined && this.#holds(known)) return ok(known);
    const { changes } = this.#ports.organizations;
    const since = this.#ports.clock.now().getTime();
    const found = await authenticate(bearer, from, this.#ports);
    if (bearer === undefined || !found.ok) return found;
    this.#forget();
    this.#remembered.delete(bearer);
    this.#remembered.set(bearer, { ...found.value, since, changes });
    return found;
  }

  /** No token is kept for longer than it is believed, if anybody else asks at all. */
  #forget(): void {
    for (const [bearer, remembered] of this.#remembered) {
      if (this.#remembered.size < MOST && this.#holds(remembered)) return;
      this.#remembered.delete(bearer);
    }
  }

  #holds({ since, changes, until }: Remembered): boolean {
    const now = this.#ports.clock.now().getTime();
    if (changes !== this.#ports.organizations.changes || now - since >= BELIEVED_MS) return false;
    return until === null || now < until.getTime();
  }
}
