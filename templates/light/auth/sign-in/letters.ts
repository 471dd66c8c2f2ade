import type { Auth } from '../auth.ts';
import type { MailKind } from '../mail/mails.ts';
import { putToken, type TokenType } from '../mail/one-time-token.ts';
import { Refusal } from '../refusal.ts';
import type { User } from '../users/user.ts';
import { type Challenge, createFlow } from './flow-state.ts';

export type Wish = {
  kind: MailKind;
  type: TokenType;
  redirectTo: string;
  to: string;
  newEmail?: string;
  challenge?: Challenge | undefined;
};

const LAST_SENT = {
  confirmation_token: 'confirmation_sent_at',
  recovery_token: 'recovery_sent_at',
  email_change_token_new: 'email_change_sent_at',
  email_change_token_current: 'email_change_sent_at',
  reauthentication_token: 'reauthentication_sent_at',
} as const;

/** What a session that comes of the mail will have been opened by. */
const FLOW_METHOD: Readonly<Record<MailKind, string>> = {
  confirmation: 'email/signup',
  invite: 'invite',
  recovery: 'recovery',
  magic_link: 'magiclink',
  email_change: 'email_change',
  reauthentication: 'otp',
};

/** Mails a new code, unless the user was mailed one just now. */
export async function sendLetter(auth: Auth, user: User, wish: Wish): Promise<Refusal | undefined> {
  const wait = secondsToWait(user[LAST_SENT[wish.type]], auth.rules.mailEverySeconds);
  return wait > 0 ? tooSoon(wait) : writeLetter(auth, user, wish);
}

export async function writeLetter(auth: Auth, user: User, wish: Wish): Promise<Refusal | undefined> {
  const { kind, type, to, redirectTo, newEmail, challenge } = wish;
  const secret = await putToken(auth.sql, user.id, type, {
    address: to,
    digits: auth.rules.otpLength,
    pkce: challenge !== undefined,
  });
  if (challenge !== undefined)
    await createFlow(auth.sql, { userId: user.id, provider: 'email', method: FLOW_METHOD[kind], challenge });
  return auth.mail({ kind, to, secret, user, redirectTo, ...(newEmail === undefined ? {} : { newEmail }) });
}

export function flowMethod(kind: MailKind): string {
  return FLOW_METHOD[kind];
}

function secondsToWait(last: Date | null, every: number): number {
  return last === null ? 0 : Math.ceil(every - (Date.now() - last.getTime()) / 1000);
}

function tooSoon(seconds: number): Refusal {
  return new Refusal(
    429,
    'over_email_send_rate_limit',
    `For security purposes, you can only request this after ${seconds} seconds.`,
  );
}
