import type { JWTPayload } from 'jose';
import type { Statements } from '../users/store.ts';
import type { User } from '../users/user.ts';

type Proof = { aal: string; amr: { method: string; timestamp: number }[]; client_id: string | null };

/** How whoever holds the session has shown who they are; undefined if the session has ended. */
export async function proofOf(sql: Statements, sessionId: string): Promise<Proof | undefined> {
  const [proof] = await sql<Proof[]>`
    select s.oauth_client_id as client_id, coalesce(s.aal, 'aal1') as aal, (
      select coalesce(json_agg(json_build_object(
        'method', m.authentication_method, 'timestamp', extract(epoch from m.updated_at)::bigint
      ) order by m.updated_at desc), '[]')
      from auth.mfa_amr_claims m where m.session_id = s.id
    ) as amr
    from auth.sessions s where s.id = ${sessionId}`;
  return proof;
}

/** GoTrue's claims of an access token. */
export function accessClaims(
  user: User,
  sessionId: string,
  proof: Proof,
  token: { issuer: string; lifetimeSeconds: number },
): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: token.issuer,
    sub: user.id,
    aud: user.aud ?? 'authenticated',
    exp: now + token.lifetimeSeconds,
    iat: now,
    email: user.email ?? '',
    phone: user.phone ?? '',
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    role: user.role === null || user.role === '' ? 'authenticated' : user.role,
    aal: proof.aal,
    amr: proof.amr,
    session_id: sessionId,
    is_anonymous: user.is_anonymous,
    // Policies can tell an app that acts for a user from the user.
    ...(proof.client_id === null ? {} : { client_id: proof.client_id }),
  };
}
