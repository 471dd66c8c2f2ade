import { randomBytes, randomUUID } from 'node:crypto';
import type { Statements } from '../users/store.ts';

export type Proof = { method: string; aal?: 'aal1' | 'aal2'; factorId?: string };
export type Opened = { sessionId: string; refreshToken: string };
export type SignOutScope = 'global' | 'local' | 'others';

export async function openSession(
  sql: Statements,
  userId: string,
  proof: Proof,
  rules: { singlePerUser: boolean },
  agent: string | null = null,
): Promise<Opened> {
  if (rules.singlePerUser) await sql`delete from auth.sessions where user_id = ${userId}`;
  const sessionId = randomUUID();
  await sql`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal, factor_id, user_agent)
    values (${sessionId}, ${userId}, now(), now(), ${proof.aal ?? 'aal1'}, ${proof.factorId ?? null}, ${agent})`;
  await recordMethod(sql, sessionId, proof.method);
  await sql`update auth.users set last_sign_in_at = now(), updated_at = now() where id = ${userId}`;
  return { sessionId, refreshToken: await addRefreshToken(sql, userId, sessionId, null) };
}

export async function recordMethod(sql: Statements, sessionId: string, method: string): Promise<void> {
  await sql`
    insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
    values (gen_random_uuid(), ${sessionId}, ${method}, now(), now())
    on conflict (session_id, authentication_method) do update set updated_at = now()`;
}

export async function addRefreshToken(
  sql: Statements,
  userId: string,
  sessionId: string,
  parent: string | null,
): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await sql`
    insert into auth.refresh_tokens
      (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
    values
      ('00000000-0000-0000-0000-000000000000', ${token}, ${userId}, false, now(), now(), ${parent}, ${sessionId})`;
  return token;
}

export async function endSessions(
  sql: Statements,
  userId: string,
  sessionId: string,
  scope: SignOutScope,
): Promise<void> {
  const which = {
    global: sql`true`,
    local: sql`id = ${sessionId}`,
    others: sql`id <> ${sessionId}`,
  };
  await sql`delete from auth.sessions where user_id = ${userId} and ${which[scope]}`;
}
