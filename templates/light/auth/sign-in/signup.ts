import { randomUUID } from 'node:crypto';
import { answer, type Auth, redirectOf, signIn } from '../auth.ts';
import { type Answer, type Call, type Handler, object, text } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { hashPassword, judgePassword } from '../users/password.ts';
import { findUser } from '../users/store.ts';
import { NOBODY, renderUser, type User } from '../users/user.ts';
import { badPhone, judgeEmail, readPhone } from './address.ts';
import { type Challenge, readChallenge } from './flow-state.ts';
import { sendLetter } from './letters.ts';
import { createUser, signUpMetadata } from './new-user.ts';

export function createSignup(auth: Auth): Handler {
  const { rules, sql } = auth;

  return async (call) => {
    const email = text(call.body, 'email');
    const phone = text(call.body, 'phone');
    if (rules.signupDisabled)
      return new Refusal(422, 'signup_disabled', 'Signups not allowed for this instance');
    if (email === undefined && phone === undefined) return signUpAnonymously(call);
    if (email !== undefined && phone !== undefined)
      return invalid('Only an email address or phone number should be provided on signup.');
    const password = text(call.body, 'password');
    if (password === undefined) return invalid('Signup requires a valid password');
    const weak = judgePassword(password, auth.passwords);
    if (weak !== undefined) return weak;
    const challenge = readChallenge(call.body);
    if (challenge instanceof Refusal) return challenge;
    return email === undefined
      ? signUpByPhone(call, phone ?? '', password)
      : signUpByEmail(call, email.toLowerCase(), password, challenge);
  };

  async function signUpAnonymously(call: Call): Promise<Answer> {
    if (!rules.anonymousEnabled)
      return new Refusal(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled');
    const wanted = { anonymous: true, userMetadata: object(call.body, 'data') };
    const user = await sql.begin((within) => createUser(within, wanted));
    return answer(await signIn(auth, user, { method: 'anonymous' }, call));
  }

  async function signUpByEmail(
    call: Call,
    email: string,
    password: string,
    challenge: Challenge | undefined,
  ): Promise<Answer> {
    if (!rules.emailEnabled) return new Refusal(400, 'email_provider_disabled', 'Email signups are disabled');
    const bad = judgeEmail(email);
    if (bad !== undefined) return bad;
    const confirmed = rules.autoconfirm;
    const passwordHash = await hashPassword(password);
    const known = await findUser(sql, { email });
    if (known !== undefined && confirmed)
      return new Refusal(422, 'user_already_exists', 'User already registered');
    if (known !== undefined && known.email_confirmed_at !== null)
      return Response.json(inventUser(email, call));
    const id = randomUUID();
    const data = object(call.body, 'data');
    const said = { email, email_verified: confirmed, phone_verified: false };
    const userMetadata = signUpMetadata(id, said, data);
    const wanted = { id, email, passwordHash, emailConfirmed: confirmed, userMetadata };
    const user = known ?? (await sql.begin((within) => createUser(within, wanted)));
    await audit(sql, confirmed ? 'user_signedup' : 'user_confirmation_requested', user);
    if (confirmed) return answer(await signIn(auth, user, { method: 'password' }, call));
    const wish = { kind: 'confirmation', type: 'confirmation_token', to: email } as const;
    const refused = await sendLetter(auth, user, { ...wish, redirectTo: redirectOf(call, rules), challenge });
    return refused ?? Response.json(renderUser((await findUser(sql, { id: user.id })) ?? user));
  }

  async function signUpByPhone(call: Call, given: string, password: string): Promise<Answer> {
    const refused = judgePhoneSignup(auth);
    if (refused !== undefined) return refused;
    const phone = readPhone(given);
    if (phone === undefined) return badPhone();
    const passwordHash = await hashPassword(password);
    if ((await findUser(sql, { phone })) !== undefined)
      return new Refusal(422, 'user_already_exists', 'User already registered');
    const id = randomUUID();
    const said = { phone, email_verified: false, phone_verified: true };
    const userMetadata = signUpMetadata(id, said, object(call.body, 'data'));
    const wanted = { id, phone, passwordHash, phoneConfirmed: true, userMetadata };
    const user = await sql.begin((within) => createUser(within, wanted));
    await audit(sql, 'user_signedup', user);
    return answer(await signIn(auth, user, { method: 'password' }, call));
  }
}

/** There is nobody who sends messages, so numbers are taken as they are or not at all. */
export function judgePhoneSignup({ rules }: Auth): Refusal | undefined {
  if (rules.phoneEnabled && rules.phoneAutoconfirm) return undefined;
  return new Refusal(400, 'phone_provider_disabled', 'Unsupported phone provider');
}

/** What a confirmed user's answer would look like to somebody who is new: nobody learns who is registered. */
function inventUser(email: string, { body }: Call) {
  const now = new Date();
  const invented: User = {
    ...NOBODY,
    id: randomUUID(),
    email,
    confirmation_sent_at: now,
    created_at: now,
    updated_at: now,
    raw_app_meta_data: { provider: 'email', providers: ['email'] },
    raw_user_meta_data: object(body, 'data') ?? {},
  };
  return { ...renderUser(invented), role: '' };
}
