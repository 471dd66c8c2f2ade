import type { PostgresConnection } from '@supabase/lite/postgres';

export type SessionUser = {
  id: string;
  aud: string;
  role: string;
  email: string;
  phone: string;
  app_metadata: Record<string, unknown>;
  user_metadata: Record<string, unknown>;
  is_anonymous: boolean;
  banned: boolean;
  aal: string;
  amr: { method: string; timestamp: number }[];
};

export type EmailUser = { id: string; confirmed: boolean; seconds_since_mail: number | null };
export type PendingChange = { id: string; token: 'current' | 'new'; other_confirmed: boolean };

/** Our own statements on Auth's tables, as `supabase_auth_admin`. */
export class AuthStore {
  readonly #sql: PostgresConnection['driver'];

  constructor(connection: PostgresConnection) {
    this.#sql = connection.driver;
  }

  async recordMethod(sessionId: string, method: string): Promise<void> {
    await this.#sql`
      insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
      values (gen_random_uuid(), ${sessionId}, ${method}, now(), now())
      on conflict (session_id, authentication_method) do update set updated_at = now()`;
  }

  async sessionUser(sessionId: string): Promise<SessionUser | undefined> {
    const [user] = await this.#sql<SessionUser[]>`
      select
        u.id, coalesce(u.aud, 'authenticated') as aud, coalesce(nullif(u.role, ''), 'authenticated') as role,
        coalesce(u.email, '') as email, coalesce(u.phone, '') as phone,
        coalesce(u.raw_app_meta_data, '{}') as app_metadata, coalesce(u.raw_user_meta_data, '{}') as user_metadata,
        u.is_anonymous, coalesce(u.banned_until > now(), false) as banned, coalesce(s.aal::text, 'aal1') as aal,
        (
          select coalesce(json_agg(json_build_object(
            'method', m.authentication_method, 'timestamp', extract(epoch from m.updated_at)::bigint
          ) order by m.updated_at desc), '[]')
          from auth.mfa_amr_claims m where m.session_id = s.id
        ) as amr
      from auth.sessions s join auth.users u on u.id = s.user_id
      where s.id = ${sessionId}`;
    return user;
  }

  async endSession(sessionId: string): Promise<void> {
    await this.#sql`delete from auth.sessions where id = ${sessionId}`;
  }

  async endOtherSessions(userId: string, sessionId: string): Promise<void> {
    await this.#sql`delete from auth.sessions where user_id = ${userId} and id::text <> ${sessionId}`;
  }

  async userByEmail(email: string): Promise<EmailUser | undefined> {
    const [user] = await this.#sql<EmailUser[]>`
      select
        id, email_confirmed_at is not null as confirmed,
        extract(epoch from now() - confirmation_sent_at)::float8 as seconds_since_mail
      from auth.users where email = ${email.toLowerCase()} and not is_sso_user`;
    return user;
  }

  async setConfirmationToken(userId: string, tokenHash: string): Promise<void> {
    await this.#sql`
      update auth.users set confirmation_token = ${tokenHash}, confirmation_sent_at = now(), updated_at = now()
      where id = ${userId}`;
  }

  /** A user made by a mail to an address that nobody has yet shown to be theirs. */
  async markUnconfirmed(email: string): Promise<void> {
    await this.#sql`
      with unconfirmed as (
        update auth.users
        set email_confirmed_at = null,
          raw_user_meta_data = jsonb_set(coalesce(raw_user_meta_data, '{}'), '{email_verified}', 'false')
        where email = ${email.toLowerCase()} and not is_sso_user
        returning id
      )
      delete from auth.sessions where user_id in (select id from unconfirmed)`;
  }

  async addUserMetadata(email: string, metadata: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#sql`
      update auth.users set raw_user_meta_data = ${JSON.stringify(metadata)}::text::jsonb || raw_user_meta_data
      where email = ${email.toLowerCase()} and not is_sso_user`;
  }

  async pendingEmailChange(tokenHash: string): Promise<PendingChange | undefined> {
    const [pending] = await this.#sql<PendingChange[]>`
      select
        id, case when email_change_token_new = ${tokenHash} then 'new' else 'current' end as token,
        email_change_confirm_status > 0 or coalesce(email_change_token_current, '') = '' as other_confirmed
      from auth.users
      where ${tokenHash} in (email_change_token_new, email_change_token_current) and email_change <> ''`;
    return pending;
  }

  async confirmFirstSide(userId: string, token: PendingChange['token']): Promise<void> {
    const column = this.#sql(token === 'new' ? 'email_change_token_new' : 'email_change_token_current');
    await this.#sql`
      update auth.users set email_change_confirm_status = 1, ${column} = '', updated_at = now()
      where id = ${userId}`;
  }

  /** lite only finishes a change by the token of the current address, so the last token takes its place. */
  async readyToFinish(userId: string, tokenHash: string): Promise<void> {
    await this.#sql`
      update auth.users set email_change_token_current = ${tokenHash}, email_change_confirm_status = 0
      where id = ${userId}`;
  }

  async changeEmailAtOnce(userId: string): Promise<void> {
    await this.#sql.begin(async (sql) => {
      const [user] = await sql<{ email: string }[]>`
        update auth.users
        set email = email_change, email_confirmed_at = coalesce(email_confirmed_at, now()), email_change = '',
          email_change_token_new = '', email_change_token_current = '', updated_at = now()
        where id = ${userId} and email_change <> '' returning email`;
      if (user === undefined) return;
      await sql`
        update auth.identities
        set identity_data = identity_data || jsonb_build_object('email', ${user.email}::text), updated_at = now()
        where user_id = ${userId} and provider = 'email'`;
    });
  }

  async beginFlow(email: string, method: string, pkce: { challenge: string; method: string }): Promise<void> {
    await this.#sql`
      insert into auth.flow_state (
        id, user_id, auth_code, code_challenge_method, code_challenge, provider_type, authentication_method,
        created_at, updated_at
      )
      select gen_random_uuid(), id, gen_random_uuid(), ${pkce.method}::text::auth.code_challenge_method,
        ${pkce.challenge}, 'email', ${method}, now(), now()
      from auth.users where email = ${email.toLowerCase()} and not is_sso_user`;
  }

  /** The code of the user's latest flow; it is good for five minutes from now on, not from when the mail was sent. */
  async issueCode(userId: string, method: string): Promise<string | undefined> {
    const [flow] = await this.#sql<{ auth_code: string }[]>`
      update auth.flow_state set created_at = now(), updated_at = now(), auth_code_issued_at = now()
      where id = (
        select id from auth.flow_state
        where user_id = ${userId} and authentication_method = ${method} and auth_code_issued_at is null
        order by created_at desc limit 1
      )
      returning auth_code`;
    return flow?.auth_code;
  }

  async methodOfFlow(code: string): Promise<string | undefined> {
    const [flow] = await this.#sql<{ authentication_method: string }[]>`
      select authentication_method from auth.flow_state where auth_code = ${code}`;
    return flow?.authentication_method;
  }
}
