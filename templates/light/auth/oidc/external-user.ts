import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Auth } from '../auth.ts';
import type { Fields } from '../call.ts';
import { Refusal, userNotFound } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { createUser } from '../sign-in/new-user.ts';
import { addIdentity, findIdentityOwner } from '../users/identities.ts';
import { findUser, type Statements, updateUser } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { Provider } from './provider-settings.ts';

export type External = { provider: Provider; claims: JWTPayload };

/** What of a provider's claims becomes the user's metadata. */
const SHOWN = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'picture',
  'website',
  'locale',
  'zoneinfo',
] as const;

/** The user whom a provider vouches for: known, known by an address that the provider has verified, or new. */
export async function findOrCreateUser(auth: Auth, external: External): Promise<User | Refusal> {
  const { provider, claims } = external;
  return auth.sql.begin(async (sql) => {
    const owner = await findIdentityOwner(sql, provider.name, claims.sub ?? '');
    if (owner !== undefined) return refreshIdentity(sql, owner, external);
    const { email, verified } = addressOf(claims);
    if (email === undefined && !provider.email_optional)
      return new Refusal(500, 'unexpected_failure', 'Error getting user email from external provider');
    const byEmail = email === undefined ? undefined : await findUser(sql, { email });
    if (byEmail !== undefined) return verified ? takeOver(sql, byEmail, external) : unverified(provider);
    if (auth.rules.signupDisabled)
      return new Refusal(422, 'signup_disabled', 'Signups not allowed for this instance');
    if (email !== undefined && !verified && !auth.rules.autoconfirm) return unverified(provider);
    return insert(sql, external);
  });
}

/** Adds what a provider says to a user who is signed in. */
export async function linkTo(auth: Auth, userId: string, external: External): Promise<User | Refusal> {
  const { provider, claims } = external;
  return auth.sql.begin(async (sql) => {
    const user = await findUser(sql, { id: userId });
    if (user === undefined) return userNotFound();
    if ((await findIdentityOwner(sql, provider.name, claims.sub ?? '')) !== undefined)
      return new Refusal(422, 'identity_already_exists', 'Identity is already linked to another user');
    const { email, verified } = addressOf(claims);
    const free = email !== undefined && verified && (await findUser(sql, { email })) === undefined;
    await addIdentity(sql, userId, identityOf(external));
    const address = (user.email ?? '') === '' && free ? { email, email_confirmed_at: new Date() } : {};
    const metadata = JSON.stringify({ ...identityOf(external).data, ...user.raw_user_meta_data });
    await updateUser(sql, userId, { ...address, is_anonymous: false, raw_user_meta_data: metadata });
    await audit(sql, 'user_modified', user);
    return (await findUser(sql, { id: userId })) ?? userNotFound();
  });
}

/** Whoever registered the address before without showing that it is theirs keeps no way in. */
async function takeOver(sql: Statements, user: User, external: External): Promise<User | Refusal> {
  if (user.email_confirmed_at === null) {
    await sql`delete from auth.identities where user_id = ${user.id}`;
    await sql`delete from auth.sessions where user_id = ${user.id}`;
    await sql`delete from auth.one_time_tokens where user_id = ${user.id}`;
    await updateUser(sql, user.id, {
      encrypted_password: '',
      email_confirmed_at: new Date(),
      raw_user_meta_data: '{}',
    });
  }
  await addIdentity(sql, user.id, identityOf(external));
  return (await findUser(sql, { id: user.id })) ?? userNotFound();
}

async function insert(sql: Statements, external: External): Promise<User | Refusal> {
  const { email } = addressOf(external.claims);
  const identity = identityOf(external);
  const id = randomUUID();
  const user = await createUser(sql, { id, userMetadata: identity.data });
  if (email !== undefined) await updateUser(sql, id, { email, email_confirmed_at: new Date() });
  await addIdentity(sql, id, identity);
  await audit(sql, 'user_signedup', { ...user, email: email ?? null }, { provider: external.provider.name });
  return (await findUser(sql, { id })) ?? userNotFound();
}

async function refreshIdentity(sql: Statements, owner: string, external: External): Promise<User | Refusal> {
  const { provider, claims } = external;
  await sql`
    update auth.identities
    set identity_data = identity_data || ${JSON.stringify(identityOf(external).data)}::text::jsonb,
      last_sign_in_at = now(), updated_at = now()
    where provider = ${provider.name} and provider_id = ${claims.sub ?? ''}`;
  return (await findUser(sql, { id: owner })) ?? userNotFound();
}

function identityOf({ provider, claims }: External) {
  const { email, verified } = addressOf(claims);
  const name = claims['name'];
  const data: Fields = {
    iss: claims.iss,
    sub: claims.sub,
    provider_id: claims.sub,
    ...Object.fromEntries(SHOWN.flatMap((key) => (claims[key] === undefined ? [] : [[key, claims[key]]]))),
    ...(typeof name === 'string' ? { full_name: name } : {}),
    ...(claims['picture'] === undefined ? {} : { avatar_url: claims['picture'] }),
    ...(email === undefined ? {} : { email }),
    email_verified: verified,
    phone_verified: false,
  };
  return { provider: provider.name, providerId: claims.sub ?? '', data };
}

function addressOf(claims: JWTPayload): { email: string | undefined; verified: boolean } {
  const { email, email_verified: verified } = claims;
  return {
    email: typeof email === 'string' && email !== '' ? email.toLowerCase() : undefined,
    verified: verified === true || verified === 'true',
  };
}

function unverified({ name }: Provider): Refusal {
  return new Refusal(
    422,
    'provider_email_needs_verification',
    `Unverified email with ${name}. Verify the email with ${name} in order to sign in`,
  );
}
