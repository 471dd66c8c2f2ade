import { signToken } from '../auth/sessions/signing-keys.ts';
import type { Config } from '../settings/config.ts';
import type { Caller } from './caller.ts';

/** Longer than any request takes, and short, since it outlives its key by so much. */
const LIFETIME_SECONDS = 600;

/**
 * The JWTs that stand for API keys, and for tokens of other issuers, within the project: a function may hand the one it is called with on to REST. Each
 * is good for at least half of its lifetime when it is handed out.
 */
export function createKeyTokens(
  config: Pick<Config, 'signingKeys' | 'jwtSecret'>,
): (claims: Caller['claims']) => Promise<string> {
  const made = new WeakMap<Caller['claims'], { readonly token: Promise<string>; readonly until: number }>();
  return (claims) => {
    const now = Math.floor(Date.now() / 1000);
    const known = made.get(claims);
    if (known !== undefined && now < known.until) return known.token;
    // Without the issuer of API keys: it is none, and is not taken for one. Nor is it of any session.
    const { iss: _issuer, session_id: _session, ...signed } = claims;
    const times = { iat: now, exp: now + LIFETIME_SECONDS };
    const token = signToken({ ...signed, ...times }, config.signingKeys, config.jwtSecret);
    made.set(claims, { token, until: now + LIFETIME_SECONDS / 2 });
    return token;
  };
}
