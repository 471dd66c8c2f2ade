import { AsyncLocalStorage } from 'node:async_hooks';
import type { App, EmailDriver } from '@supabase/lite';
import { MAILS, type MailKind, renderMail } from './mails.ts';

export type AuthMailer = NonNullable<App['_mailer']>;

/** Marks the token of a link that was asked for with a PKCE challenge, as GoTrue does. */
export const PKCE_PREFIX = 'pkce_';

/** What the client wants of a link: where to lead back to (`/verify` decides whether it may), and with what. */
export const mailWish = new AsyncLocalStorage<{ redirectTo: string | undefined; pkce: boolean }>();

/**
 * Writes Auth's mails. lite's own put the site's address where the API's belongs, leave out where the client wants
 * to go, and send the mail of a changed address to the old mailbox only.
 */
export function createMailer(
  driver: EmailDriver,
  rules: { externalUrl: string; siteUrl: string; autoconfirm: boolean },
): AuthMailer {
  const link = (type: MailKind, tokenHash: string) => {
    const { redirectTo = rules.siteUrl, pkce = false } = mailWish.getStore() ?? {};
    const token = pkce ? PKCE_PREFIX + tokenHash : tokenHash;
    const query = new URLSearchParams({ token, type, redirect_to: redirectTo });
    return `${rules.externalUrl}/auth/v1/verify?${query.toString()}`;
  };
  const send = async (kind: MailKind, to: string, code: string, tokenHash?: string) => {
    const url = tokenHash === undefined ? undefined : link(kind, tokenHash);
    await driver.send({ to, ...renderMail(MAILS[kind], { code, ...(url === undefined ? {} : { url }) }) });
  };
  return {
    sendConfirmation: (email, tokenHash, code) => send('signup', email, code, tokenHash),
    sendRecovery: (email, tokenHash, code) => send('recovery', email, code, tokenHash),
    sendMagicLink: (email, tokenHash, code) => send('magiclink', email, code, tokenHash),
    async sendEmailChange(email, tokenHash, code, meta) {
      // Changes are then made at once.
      if (rules.autoconfirm) return;
      await send('email_change', email, code, tokenHash);
      const { newEmail, tokenNew, tokenHashNew } = meta ?? {};
      if (newEmail !== undefined && tokenNew !== undefined && tokenHashNew !== undefined)
        await send('email_change', newEmail, tokenNew, tokenHashNew);
    },
    sendReauthentication: (email, code) => send('reauthentication', email, code),
  };
}
