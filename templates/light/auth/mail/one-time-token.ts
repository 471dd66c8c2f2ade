import { createHash, randomInt } from 'node:crypto';
import { findUser, type Statements } from '../users/store.ts';
import type { User } from '../users/user.ts';

/** GoTrue marks the token of a link that is to end in a code for the client instead of tokens. */
const PKCE = 'pkce_';

/** Columns of auth.users, and the kinds in auth.one_time_tokens. */
export type TokenType =
  | 'confirmation_token'
  | 'recovery_token'
  | 'email_change_token_new'
  | 'email_change_token_current'
  | 'reauthentication_token';

const SENT_AT: Readonly<Record<TokenType, string>> = {
  confirmation_token: 'confirmation_sent_at',
  recovery_token: 'recovery_sent_at',
  email_change_token_new: 'email_change_sent_at',
  email_change_token_current: 'email_change_sent_at',
  reauthentication_token: 'reauthentication_sent_at',
};

export type Secret = { readonly code: string; readonly hash: string };
export type Found = { user: User; type: TokenType; expired: boolean };

export function randomCode(digits: number): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0');
}

/** What the tables hold of a code that was mailed, as GoTrue computes it. */
export function hashCode(address: string, code: string): string {
  return createHash('sha224')
    .update(address.toLowerCase() + code)
    .digest('hex');
}

export function isPkceToken(hash: string): boolean {
  return hash.startsWith(PKCE);
}

/** Makes a new code for this address; the one before it no longer holds. */
export async function putToken(
  sql: Statements,
  userId: string,
  type: TokenType,
  { address, digits, pkce = false }: { address: string; digits: number; pkce?: boolean },
): Promise<Secret> {
  const code = randomCode(digits);
  const hash = (pkce ? PKCE : '') + hashCode(address, code);
  await sql`
    insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to, created_at, updated_at)
    values (
      gen_random_uuid(), ${userId}, ${type}::auth.one_time_token_type, ${hash}, ${address},
      now() at time zone 'utc', now() at time zone 'utc'
    )
    on conflict (user_id, token_type) do update
    set token_hash = excluded.token_hash, relates_to = excluded.relates_to, created_at = excluded.created_at,
      updated_at = excluded.updated_at`;
  await sql`
    update auth.users set ${sql(type)} = ${hash}, ${sql(SENT_AT[type])} = now(), updated_at = now()
    where id = ${userId}`;
  return { code, hash };
}

export async function findByToken(
  sql: Statements,
  hashes: readonly string[],
  types: readonly TokenType[],
  lifetimeSeconds: number,
): Promise<Found | undefined> {
  const [token] = await sql<{ user_id: string; token_type: TokenType; age: number }[]>`
    select user_id, token_type, extract(epoch from now() at time zone 'utc' - created_at)::float8 as age
    from auth.one_time_tokens
    where token_hash in ${sql([...hashes])} and token_type::text in ${sql([...types])}`;
  const user = token === undefined ? undefined : await findUser(sql, { id: token.user_id });
  if (token === undefined || user === undefined) return undefined;
  return { user, type: token.token_type, expired: token.age > lifetimeSeconds };
}

/** Takes a token away; false if somebody else just did, so that it is used once. */
export async function takeToken(sql: Statements, userId: string, type: TokenType): Promise<boolean> {
  const taken = await sql`
    delete from auth.one_time_tokens where user_id = ${userId} and token_type = ${type}::auth.one_time_token_type
    returning id`;
  await sql`update auth.users set ${sql(type)} = '' where id = ${userId}`;
  return taken.length === 1;
}

export async function hasToken(sql: Statements, userId: string, type: TokenType): Promise<boolean> {
  const found = await sql`
    select from auth.one_time_tokens where user_id = ${userId} and token_type = ${type}::auth.one_time_token_type`;
  return found.length === 1;
}
