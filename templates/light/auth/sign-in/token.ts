import { answer, type Auth, signIn, tooMany } from '../auth.ts';
import { type Answer, type Call, type Handler, text } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { refreshSession } from '../sessions/refresh.ts';
import { hashPassword, judgePassword, passwordMatches, randomPassword } from '../users/password.ts';
import { findUser } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { readPhone } from './address.ts';
import { takeFlow } from './flow-state.ts';

/** `/token`, by its grant types. */
export function createToken(auth: Auth, others: Readonly<Record<string, Handler>>): Handler {
  const grants: Readonly<Record<string, Handler>> = {
    password: (call) => byPassword(auth, call),
    refresh_token: (call) => byRefreshToken(auth, call),
    pkce: (call) => byCode(auth, call),
    ...others,
  };
  return async (call) => {
    const grant = grants[call.query.get('grant_type') ?? ''];
    return grant === undefined
      ? new Refusal(400, 'invalid_credentials', 'unsupported_grant_type')
      : grant(call);
  };
}

/** Compared with where there is no user, so that the time does not tell whether there is one. */
const nobodysHash = hashPassword(randomPassword());

async function byPassword(auth: Auth, call: Call): Promise<Answer> {
  const { rules, sql } = auth;
  const email = text(call.body, 'email')?.toLowerCase();
  const phone = text(call.body, 'phone');
  const password = text(call.body, 'password') ?? '';
  if (email !== undefined && phone !== undefined)
    return invalid('Only an email address or phone number should be provided on login.');
  if (email === undefined && phone === undefined) return invalid('missing email or phone');
  if (email !== undefined && !rules.emailEnabled)
    return new Refusal(422, 'email_provider_disabled', 'Email logins are disabled');
  if (phone !== undefined && !rules.phoneEnabled)
    return new Refusal(422, 'phone_provider_disabled', 'Phone logins are disabled');
  const tried = `password ${email ?? phone}`;
  if (auth.failures.isExhausted(tried)) return tooMany();
  const key = email === undefined ? { phone: readPhone(phone ?? '') ?? '' } : { email };
  const user = await findUser(sql, key);
  const hash = user?.encrypted_password ?? '';
  const right = await passwordMatches(password, hash === '' ? await nobodysHash : hash);
  if (user === undefined || !right) {
    auth.failures.countFailure(tried);
    return new Refusal(400, 'invalid_credentials', 'Invalid login credentials');
  }
  const unconfirmed = judgeConfirmation(user, email !== undefined);
  if (unconfirmed !== undefined) return unconfirmed;
  const grant = await signIn(auth, user, { method: 'password' }, call);
  if (grant instanceof Refusal) return grant;
  // Rules may have become stricter since; the client can ask for a better one.
  const weak = judgePassword(password, auth.passwords);
  return Response.json({ ...grant, weak_password: weak?.details['weak_password'] ?? null });
}

function judgeConfirmation(user: User, byEmail: boolean): Refusal | undefined {
  if (byEmail && user.email_confirmed_at === null)
    return new Refusal(400, 'email_not_confirmed', 'Email not confirmed');
  if (!byEmail && user.phone_confirmed_at === null)
    return new Refusal(400, 'phone_not_confirmed', 'Phone not confirmed');
  return undefined;
}

async function byRefreshToken(auth: Auth, call: Call): Promise<Answer> {
  const presented = text(call.body, 'refresh_token') ?? '';
  const refreshed = await refreshSession(auth.sql, presented, auth.rules.sessions);
  if (refreshed instanceof Refusal) return refreshed;
  await audit(auth.sql, 'token_refreshed', { id: refreshed.userId });
  return answer(await auth.grant(refreshed.userId, refreshed, 'token_refresh'));
}

async function byCode(auth: Auth, call: Call): Promise<Answer> {
  const code = text(call.body, 'auth_code');
  const verifier = text(call.body, 'code_verifier');
  if (code === undefined || verifier === undefined)
    return invalid('invalid request: both auth code and code verifier should be non-empty');
  const flow = await takeFlow(auth.sql, code, verifier);
  if (flow instanceof Refusal) return flow;
  const user = await findUser(auth.sql, { id: flow.user_id });
  if (user === undefined) return new Refusal(404, 'user_not_found', 'User not found');
  const grant = await signIn(
    auth,
    user,
    { method: flow.authentication_method === 'oauth' ? 'oauth' : 'otp' },
    call,
  );
  if (grant instanceof Refusal) return grant;
  const { provider_access_token: access, provider_refresh_token: refresh } = flow;
  return Response.json({
    ...grant,
    ...(access === null ? {} : { provider_token: access }),
    ...(refresh === null ? {} : { provider_refresh_token: refresh }),
  });
}
