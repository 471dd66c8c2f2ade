import { type Auth, redirectOf, signIn, tooMany } from '../auth.ts';
import { type Answer, type Fields, type Handler, text } from '../call.ts';
import {
  findByToken,
  type Found,
  hashCode,
  hasToken,
  isPkceToken,
  takeToken,
  type TokenType,
} from '../mail/one-time-token.ts';
import { invalid, Refusal } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import type { Grant } from '../sessions/grants.ts';
import { putOwnIdentity } from '../users/identities.ts';
import { findUser, updateUser } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { findMailFlow, issueCode } from './flow-state.ts';
import { flowMethod } from './letters.ts';
import type { MailKind } from '../mail/mails.ts';

const CHANGE: readonly TokenType[] = ['email_change_token_new', 'email_change_token_current'];

/** Which tokens each type of verification takes, and the mails that they came in. */
const TYPES: Readonly<Record<string, { tokens: readonly TokenType[]; mail: MailKind }>> = {
  signup: { tokens: ['confirmation_token'], mail: 'confirmation' },
  invite: { tokens: ['confirmation_token'], mail: 'invite' },
  recovery: { tokens: ['recovery_token'], mail: 'recovery' },
  magiclink: { tokens: ['recovery_token', 'confirmation_token'], mail: 'magic_link' },
  email: { tokens: ['recovery_token', 'confirmation_token'], mail: 'magic_link' },
  email_change: { tokens: CHANGE, mail: 'email_change' },
};

const HALFWAY = 'Confirmation link accepted. Please proceed to confirm link sent to the other email';

type Verified = { kind: 'halfway' } | { kind: 'verified'; user: User; hash: string };

/** A code that a client sends along. */
export function createVerify(auth: Auth): Handler {
  return async (call) => {
    const verified = await verify(auth, call.body);
    if (verified instanceof Refusal) return verified;
    if (verified.kind === 'halfway') return Response.json({ msg: HALFWAY, code: 200 });
    return answerVerified(await signIn(auth, verified.user, { method: 'otp' }, call));
  };
}

/** A link that somebody follows out of a mail. */
export function createFollow(auth: Auth): Handler {
  return async (call) => {
    const redirectTo = redirectOf(call, auth.rules);
    const type = call.query.get('type') ?? '';
    const hash = call.query.get('token') ?? call.query.get('token_hash') ?? '';
    if (TYPES[type] === undefined) return invalid('Verify requires a verification type');
    if (hash === '') return invalid('Verify requires a token or a token hash');
    const verified = await verify(auth, { type, token_hash: hash });
    if (verified instanceof Refusal) return redirect(redirectTo, failure(verified));
    if (verified.kind === 'halfway') return redirect(redirectTo, { message: HALFWAY });
    if (isPkceToken(hash)) return redirectWithCode(verified.user, type, redirectTo);
    const grant = await signIn(auth, verified.user, { method: 'otp' }, call);
    if (grant instanceof Refusal) return redirect(redirectTo, failure(grant));
    return redirect(redirectTo, { ...tokensOf(grant), type });
  };

  async function redirectWithCode(user: User, type: string, redirectTo: string): Promise<Response> {
    const method = flowMethod(TYPES[type]?.mail ?? 'magic_link');
    const flow =
      (await findMailFlow(auth.sql, user.id, method)) ??
      (await findMailFlow(auth.sql, user.id, flowMethod('confirmation')));
    const code = flow === undefined ? undefined : await issueCode(auth.sql, flow.id, user.id);
    if (code === undefined)
      return redirect(redirectTo, failure(new Refusal(404, 'flow_state_not_found', 'No flow was begun')));
    const target = new URL(redirectTo);
    target.searchParams.set('code', code);
    return new Response(null, { status: 303, headers: { location: target.href } });
  }
}

async function verify(auth: Auth, fields: Fields): Promise<Verified | Refusal> {
  const { failures, rules, sql } = auth;
  const type = TYPES[text(fields, 'type') ?? ''];
  if (text(fields, 'phone') !== undefined)
    return new Refusal(400, 'phone_provider_disabled', 'Unsupported phone provider');
  if (type === undefined) return invalid('Invalid email verification type');
  const email = text(fields, 'email')?.toLowerCase();
  const code = text(fields, 'token');
  const given = text(fields, 'token_hash');
  // A hash of a code is as easy to guess as the code, and does not say whose it is.
  const tried = `code ${email ?? 'links'}`;
  if (failures.isExhausted(tried)) return tooMany();
  if (given === undefined && (email === undefined || code === undefined))
    return invalid('Verify requires either a token or a token hash');
  const computed = hashCode(email ?? '', code ?? '');
  const hashes = given === undefined ? [computed, `pkce_${computed}`] : [given];
  const found = await findByToken(sql, hashes, type.tokens, rules.otpLifetimeSeconds);
  if (found === undefined || found.expired || !(await takeToken(sql, found.user.id, found.type))) {
    failures.countFailure(tried);
    const what =
      given === undefined ? 'Token has expired or is invalid' : 'Email link is invalid or has expired';
    return new Refusal(403, 'otp_expired', what);
  }
  return finish(auth, found, hashes[0] ?? '');
}

async function finish(auth: Auth, found: Found, hash: string): Promise<Verified | Refusal> {
  const { user, type } = found;
  const { sql } = auth;
  if (CHANGE.includes(type)) {
    const other = type === 'email_change_token_new' ? 'email_change_token_current' : 'email_change_token_new';
    if (await hasToken(sql, user.id, other)) return { kind: 'halfway' };
    await takeNewEmail(auth, user);
  } else if (user.email_confirmed_at === null) {
    await confirmEmail(auth, user);
  }
  const current = await findUser(sql, { id: user.id });
  return current === undefined
    ? new Refusal(404, 'user_not_found', 'User not found')
    : { kind: 'verified', user: current, hash };
}

async function confirmEmail({ sql }: Auth, user: User): Promise<void> {
  const metadata = { ...user.raw_user_meta_data, email_verified: true };
  await updateUser(sql, user.id, {
    email_confirmed_at: new Date(),
    raw_user_meta_data: JSON.stringify(metadata),
  });
  await putOwnIdentity(sql, user.id, 'email', { email: user.email, email_verified: true });
  await audit(sql, 'user_signedup', user);
}

/** The address that both mailboxes agreed to, or the first one of a user who had none. */
export async function takeNewEmail({ sql }: Auth, user: User): Promise<void> {
  const email = user.email_change ?? '';
  await updateUser(sql, user.id, {
    email,
    email_change: '',
    email_change_confirm_status: 0,
    email_confirmed_at: user.email_confirmed_at ?? new Date(),
    is_anonymous: false,
  });
  await putOwnIdentity(sql, user.id, 'email', { email, email_verified: true });
  await audit(sql, 'user_modified', user);
}

function answerVerified(grant: Grant | Refusal): Answer {
  return grant instanceof Refusal ? grant : Response.json(grant);
}

/** A session as clients find it behind the hash of an address. */
export function tokensOf(grant: Grant): Record<string, string> {
  return {
    access_token: grant.access_token,
    expires_at: String(grant.expires_at),
    expires_in: String(grant.expires_in),
    refresh_token: grant.refresh_token,
    token_type: 'bearer',
  };
}

export function failure(refusal: Refusal): Record<string, string> {
  return {
    error: refusal.status >= 500 ? 'server_error' : 'access_denied',
    error_code: refusal.code,
    error_description: refusal.message,
  };
}

export function redirect(target: string, fragment: Record<string, string>): Response {
  const [place = ''] = target.split('#');
  const location = `${place}#${new URLSearchParams(fragment).toString()}`;
  return new Response(null, { status: 303, headers: { location } });
}
