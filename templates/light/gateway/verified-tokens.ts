import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** About 2 kB each; whoever comes more often than a thousand others is found again. */
const MOST = 1000;

/**
 * Claims of tokens that were found good, those longest unused forgotten first. Only their time can make them bad
 * again: whoever asks has to look at it, and keeps one of these for each set of keys.
 */
export class VerifiedTokens {
  readonly #claims = new Map<string, JWTPayload>();

  get(token: string): JWTPayload | undefined {
    const digest = digestOf(token);
    const claims = this.#claims.get(digest);
    if (claims === undefined) return undefined;
    this.#claims.delete(digest);
    this.#claims.set(digest, claims);
    return claims;
  }

  add(token: string, claims: JWTPayload): void {
    this.#claims.set(digestOf(token), claims);
    if (this.#claims.size <= MOST) return;
    for (const oldest of this.#claims.keys()) {
      this.#claims.delete(oldest);
      return;
    }
  }
}

/** What lies in memory for long is no token that somebody could use. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
