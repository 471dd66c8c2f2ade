import { findUser, type Statements } from './store.ts';
import type { Fields } from '../call.ts';

export type NewIdentity = { provider: string; providerId: string; data: Fields };

export async function addIdentity(sql: Statements, userId: string, identity: NewIdentity): Promise<void> {
  const { provider, providerId, data } = identity;
  await sql`
    insert into auth.identities
      (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
    values (${providerId}, ${userId}, ${JSON.stringify(data)}::text::jsonb, ${provider}, now(), now(), now())`;
  await listProviders(sql, userId);
}

/** The address or number of a user as an identity of its own, made or brought up to date. */
export async function putOwnIdentity(
  sql: Statements,
  userId: string,
  provider: 'email' | 'phone',
  data: Fields,
): Promise<void> {
  const merged = JSON.stringify({ email_verified: false, phone_verified: false, ...data, sub: userId });
  await sql`
    insert into auth.identities
      (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
    values (${userId}, ${userId}, ${merged}::text::jsonb, ${provider}, now(), now(), now())
    on conflict (provider_id, provider) do update
    set identity_data = auth.identities.identity_data || ${JSON.stringify(data)}::text::jsonb, updated_at = now()`;
  await listProviders(sql, userId);
}

export async function removeIdentity(sql: Statements, userId: string, identityId: string): Promise<void> {
  await sql`delete from auth.identities where id = ${identityId} and user_id = ${userId}`;
  await listProviders(sql, userId);
}

export async function findIdentityOwner(
  sql: Statements,
  provider: string,
  providerId: string,
): Promise<string | undefined> {
  const [found] = await sql<{ user_id: string }[]>`
    select user_id from auth.identities where provider = ${provider} and provider_id = ${providerId}`;
  return found?.user_id;
}

/** `app_metadata.provider` stays the first one, `providers` names them all; policies read both. */
async function listProviders(sql: Statements, userId: string): Promise<void> {
  const user = await findUser(sql, { id: userId });
  if (user === undefined) return;
  const providers = [...new Set(user.identities.map(({ provider }) => provider))];
  const current = user.raw_app_meta_data ?? {};
  const first = providers.find((provider) => provider === current['provider']) ?? providers[0];
  const changed = { ...current, ...(first === undefined ? {} : { provider: first }), providers };
  await sql`update auth.users set raw_app_meta_data = ${JSON.stringify(changed)}::text::jsonb where id = ${userId}`;
}
