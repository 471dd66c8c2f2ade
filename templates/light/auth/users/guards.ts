import { isUuid, type Answer, type Call, type Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';
import { findUser, type Statements } from './store.ts';
import type { User } from './user.ts';

/** Who calls with a session of theirs. */
export interface SignedIn {
  readonly user: User;
  readonly sessionId: string;
  readonly aal: 'aal1' | 'aal2';
}

type Claims = { sub: string; sessionId: string };
const BAD_TOKEN: Readonly<Record<string, string>> = {
  malformed: 'token is malformed: token contains an invalid number of segments',
  signature: 'token signature is invalid: signature is invalid',
  expired: 'token has invalid claims: token is expired',
};

/** For users: the session that the token names must still be there, whatever the token says. */
export function signedIn(sql: Statements, handler: (call: Call, who: SignedIn) => Promise<Answer>): Handler {
  return async (call) => {
    const claims = readClaims(call);
    if (claims instanceof Refusal) return claims;
    const user = await findUser(sql, { id: claims.sub });
    if (user === undefined)
      return new Refusal(403, 'user_not_found', 'User from sub claim in JWT does not exist');
    const [session] = await sql<{ aal: 'aal1' | 'aal2' }[]>`
      select coalesce(aal, 'aal1') as aal from auth.sessions where id = ${claims.sessionId} and user_id = ${user.id}`;
    if (session === undefined)
      return new Refusal(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
    return handler(call, { user, sessionId: claims.sessionId, aal: session.aal });
  };
}

/** For holders of a secret key, or of a token with its role. */
export function adminOnly(handler: Handler): Handler {
  return async (call) => {
    const refused = refuseToken(call);
    if (refused !== undefined) return refused;
    if (call.caller.role !== 'service_role') return new Refusal(403, 'not_admin', 'User not allowed');
    return handler(call);
  };
}

function readClaims(call: Call): Claims | Refusal {
  const refused = refuseToken(call);
  if (refused !== undefined) return refused;
  const { sub, session_id: sessionId } = call.caller.claims;
  if (sub === undefined) return new Refusal(403, 'bad_jwt', 'invalid claim: missing sub claim');
  if (!isUuid(sub)) return new Refusal(403, 'bad_jwt', 'invalid claim: sub claim must be a UUID');
  if (typeof sessionId !== 'string' || !isUuid(sessionId))
    return new Refusal(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
  return { sub, sessionId };
}

function refuseToken({ caller }: Call): Refusal | undefined {
  if (caller.foreign) return new Refusal(403, 'bad_jwt', 'invalid JWT: it is not of this project’s Auth');
  if (caller.refused === undefined) return undefined;
  if (caller.refused === 'missing')
    return new Refusal(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  const reason = BAD_TOKEN[caller.refused] ?? `token has invalid claims: ${caller.refused}`;
  return new Refusal(403, 'bad_jwt', `invalid JWT: unable to parse or verify signature, ${reason}`);
}
