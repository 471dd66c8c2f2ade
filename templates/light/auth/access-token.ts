import { decodeJwt, SignJWT } from 'jose';
import type { Config } from '../settings/config.ts';
import type { SessionUser } from './store.ts';

/** The session that a token of lite's was issued for. */
export function sessionOf(token: string): string | undefined {
  const { session_id: sessionId } = decodeJwt(token);
  return typeof sessionId === 'string' ? sessionId : undefined;
}

/**
 * Signs the token again with all of GoTrue's claims. lite's lacks what policies read most: `app_metadata`,
 * `user_metadata`, `aal`, `amr`, `is_anonymous`, and the issuer.
 */
export async function completeToken(
  token: string,
  sessionId: string,
  user: SessionUser,
  config: Config,
): Promise<string> {
  const { iat = 0, exp = 0 } = decodeJwt(token);
  const claims = {
    iss: `${config.externalUrl}/auth/v1`,
    sub: user.id,
    aud: user.aud,
    exp,
    iat,
    email: user.email,
    phone: user.phone,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    role: user.role,
    aal: user.aal,
    amr: user.amr,
    session_id: sessionId,
    is_anonymous: user.is_anonymous,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(config.jwtSecret));
}
