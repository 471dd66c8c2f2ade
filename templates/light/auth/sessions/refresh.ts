import { invalid, Refusal, userBanned } from '../refusal.ts';
import { findUser, type Pool, type Statements } from '../users/store.ts';
import { isBanned } from '../users/user.ts';
import { addRefreshToken, type Opened } from './sessions.ts';

export interface RefreshRules {
  readonly timeboxSeconds: number | undefined;
  readonly inactivitySeconds: number | undefined;
  /** Whether a token is good for one exchange, or until its session ends. */
  readonly rotation: boolean;
  /** How long a token may be exchanged again, for a client that asks twice at a time. */
  readonly reuseSeconds: number;
}

type Token = {
  id: string;
  token: string;
  revoked: boolean;
  parent: string | null;
  user_id: string;
  session_id: string;
};
type Age = { seconds: number; idle_seconds: number; ended: boolean };

/**
 * Exchanges a refresh token for the next. One that was exchanged before is a copy in two hands, so that the whole
 * session ends, unless it is the one that the current token came from or was exchanged just now.
 */
export async function refreshSession(
  pool: Pool,
  presented: string,
  rules: RefreshRules,
): Promise<(Opened & { userId: string }) | Refusal> {
  if (presented === '') return invalid('Refresh token is not valid');
  return pool.begin(async (sql) => {
    const [token] = await sql<Token[]>`select * from auth.refresh_tokens where token = ${presented}`;
    if (token === undefined || token.session_id === null) return notFound();
    // The session's row is the lock under which tokens of a session are exchanged.
    const [age] = await sql<Age[]>`
      select extract(epoch from now() - created_at)::float8 as seconds,
        extract(epoch from now() - coalesce(refreshed_at at time zone 'utc', created_at))::float8 as idle_seconds,
        coalesce(not_after < now(), false) as ended
      from auth.sessions where id = ${token.session_id} for update`;
    const user = await findUser(sql, { id: token.user_id });
    if (age === undefined || user === undefined) return notFound();
    if (isBanned(user)) return userBanned();
    const expired = judgeAge(age, rules);
    if (expired !== undefined) return expired;
    const next = await exchange(sql, token, rules);
    if (next === undefined) {
      await sql`update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = ${token.session_id}`;
      return new Refusal(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
    }
    await sql`
      update auth.sessions set refreshed_at = now() at time zone 'utc', updated_at = now()
      where id = ${token.session_id}`;
    return { sessionId: token.session_id, refreshToken: next, userId: token.user_id };
  });
}

async function exchange(
  sql: Statements,
  token: Token,
  { rotation, reuseSeconds }: RefreshRules,
): Promise<string | undefined> {
  const [current] = await sql<{ revoked: boolean; just_now: boolean }[]>`
    select revoked, updated_at > now() - make_interval(secs => ${reuseSeconds}) as just_now
    from auth.refresh_tokens where id = ${token.id}`;
  if (current?.revoked === false) {
    if (!rotation) return token.token;
    await sql`update auth.refresh_tokens set revoked = true, updated_at = now() where id = ${token.id}`;
    return addRefreshToken(sql, token.user_id, token.session_id, token.token);
  }
  const [active] = await sql<{ token: string; parent: string | null }[]>`
    select token, parent from auth.refresh_tokens
    where session_id = ${token.session_id} and not revoked order by created_at desc limit 1`;
  // A client that lost the answer may ask once more.
  return active?.parent === token.token || current?.just_now === true ? active?.token : undefined;
}

function judgeAge(age: Age, rules: RefreshRules): Refusal | undefined {
  const { timeboxSeconds = Infinity, inactivitySeconds = Infinity } = rules;
  if (age.ended || age.seconds > timeboxSeconds)
    return new Refusal(400, 'session_expired', 'Invalid Refresh Token: Session Expired');
  if (age.idle_seconds > inactivitySeconds)
    return new Refusal(400, 'session_expired', 'Invalid Refresh Token: Session Expired (Inactivity)');
  return undefined;
}

function notFound(): Refusal {
  return new Refusal(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
}
