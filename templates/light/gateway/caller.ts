import type { JWTPayload } from 'jose';

/** Who a request comes from, after its key and token were checked. */
export interface Caller {
  /** `none` only on paths that Supabase leaves open. */
  readonly key: 'publishable' | 'secret' | 'none';
  /** Database role: the bearer token's if there is one, else the key's. */
  readonly role: string;
  readonly claims: JWTPayload;
  /** A JWT with these claims, signed by this project. */
  readonly token: string;
}
