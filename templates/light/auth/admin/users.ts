import type { Auth } from '../auth.ts';
import { type Answer, type Call, type Handler, isUuid } from '../call.ts';
import { emailExists, invalid, phoneExists, Refusal, userNotFound } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { createUser } from '../sign-in/new-user.ts';
import { putOwnIdentity } from '../users/identities.ts';
import { findUser, listUsers, mergeMetadata, type Statements, updateUser } from '../users/store.ts';
import { renderUser, type User } from '../users/user.ts';
import { type Attributes, readAttributes } from './attributes.ts';
import { pageHeaders, readPage } from './pages.ts';

export function createListUsers({ sql }: Auth): Handler {
  return async (call) => {
    const page = readPage(call);
    if (page instanceof Refusal) return page;
    const { users, total } = await listUsers(sql, { ...page, filter: call.query.get('filter') ?? '' });
    return Response.json(
      { users: users.map(renderUser), aud: 'authenticated' },
      { headers: pageHeaders('/admin/users', page, total) },
    );
  };
}

/** For handlers about one user; the path names them. */
export function aboutUser(sql: Statements, handler: (call: Call, user: User) => Promise<Answer>): Handler {
  return async (call) => {
    const id = call.params['user'] ?? '';
    if (!isUuid(id)) return invalid('user_id must be an UUID');
    const user = await findUser(sql, { id });
    return user === undefined ? userNotFound() : handler(call, user);
  };
}

export function createCreateUser(auth: Auth): Handler {
  const { sql } = auth;
  return async (call) => {
    const wanted = await readAttributes(call.body, auth.passwords);
    if (wanted instanceof Refusal) return wanted;
    const { id, email, phone } = wanted;
    if (email === undefined && phone === undefined)
      return invalid('Cannot create a user without either an email or phone');
    const taken = await judgeTaken(sql, wanted, undefined);
    if (taken !== undefined) return taken;
    if (id !== undefined && (await findUser(sql, { id })) !== undefined)
      return new Refusal(422, 'user_already_exists', 'A user with this ID has already been registered');
    const created = await sql.begin(async (within) => {
      const user = await createUser(within, {
        ...(id === undefined ? {} : { id }),
        email,
        phone,
        role: wanted.role,
        passwordHash: wanted.passwordHash,
        emailConfirmed: wanted.emailConfirm,
        phoneConfirmed: wanted.phoneConfirm,
        appMetadata: wanted.appMetadata,
        userMetadata: { ...(wanted.emailConfirm ? { email_verified: true } : {}), ...wanted.userMetadata },
      });
      if (wanted.bannedUntil !== undefined)
        await updateUser(within, user.id, { banned_until: wanted.bannedUntil });
      await audit(within, 'user_signedup', user, { provider: 'admin' });
      return findUser(within, { id: user.id });
    });
    return created === undefined ? userNotFound() : Response.json(renderUser(created));
  };
}

export function createUpdateUser(auth: Auth) {
  const { sql } = auth;
  return async (call: Call, user: User): Promise<Answer> => {
    const wanted = await readAttributes(call.body, auth.passwords);
    if (wanted instanceof Refusal) return wanted;
    const taken = await judgeTaken(sql, wanted, user.id);
    if (taken !== undefined) return taken;
    const changed = await sql.begin(async (within) => {
      const fields = changesOf(user, wanted);
      if (Object.keys(fields).length > 0) await updateUser(within, user.id, fields);
      await updateOwnIdentities(within, user, wanted);
      // Whoever knew the old password, or was banned, loses what they have open.
      if (wanted.passwordHash !== undefined || wanted.bannedUntil instanceof Date)
        await within`delete from auth.sessions where user_id = ${user.id}`;
      await audit(within, 'user_modified', user);
      return findUser(within, { id: user.id });
    });
    return changed === undefined ? userNotFound() : Response.json(renderUser(changed));
  };
}

function changesOf(user: User, wanted: Attributes): Record<string, string | Date | boolean | null> {
  const now = new Date();
  const { email, phone, role, passwordHash, bannedUntil, userMetadata, appMetadata } = wanted;
  const merged = (current: User['raw_app_meta_data'], changes: Attributes['appMetadata']) =>
    JSON.stringify(mergeMetadata(current, changes ?? {}));
  return {
    ...(email === undefined ? {} : { email, is_anonymous: false }),
    ...(phone === undefined ? {} : { phone, is_anonymous: false }),
    ...(role === undefined ? {} : { role }),
    ...(passwordHash === undefined ? {} : { encrypted_password: passwordHash }),
    ...(bannedUntil === undefined ? {} : { banned_until: bannedUntil }),
    ...(wanted.emailConfirm ? { email_confirmed_at: user.email_confirmed_at ?? now } : {}),
    ...(wanted.phoneConfirm ? { phone_confirmed_at: user.phone_confirmed_at ?? now } : {}),
    ...(userMetadata === undefined
      ? {}
      : { raw_user_meta_data: merged(user.raw_user_meta_data, userMetadata) }),
    ...(appMetadata === undefined ? {} : { raw_app_meta_data: merged(user.raw_app_meta_data, appMetadata) }),
  };
}

async function updateOwnIdentities(sql: Statements, user: User, wanted: Attributes): Promise<void> {
  const email = wanted.email ?? (wanted.emailConfirm ? user.email : undefined);
  const phone = wanted.phone ?? (wanted.phoneConfirm ? user.phone : undefined);
  if (email) await putOwnIdentity(sql, user.id, 'email', { email, email_verified: wanted.emailConfirm });
  if (phone) await putOwnIdentity(sql, user.id, 'phone', { phone, phone_verified: wanted.phoneConfirm });
}

async function judgeTaken(
  sql: Statements,
  { email, phone }: Attributes,
  self: string | undefined,
): Promise<Refusal | undefined> {
  const byEmail = email === undefined ? undefined : await findUser(sql, { email });
  if (byEmail !== undefined && byEmail.id !== self) return emailExists();
  const byPhone = phone === undefined ? undefined : await findUser(sql, { phone });
  return byPhone !== undefined && byPhone.id !== self ? phoneExists() : undefined;
}
