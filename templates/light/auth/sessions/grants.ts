import type { Log } from '../../server/log.ts';
import type { Config } from '../../settings/config.ts';
import type { Fields } from '../call.ts';
import { Refusal } from '../refusal.ts';
import { findUser, type Pool } from '../users/store.ts';
import { renderUser } from '../users/user.ts';
import { accessClaims, proofOf } from './claims.ts';
import type { Opened } from './sessions.ts';
import { signToken } from './signing-keys.ts';
import { callTokenHook } from './token-hook.ts';

/** A session as clients get it. */
export type Grant = Fields & {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  expires_at: number;
};

/** Turns an open session into tokens; nobody gets an access token another way. */
export type GrantSession = (userId: string, opened: Opened, method: string) => Promise<Grant | Refusal>;

export function createGrants(sql: Pool, config: Config, log: Log): GrantSession {
  const { tokenLifetimeSeconds, tokenHook } = config.auth;
  const token = { issuer: `${config.externalUrl}/auth/v1`, lifetimeSeconds: tokenLifetimeSeconds };
  return async (userId, { sessionId, refreshToken }, method) => {
    const [user, proof] = await Promise.all([findUser(sql, { id: userId }), proofOf(sql, sessionId)]);
    if (user === undefined || proof === undefined)
      return new Refusal(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
    const claims = accessClaims(user, sessionId, proof, token);
    const event = { user_id: userId, claims, authentication_method: method };
    const final = tokenHook === undefined ? claims : await callTokenHook(sql, tokenHook, event, log);
    if (final instanceof Refusal) return final;
    return {
      access_token: await signToken(final, config.signingKeys, config.jwtSecret),
      token_type: 'bearer',
      expires_in: tokenLifetimeSeconds,
      expires_at: final.exp ?? Math.floor(Date.now() / 1000) + tokenLifetimeSeconds,
      refresh_token: refreshToken,
      user: renderUser(user),
    };
  };
}
