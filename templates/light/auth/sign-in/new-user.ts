import { randomUUID } from 'node:crypto';
import type { Fields } from '../call.ts';
import { putOwnIdentity } from '../users/identities.ts';
import { findUser, insertUser, type Statements } from '../users/store.ts';
import type { User } from '../users/user.ts';

export type NewUser = {
  id?: string;
  email?: string | undefined;
  phone?: string | undefined;
  passwordHash?: string | undefined;
  emailConfirmed?: boolean;
  phoneConfirmed?: boolean;
  role?: string | undefined;
  appMetadata?: Fields | undefined;
  userMetadata?: Fields | undefined;
  anonymous?: boolean;
};

/** Inserts a user with an identity for the address and the number they have. */
export async function createUser(sql: Statements, wanted: NewUser): Promise<User> {
  const id = wanted.id ?? randomUUID();
  const now = new Date();
  const { email, phone, passwordHash } = wanted;
  await insertUser(sql, {
    id,
    ...(email === undefined ? {} : { email: email.toLowerCase() }),
    ...(phone === undefined ? {} : { phone }),
    ...(wanted.role === undefined ? {} : { role: wanted.role }),
    encrypted_password: passwordHash ?? '',
    email_confirmed_at: email !== undefined && wanted.emailConfirmed === true ? now : null,
    phone_confirmed_at: phone !== undefined && wanted.phoneConfirmed === true ? now : null,
    raw_app_meta_data: JSON.stringify(wanted.appMetadata ?? {}),
    raw_user_meta_data: JSON.stringify(wanted.userMetadata ?? {}),
    is_anonymous: wanted.anonymous === true,
  });
  if (email !== undefined)
    await putOwnIdentity(sql, id, 'email', {
      email: email.toLowerCase(),
      email_verified: wanted.emailConfirmed === true,
    });
  if (phone !== undefined)
    await putOwnIdentity(sql, id, 'phone', { phone, phone_verified: wanted.phoneConfirmed === true });
  const user = await findUser(sql, { id });
  if (user === undefined) throw new Error('A user that was just inserted is not there.');
  return user;
}

/** GoTrue keeps what a sign-up says about itself in the metadata too. */
export function signUpMetadata(id: string, fields: Fields, data: Fields | undefined): Fields {
  return { ...data, sub: id, ...fields };
}
