import { createHash } from 'node:crypto';
import type { Auth } from '../auth.ts';
import type { Answer, Call } from '../call.ts';
import { audit } from '../sessions/audit.ts';
import { deleteUser, type Statements, updateUser } from '../users/store.ts';
import type { User } from '../users/user.ts';

export function createDeleteUser({ sql }: Auth) {
  return async (call: Call, user: User): Promise<Answer> => {
    await sql.begin(async (within) => {
      if (call.body['should_soft_delete'] === true) await hideUser(within, user);
      else await deleteUser(within, user.id);
      await audit(within, 'user_deleted', user);
    });
    return Response.json({});
  };
}

/** The row stays for what refers to it; nothing that says who it was does, and nobody can sign in as it. */
async function hideUser(sql: Statements, user: User): Promise<void> {
  const { id } = user;
  await sql`delete from auth.sessions where user_id = ${id}`;
  await sql`delete from auth.mfa_factors where user_id = ${id}`;
  await sql`delete from auth.one_time_tokens where user_id = ${id}`;
  await updateUser(sql, id, {
    deleted_at: new Date(),
    email: obscured(user.email, id),
    phone: obscured(user.phone, id),
    encrypted_password: '',
    email_change: '',
    phone_change: '',
    confirmation_token: '',
    recovery_token: '',
    email_change_token_new: '',
    email_change_token_current: '',
    reauthentication_token: '',
    raw_user_meta_data: '{}',
    raw_app_meta_data: '{}',
  });
  for (const identity of user.identities)
    await sql`
      update auth.identities
      set provider_id = ${obscured(`${identity.provider}:${identity.provider_id}`, id)}, identity_data = '{}'
      where id = ${identity.id}`;
}

/** As GoTrue, so that the same address can be registered again and tells nobody that it was. */
function obscured(value: string | null, id: string): string | null {
  if (value === null || value === '') return value;
  return createHash('sha256')
    .update(id + value)
    .digest('base64url');
}
