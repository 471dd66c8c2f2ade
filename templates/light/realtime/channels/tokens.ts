import { decodeJwt } from 'jose';
import type { Caller } from '../../gateway/caller.ts';
import { createKeyResolver } from '../../gateway/keys.ts';
import { type TokenFailure, verifyToken } from '../../gateway/token.ts';
import type { Config } from '../../settings/config.ts';
import type { Claims } from '../ports.ts';
import type { Refusal } from './refusal.ts';

/** Who a channel is joined as. `expiresAt`: in seconds since 1970; infinite for an API key that has no end. */
export interface Identity {
  readonly claims: Claims;
  readonly expiresAt: number;
}

type Identified =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Tokens {
  /** Who the client is: whose token it showed, or else the key that its connection was opened with. */
  identify(token: string | undefined, connection: Caller): Promise<Identified>;
}

const MISSING_CLAIMS: Refusal = {
  code: 'InvalidJWTToken',
  message: 'Fields `role` and `exp` are required in JWT',
};

const FAILURES: Readonly<Record<Exclude<TokenFailure, 'expired'>, Refusal>> = {
  malformed: { code: 'MalformedJWT', message: 'The token provided is not a valid JWT' },
  signature: { code: 'JwtSignatureError', message: 'Failed to validate JWT signature' },
  foreign: { code: 'JwtSignatureError', message: 'Failed to validate JWT signature' },
  'not-yet-valid': { code: 'InvalidJWTToken', message: 'Token is not valid yet' },
  claims: MISSING_CLAIMS,
};

export function createTokens(config: Config): Tokens {
  const resolveKey = createKeyResolver(config);
  const ofKey = ({ claims, role }: Caller): Identified => ({
    ok: true,
    identity: { claims: { ...claims, role }, expiresAt: claims.exp ?? Infinity },
  });
  return {
    async identify(token, connection) {
      if (token === undefined || token.startsWith('sb_')) return ofKey(connection);
      const key = await resolveKey(token);
      if (key === 'disabled')
        return refuse({ code: 'InvalidJWTToken', message: 'Legacy API keys are disabled' });
      if (key !== undefined) return ofKey(key.caller);
      const result = await verifyToken(token, config);
      if (!result.ok) return refuse(result.failure === 'expired' ? expired(token) : FAILURES[result.failure]);
      const { role, exp } = result.claims;
      if (typeof role !== 'string' || exp === undefined) return refuse(MISSING_CLAIMS);
      return { ok: true, identity: { claims: { ...result.claims, role }, expiresAt: exp } };
    },
  };
}

/** `expiresAt` in seconds since 1970. */
export function expiredAt(expiresAt: number): Refusal {
  const seconds = Math.floor(Date.now() / 1000 - expiresAt);
  return { code: 'InvalidJWTToken', message: `Token has expired ${seconds} seconds ago` };
}

/** Only what was signed is found to be expired. */
function expired(token: string): Refusal {
  return expiredAt(decodeJwt(token).exp ?? 0);
}

function refuse(refusal: Refusal): Identified {
  return { ok: false, refusal };
}
