import { describeError, type Log } from '../../server/log.ts';
import { Refusal } from '../refusal.ts';
import type { User } from '../users/user.ts';
import { type MailKind, type MailTemplates, renderMail } from './mails.ts';
import type { SendMail } from './outbox.ts';
import type { Secret } from './one-time-token.ts';

/** What a link in a mail is to verify, by the name that `/verify` takes. */
const LINK_TYPE: Readonly<Record<MailKind, string>> = {
  confirmation: 'signup',
  invite: 'invite',
  recovery: 'recovery',
  magic_link: 'magiclink',
  email_change: 'email_change',
  reauthentication: 'reauthentication',
};

export interface MailRules {
  readonly externalUrl: string;
  readonly siteUrl: string;
  readonly templates: MailTemplates;
  /** For the whole project; undefined is no limit. */
  readonly mailsPerHour: number | undefined;
}

export type Letter = {
  kind: MailKind;
  to: string;
  secret: Secret;
  user: User;
  redirectTo: string;
  newEmail?: string;
};
export type Mailer = (letter: Letter) => Promise<Refusal | undefined>;

const HOUR_MS = 3_600_000;

/** Writes Auth's mails and sends them, as many in an hour as the project may. */
export function createMailer(send: SendMail, rules: MailRules, log: Log, now: () => number): Mailer {
  let sent: number[] = [];
  return async (letter) => {
    sent = sent.filter((time) => time > now() - HOUR_MS);
    if (rules.mailsPerHour !== undefined && sent.length >= rules.mailsPerHour)
      return new Refusal(429, 'over_email_send_rate_limit', 'email rate limit exceeded');
    sent.push(now());
    try {
      await send({ to: letter.to, ...renderMail(letter.kind, valuesOf(letter, rules), rules.templates) });
      return undefined;
    } catch (error) {
      log('error', 'a mail could not be sent', { kind: letter.kind, ...describeError(error) });
      return new Refusal(500, 'unexpected_failure', `Error sending ${letter.kind} email`);
    }
  };
}

/** The link for whoever reads the mail; it goes to the API and from there to where the client wants to be. */
export function verifyLink(externalUrl: string, type: string, hash: string, redirectTo: string): string {
  const query = new URLSearchParams({ token: hash, type, redirect_to: redirectTo });
  return `${externalUrl}/auth/v1/verify?${query.toString()}`;
}

function valuesOf({ kind, secret, user, redirectTo, newEmail }: Letter, rules: MailRules) {
  const link =
    kind === 'reauthentication'
      ? ''
      : verifyLink(rules.externalUrl, LINK_TYPE[kind], secret.hash, redirectTo);
  return {
    ConfirmationURL: link,
    Token: secret.code,
    TokenHash: secret.hash,
    SiteURL: rules.siteUrl,
    RedirectTo: redirectTo,
    Email: user.email ?? '',
    NewEmail: newEmail ?? '',
    Data: JSON.stringify(user.raw_user_meta_data ?? {}),
  };
}
