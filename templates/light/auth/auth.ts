import type { Log } from '../server/log.ts';
import type { Config } from '../settings/config.ts';
import type { Answer, Call } from './call.ts';
import type { Mailer } from './mail/mailer.ts';
import { Refusal } from './refusal.ts';
import { audit } from './sessions/audit.ts';
import type { Grant, GrantSession } from './sessions/grants.ts';
import { openSession, type Proof } from './sessions/sessions.ts';
import type { AuthSettings } from './settings.ts';
import { isAllowedRedirect } from './sign-in/redirect.ts';
import type { Throttle } from './sign-in/throttle.ts';
import type { PasswordRules } from './users/password.ts';
import type { Pool } from './users/store.ts';
import { isBanned, type User } from './users/user.ts';
import { userBanned } from './refusal.ts';

/** What Auth's handlers share. */
export interface Auth {
  readonly sql: Pool;
  readonly config: Config;
  readonly rules: AuthSettings;
  readonly passwords: PasswordRules;
  readonly mail: Mailer;
  readonly grant: GrantSession;
  /** Wrong codes and passwords, by whom they were tried for. */
  readonly failures: Throttle;
  readonly log: Log;
}

/** Opens a session for a user who has shown who they are. */
export async function signIn(auth: Auth, user: User, proof: Proof, call: Call): Promise<Grant | Refusal> {
  if (isBanned(user)) return userBanned();
  const agent = call.request.headers.get('user-agent');
  const opened = await auth.sql.begin(async (sql) => {
    const session = await openSession(sql, user.id, proof, auth.rules.sessions, agent);
    await audit(sql, 'login', user, { provider: proof.method });
    return session;
  });
  const grant = await auth.grant(user.id, opened, proof.method);
  if (grant instanceof Refusal) await auth.sql`delete from auth.sessions where id = ${opened.sessionId}`;
  return grant;
}

export function answer(grant: Grant | Refusal): Answer {
  return grant instanceof Refusal ? grant : Response.json(grant);
}

/** Where the client wants to be, if the project knows the place; else the site. */
export function redirectOf({ query, request }: Call, { siteUrl, redirectUrls }: AuthSettings): string {
  const wish = query.get('redirect_to') ?? request.headers.get('redirect_to') ?? '';
  return isAllowedRedirect(wish, siteUrl, redirectUrls) ? wish : siteUrl;
}

export function tooMany(): Refusal {
  return new Refusal(429, 'over_request_rate_limit', 'Request rate limit reached');
}
