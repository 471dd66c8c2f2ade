import type { Auth } from '../auth.ts';
import { redirectOf } from '../auth.ts';
import { type Answer, type Call, object, text } from '../call.ts';
import { hashCode, takeToken } from '../mail/one-time-token.ts';
import { emailExists, invalid, phoneExists, Refusal } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { endSessions } from '../sessions/sessions.ts';
import { badPhone, judgeEmail, readPhone } from '../sign-in/address.ts';
import { type Challenge, readChallenge } from '../sign-in/flow-state.ts';
import { sendLetter, writeLetter } from '../sign-in/letters.ts';
import { judgePhoneSignup } from '../sign-in/signup.ts';
import { takeNewEmail } from '../sign-in/verify.ts';
import type { SignedIn } from './guards.ts';
import { putOwnIdentity } from './identities.ts';
import { hashPassword, judgePassword, passwordMatches } from './password.ts';
import { findUser, mergeMetadata, updateUser } from './store.ts';
import { renderUser, type User } from './user.ts';

/** GoTrue lets a password be changed without further proof for a day after signing in. */
const FRESH_MS = 86_400_000;

export async function readMe(_call: Call, { user }: SignedIn): Promise<Answer> {
  return Response.json(renderUser(user));
}

/** `PUT /user`: what users change about themselves. */
export function createUpdateMe(auth: Auth) {
  const { rules, sql } = auth;

  return async (call: Call, who: SignedIn): Promise<Answer> => {
    const { user } = who;
    const email = text(call.body, 'email')?.toLowerCase();
    const phone = text(call.body, 'phone');
    const password = text(call.body, 'password');
    const challenge = readChallenge(call.body);
    if (challenge instanceof Refusal) return challenge;
    const guarded = email !== undefined || phone !== undefined || password !== undefined;
    if (guarded && user.factors.some(({ status }) => status === 'verified') && who.aal !== 'aal2')
      return new Refusal(
        401,
        'insufficient_aal',
        'AAL2 session is required to update email or password when MFA is enabled.',
      );
    const refused =
      (await judgeNewEmail(user, email)) ??
      (await judgeNewPhone(user, phone)) ??
      (await judgeNewPassword(call, who, password));
    if (refused !== undefined) return refused;

    const data = object(call.body, 'data');
    if (data !== undefined) {
      const metadata = mergeMetadata(user.raw_user_meta_data, data);
      await updateUser(sql, user.id, { raw_user_meta_data: JSON.stringify(metadata) });
    }
    if (password !== undefined) await changePassword(who, password);
    if (phone !== undefined) await changePhone(user, readPhone(phone) ?? '');
    const unsent =
      email === undefined || email === user.email
        ? undefined
        : await changeEmail(call, user, email, challenge);
    if (unsent !== undefined) return unsent;
    await audit(sql, 'user_modified', user);
    const changed = await findUser(sql, { id: user.id });
    return Response.json(renderUser(changed ?? user));
  };

  async function judgeNewEmail(user: User, email: string | undefined): Promise<Refusal | undefined> {
    if (email === undefined || email === user.email) return undefined;
    const other = await findUser(sql, { email });
    return judgeEmail(email) ?? (other === undefined ? undefined : emailExists());
  }

  async function judgeNewPhone(user: User, given: string | undefined): Promise<Refusal | undefined> {
    if (given === undefined) return undefined;
    const phone = readPhone(given);
    if (phone === undefined) return badPhone();
    const other = await findUser(sql, { phone });
    return (
      judgePhoneSignup(auth) ?? (other === undefined || other.id === user.id ? undefined : phoneExists())
    );
  }

  async function judgeNewPassword(
    call: Call,
    who: SignedIn,
    password: string | undefined,
  ): Promise<Refusal | undefined> {
    if (password === undefined) return undefined;
    const { user } = who;
    if (user.is_anonymous && text(call.body, 'email') === undefined && text(call.body, 'phone') === undefined)
      return invalid('Updating password of an anonymous user without an email or phone is not allowed', 422);
    const weak = judgePassword(password, auth.passwords);
    if (weak !== undefined) return weak;
    const hash = user.encrypted_password ?? '';
    if (hash !== '' && (await passwordMatches(password, hash)))
      return new Refusal(422, 'same_password', 'New password should be different from the old password.');
    return rules.reauthenticate ? judgeNonce(call, who) : undefined;
  }

  async function judgeNonce(call: Call, { user, sessionId }: SignedIn): Promise<Refusal | undefined> {
    const [session] = await sql<
      { created_at: Date }[]
    >`select created_at from auth.sessions where id = ${sessionId}`;
    if (session !== undefined && Date.now() - session.created_at.getTime() < FRESH_MS) return undefined;
    const nonce = text(call.body, 'nonce');
    if (nonce === undefined)
      return new Refusal(400, 'reauthentication_needed', 'Password update requires reauthentication');
    const tried = `nonce ${user.id}`;
    const token = user.reauthentication_token ?? '';
    const age = Date.now() - (user.reauthentication_sent_at?.getTime() ?? 0);
    const right = token !== '' && token === hashCode(user.email ?? '', nonce);
    if (!auth.failures.isExhausted(tried) && right && age < rules.otpLifetimeSeconds * 1000) {
      await takeToken(sql, user.id, 'reauthentication_token');
      return undefined;
    }
    auth.failures.countFailure(tried);
    return new Refusal(422, 'reauthentication_not_valid', 'Nonce has expired or is invalid');
  }

  async function changePassword({ user, sessionId }: SignedIn, password: string): Promise<void> {
    await updateUser(sql, user.id, { encrypted_password: await hashPassword(password) });
    await takeToken(sql, user.id, 'recovery_token');
    // Whoever knew the old password loses what they opened with it.
    await endSessions(sql, user.id, sessionId, 'others');
  }

  async function changePhone(user: User, phone: string): Promise<void> {
    await updateUser(sql, user.id, { phone, phone_confirmed_at: new Date(), is_anonymous: false });
    await putOwnIdentity(sql, user.id, 'phone', { phone, phone_verified: true });
  }

  async function changeEmail(
    call: Call,
    user: User,
    email: string,
    challenge: Challenge | undefined,
  ): Promise<Refusal | undefined> {
    if (rules.autoconfirm) return takeNewEmail(auth, { ...user, email_change: email }).then(() => undefined);
    const redirectTo = redirectOf(call, rules);
    const wish = { kind: 'email_change', newEmail: email, redirectTo, challenge } as const;
    const refused = await sendLetter(auth, user, { ...wish, type: 'email_change_token_new', to: email });
    if (refused !== undefined) return refused;
    await updateUser(sql, user.id, { email_change: email, email_change_confirm_status: 0 });
    const current = user.email ?? '';
    if (current === '' || !rules.confirmChangeTwice)
      return takeToken(sql, user.id, 'email_change_token_current').then(() => undefined);
    return writeLetter(auth, user, { ...wish, type: 'email_change_token_current', to: current });
  }
}
