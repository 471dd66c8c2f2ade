import { type Auth, redirectOf } from '../auth.ts';
import { type Answer, type Call, type Handler, object, text } from '../call.ts';
import { verifyLink } from '../mail/mailer.ts';
import { putToken, type Secret, type TokenType } from '../mail/one-time-token.ts';
import { emailExists, invalid, Refusal, userNotFound } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { judgeEmail } from '../sign-in/address.ts';
import { createUser } from '../sign-in/new-user.ts';
import { hashPassword, judgePassword } from '../users/password.ts';
import { findUser, updateUser } from '../users/store.ts';
import { renderUser, type User } from '../users/user.ts';

type LinkType = { token: TokenType; verifies: string; creates: boolean };

const TYPES: Readonly<Record<string, LinkType>> = {
  signup: { token: 'confirmation_token', verifies: 'signup', creates: true },
  invite: { token: 'confirmation_token', verifies: 'invite', creates: true },
  magiclink: { token: 'recovery_token', verifies: 'magiclink', creates: true },
  recovery: { token: 'recovery_token', verifies: 'recovery', creates: false },
  email_change_current: { token: 'email_change_token_current', verifies: 'email_change', creates: false },
  email_change_new: { token: 'email_change_token_new', verifies: 'email_change', creates: false },
};

export function createInvite(auth: Auth): Handler {
  const { sql } = auth;
  return async (call) => {
    const email = text(call.body, 'email')?.toLowerCase() ?? '';
    const bad = judgeEmail(email);
    if (bad !== undefined) return bad;
    const user = await invited(auth, email, call);
    if (user instanceof Refusal) return user;
    const secret = await putToken(sql, user.id, 'confirmation_token', {
      address: email,
      digits: auth.rules.otpLength,
    });
    const redirectTo = redirectOf(call, auth.rules);
    const unsent = await auth.mail({ kind: 'invite', to: email, secret, user, redirectTo });
    if (unsent !== undefined) return unsent;
    await audit(sql, 'user_invited', user);
    return Response.json(renderUser((await findUser(sql, { id: user.id })) ?? user));
  };
}

/** Makes the link that a mail would have had, for whoever sends their own. */
export function createGenerateLink(auth: Auth): Handler {
  const { sql } = auth;
  return async (call) => {
    const given = text(call.body, 'type') ?? '';
    const type = TYPES[given];
    if (type === undefined) return invalid('Invalid email action link type requested');
    const email = text(call.body, 'email')?.toLowerCase() ?? '';
    const bad = judgeEmail(email);
    if (bad !== undefined) return bad;
    const user = await userFor(call, given, type, email);
    if (user instanceof Refusal) return user;
    const address = await prepareChange(call, given, user);
    if (address instanceof Refusal) return address;
    const secret = await putToken(sql, user.id, type.token, { address, digits: auth.rules.otpLength });
    const current = await findUser(sql, { id: user.id });
    return renderLink(call, current ?? user, type, given, secret);
  };

  async function userFor(call: Call, given: string, type: LinkType, email: string): Promise<User | Refusal> {
    if (given === 'invite') return invited(auth, email, call);
    const known = await findUser(sql, { email });
    if (known !== undefined)
      return given === 'signup' && known.email_confirmed_at !== null ? emailExists() : known;
    if (!type.creates) return userNotFound();
    const password = text(call.body, 'password');
    if (given === 'signup' && password === undefined) return invalid('Signup requires a valid password');
    const weak = password === undefined ? undefined : judgePassword(password, auth.passwords);
    if (weak !== undefined) return weak;
    return createUser(sql, {
      email,
      passwordHash: password === undefined ? undefined : await hashPassword(password),
      userMetadata: object(call.body, 'data'),
    });
  }

  async function prepareChange(call: Call, given: string, user: User): Promise<string | Refusal> {
    if (!given.startsWith('email_change')) return user.email ?? '';
    const newEmail = text(call.body, 'new_email')?.toLowerCase() ?? '';
    const bad = judgeEmail(newEmail);
    if (bad !== undefined) return bad;
    if ((await findUser(sql, { email: newEmail })) !== undefined) return emailExists();
    await updateUser(sql, user.id, { email_change: newEmail });
    return given === 'email_change_new' ? newEmail : (user.email ?? '');
  }

  function renderLink(call: Call, user: User, type: LinkType, given: string, secret: Secret): Answer {
    const wish = text(call.body, 'redirect_to');
    const query = new URLSearchParams(call.query);
    if (wish !== undefined && !query.has('redirect_to')) query.set('redirect_to', wish);
    const redirectTo = redirectOf({ ...call, query }, auth.rules);
    return Response.json({
      ...renderUser(user),
      action_link: verifyLink(auth.config.externalUrl, type.verifies, secret.hash, redirectTo),
      email_otp: secret.code,
      hashed_token: secret.hash,
      verification_type: given,
      redirect_to: redirectTo,
    });
  }
}

async function invited(auth: Auth, email: string, call: Call): Promise<User | Refusal> {
  const { sql } = auth;
  const known = await findUser(sql, { email });
  if (known !== undefined && known.email_confirmed_at !== null) return emailExists();
  const user = known ?? (await createUser(sql, { email, userMetadata: object(call.body, 'data') }));
  await updateUser(sql, user.id, { invited_at: new Date() });
  return user;
}
