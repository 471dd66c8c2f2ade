import { randomBytes, randomUUID } from 'node:crypto';
import type { Statements } from '../users/store.ts';

export type Authorization = {
  id: string;
  authorization_id: string;
  client_id: string;
  user_id: string | null;
  redirect_uri: string;
  scope: string;
  state: string | null;
  code_challenge: string;
  nonce: string | null;
  status: string;
};
export type NewAuthorization = Pick<
  Authorization,
  'client_id' | 'redirect_uri' | 'scope' | 'state' | 'code_challenge' | 'nonce'
>;

export async function insertAuthorization(sql: Statements, wanted: NewAuthorization): Promise<string> {
  const authorizationId = randomBytes(24).toString('base64url');
  const row = {
    ...wanted,
    id: randomUUID(),
    authorization_id: authorizationId,
    code_challenge_method: 's256',
  };
  await sql`insert into auth.oauth_authorizations ${sql(row)}`;
  return authorizationId;
}

/** The request, as long as it waits; the first user who looks at it is the one it is for. */
export async function claimAuthorization(
  sql: Statements,
  authorizationId: string,
  userId: string,
): Promise<Authorization | undefined> {
  const [authorization] = await sql<Authorization[]>`
    update auth.oauth_authorizations set user_id = ${userId}
    where authorization_id = ${authorizationId} and status = 'pending' and expires_at > now()
      and (user_id is null or user_id = ${userId})
    returning *`;
  return authorization;
}

/** Approves it and makes the code; undefined if it was decided in the meantime. */
export async function approve(
  sql: Statements,
  { id, client_id, user_id, scope }: Authorization,
): Promise<string | undefined> {
  const code = randomBytes(32).toString('base64url');
  const approved = await sql`
    update auth.oauth_authorizations set status = 'approved', approved_at = now(), authorization_code = ${code}
    where id = ${id} and status = 'pending' returning id`;
  if (approved.length === 0) return undefined;
  await sql`
    insert into auth.oauth_consents (id, user_id, client_id, scopes)
    values (${randomUUID()}, ${user_id}, ${client_id}, ${scope})
    on conflict (user_id, client_id) do update set scopes = excluded.scopes, granted_at = now(), revoked_at = null`;
  return code;
}

export async function deny(sql: Statements, { id }: Authorization): Promise<void> {
  await sql`update auth.oauth_authorizations set status = 'denied' where id = ${id}`;
}

/** Whether the user has agreed to all of these scopes before. */
export async function hasConsent(
  sql: Statements,
  { client_id, user_id, scope }: Authorization,
): Promise<boolean> {
  const [consent] = await sql<{ scopes: string }[]>`
    select scopes from auth.oauth_consents
    where user_id = ${user_id} and client_id = ${client_id} and revoked_at is null`;
  const agreed = new Set(consent?.scopes.split(' ') ?? []);
  return consent !== undefined && scope.split(' ').every((wanted) => agreed.has(wanted));
}

/** Takes a code away, so that it is exchanged once. */
export async function takeCode(
  sql: Statements,
  code: string,
  clientId: string,
): Promise<(Authorization & { user_id: string }) | undefined> {
  const [authorization] = await sql<(Authorization & { user_id: string })[]>`
    update auth.oauth_authorizations set authorization_code = null
    where authorization_code = ${code} and client_id = ${clientId} and status = 'approved' and expires_at > now()
    returning *`;
  return authorization;
}
