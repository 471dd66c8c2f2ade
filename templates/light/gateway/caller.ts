import type { JWTPayload } from 'jose';
import type { TokenFailure } from './token.ts';

/** Who a request comes from, after its key and token were checked. */
export interface Caller {
  /** `none` only on paths that Supabase leaves open. */
  readonly key: 'publishable' | 'secret' | 'none';
  /** Database role: the bearer token's if there is one, else the key's. */
  readonly role: string;
  readonly claims: JWTPayload;
  /** Set: known by the token of an issuer that the owner trusts, and not to the project's own Auth. */
  readonly foreign?: true;
  /** A JWT with these claims, signed by this project. */
  readonly token: string;
  /**
   * Why this is nobody to rely on: a token that does not hold, which only a service that judges tokens meets, or
   * neither a key nor a token on an open path.
   */
  readonly refused?: TokenFailure | 'missing';
}
