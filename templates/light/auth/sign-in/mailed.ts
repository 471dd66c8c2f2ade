import { randomUUID } from 'node:crypto';
import { type Auth, redirectOf } from '../auth.ts';
import { type Answer, type Call, type Handler, object, text } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { findUser } from '../users/store.ts';
import type { SignedIn } from '../users/guards.ts';
import { judgeEmail } from './address.ts';
import { readChallenge } from './flow-state.ts';
import { sendLetter } from './letters.ts';
import { createUser, signUpMetadata } from './new-user.ts';

/** `/otp` and `/magiclink`: signs in, or up, by a mailed code. */
export function createOtp(auth: Auth): Handler {
  const { rules, sql } = auth;
  return async (call) => {
    const email = text(call.body, 'email')?.toLowerCase();
    if (email === undefined && text(call.body, 'phone') !== undefined)
      return new Refusal(400, 'phone_provider_disabled', 'Unsupported phone provider');
    if (email === undefined) return invalid('One of email or phone must be set');
    if (!rules.emailEnabled) return new Refusal(422, 'email_provider_disabled', 'Email logins are disabled');
    const challenge = readChallenge(call.body);
    const bad = judgeEmail(email) ?? (challenge instanceof Refusal ? challenge : undefined);
    if (bad !== undefined) return bad;
    const known = await findUser(sql, { email });
    const mayCreate = call.body['create_user'] !== false && !rules.signupDisabled;
    if (known === undefined && !mayCreate)
      return new Refusal(422, 'otp_disabled', 'Signups not allowed for otp');
    const id = randomUUID();
    const said = { email, email_verified: false, phone_verified: false };
    const userMetadata = signUpMetadata(id, said, object(call.body, 'data'));
    const wanted = { id, email, userMetadata };
    const user = known ?? (await sql.begin((within) => createUser(within, wanted)));
    // An address that nobody has shown to be theirs yet is confirmed by what it is signed in with.
    const isNew = user.email_confirmed_at === null && !rules.autoconfirm;
    const wish = isNew
      ? ({ kind: 'confirmation', type: 'confirmation_token' } as const)
      : ({ kind: 'magic_link', type: 'recovery_token' } as const);
    const redirectTo = redirectOf(call, rules);
    await audit(sql, isNew ? 'user_confirmation_requested' : 'user_recovery_requested', user);
    const sent = await sendLetter(auth, user, {
      ...wish,
      to: email,
      redirectTo,
      challenge: challenge instanceof Refusal ? undefined : challenge,
    });
    return sent ?? Response.json({});
  };
}

export function createRecover(auth: Auth): Handler {
  return async (call) => {
    const email = text(call.body, 'email')?.toLowerCase();
    if (email === undefined) return invalid('Password recovery requires an email');
    const challenge = readChallenge(call.body);
    if (challenge instanceof Refusal) return challenge;
    const bad = judgeEmail(email);
    if (bad !== undefined) return bad;
    const user = await findUser(auth.sql, { email });
    // Nobody learns who is registered.
    if (user === undefined) return Response.json({});
    await audit(auth.sql, 'user_recovery_requested', user);
    const wish = { kind: 'recovery', type: 'recovery_token', to: email } as const;
    const redirectTo = redirectOf(call, auth.rules);
    return (await sendLetter(auth, user, { ...wish, redirectTo, challenge })) ?? Response.json({});
  };
}

export function createResend(auth: Auth): Handler {
  return async (call) => {
    const email = text(call.body, 'email')?.toLowerCase();
    const type = text(call.body, 'type') ?? '';
    if (type === 'sms' || type === 'phone_change')
      return new Refusal(400, 'phone_provider_disabled', 'Unsupported phone provider');
    if (type !== 'signup' && type !== 'email_change')
      return invalid('Missing one of these types: signup, email_change, sms, phone_change', 400);
    if (email === undefined) return invalid('Type provided requires an email address');
    const user = await findUser(auth.sql, { email });
    if (user === undefined) return Response.json({});
    return type === 'signup' ? resendConfirmation(call, email) : resendChange(call, email);
  };

  async function resendConfirmation(call: Call, email: string): Promise<Answer> {
    const user = await findUser(auth.sql, { email });
    if (user === undefined || user.email_confirmed_at !== null) return Response.json({});
    const wish = { kind: 'confirmation', type: 'confirmation_token', to: email } as const;
    const redirectTo = redirectOf(call, auth.rules);
    return (await sendLetter(auth, user, { ...wish, redirectTo })) ?? Response.json({});
  }

  async function resendChange(call: Call, email: string): Promise<Answer> {
    const user = await findUser(auth.sql, { email });
    const newEmail = user?.email_change ?? '';
    if (user === undefined || newEmail === '') return Response.json({});
    const wish = { kind: 'email_change', type: 'email_change_token_new', to: newEmail, newEmail } as const;
    const redirectTo = redirectOf(call, auth.rules);
    return (await sendLetter(auth, user, { ...wish, redirectTo })) ?? Response.json({});
  }
}

export function createReauthenticate(auth: Auth) {
  return async (call: Call, { user }: SignedIn): Promise<Answer> => {
    if (user.email === null || user.email === '')
      return invalid('Reauthentication requires the user to have an email or a phone number');
    await audit(auth.sql, 'user_reauthenticate_requested', user);
    const wish = { kind: 'reauthentication', type: 'reauthentication_token', to: user.email } as const;
    const redirectTo = redirectOf(call, auth.rules);
    return (await sendLetter(auth, user, { ...wish, redirectTo })) ?? Response.json({});
  };
}
