import { randomUUID } from 'node:crypto';
import type { Statements } from '../users/store.ts';
import type { Factor } from '../users/user.ts';

export type StoredFactor = Factor & { user_id: string; secret: string | null };

/** GoTrue's: a challenge waits five minutes for its code. */
export const CHALLENGE_SECONDS = 300;

export async function findFactor(
  sql: Statements,
  userId: string,
  factorId: string,
): Promise<StoredFactor | undefined> {
  const [factor] = await sql<StoredFactor[]>`
    select id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at
    from auth.mfa_factors where id = ${factorId} and user_id = ${userId}`;
  return factor;
}

export async function insertFactor(
  sql: Statements,
  userId: string,
  factor: { name: string; secret: string },
): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at)
    values (${id}, ${userId}, ${factor.name}, 'totp', 'unverified', ${factor.secret}, now(), now())`;
  return id;
}

export async function renameFactor(sql: Statements, factorId: string, name: string): Promise<void> {
  await sql`update auth.mfa_factors set friendly_name = ${name}, updated_at = now() where id = ${factorId}`;
}

export async function insertChallenge(sql: Statements, factorId: string): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
    values (${id}, ${factorId}, now(), '0.0.0.0')`;
  await sql`update auth.mfa_factors set last_challenged_at = clock_timestamp() where id = ${factorId}`;
  return id;
}

/** The age of a challenge of this factor that was not answered yet. */
export async function challengeAge(
  sql: Statements,
  factorId: string,
  challengeId: string,
): Promise<number | undefined> {
  const [challenge] = await sql<{ age: number }[]>`
    select extract(epoch from now() - created_at)::float8 as age from auth.mfa_challenges
    where id = ${challengeId} and factor_id = ${factorId} and verified_at is null for update`;
  return challenge?.age;
}

/** Raises the session; whatever else the user has open without the factor ends, as do half-made factors. */
export async function completeChallenge(
  sql: Statements,
  factor: StoredFactor,
  challengeId: string,
  sessionId: string,
): Promise<void> {
  await sql`update auth.mfa_challenges set verified_at = now() where id = ${challengeId}`;
  await sql`update auth.mfa_factors set status = 'verified', updated_at = now() where id = ${factor.id}`;
  await sql`
    update auth.sessions set aal = 'aal2', factor_id = ${factor.id}, updated_at = now() where id = ${sessionId}`;
  await sql`
    delete from auth.sessions
    where user_id = ${factor.user_id} and id <> ${sessionId} and coalesce(aal, 'aal1') = 'aal1'`;
  await sql`delete from auth.mfa_factors where user_id = ${factor.user_id} and status = 'unverified'`;
}

/** Sessions that were raised by the factor fall back to what they were. */
export async function removeFactor(sql: Statements, factorId: string): Promise<void> {
  await sql`
    delete from auth.mfa_amr_claims m using auth.sessions s
    where s.id = m.session_id and s.factor_id = ${factorId} and m.authentication_method = 'totp'`;
  await sql`
    update auth.sessions set aal = 'aal1', factor_id = null, updated_at = now() where factor_id = ${factorId}`;
  await sql`delete from auth.mfa_factors where id = ${factorId}`;
}
