import { randomUUID } from 'node:crypto';
import type { Statements } from '../users/store.ts';

type Action =
  | 'login'
  | 'logout'
  | 'user_signedup'
  | 'user_invited'
  | 'user_deleted'
  | 'user_modified'
  | 'user_recovery_requested'
  | 'user_confirmation_requested'
  | 'user_reauthenticate_requested'
  | 'token_refreshed'
  | 'identity_unlinked'
  | 'factor_in_progress'
  | 'factor_unenrolled'
  | 'factor_deleted'
  | 'verification_attempted';

const LOG_TYPE: Partial<Readonly<Record<Action, string>>> = {
  login: 'account',
  logout: 'account',
  user_signedup: 'team',
  user_invited: 'team',
  user_deleted: 'team',
  token_refreshed: 'token',
  factor_in_progress: 'factor',
  factor_unenrolled: 'factor',
  factor_deleted: 'factor',
  verification_attempted: 'factor',
};

/** Who did what, in GoTrue's table. */
export async function audit(
  sql: Statements,
  action: Action,
  actor: { id: string; email?: string | null },
  traits: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const payload = {
    action,
    actor_id: actor.id,
    actor_username: actor.email ?? '',
    actor_via_sso: false,
    log_type: LOG_TYPE[action] ?? 'user',
    traits,
  };
  await sql`
    insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
    values (
      '00000000-0000-0000-0000-000000000000', ${randomUUID()}, ${JSON.stringify(payload)}::text::json, now(), ''
    )`;
}
