import { randomUUID } from 'node:crypto';
import { authError, type Step, textField } from './exchange.ts';
import type { AuthMailer } from './mailer.ts';
import { hashCode, randomCode } from './one-time-token.ts';
import type { AuthStore } from './store.ts';

/** GoTrue's SMTP_MAX_FREQUENCY: one mail a minute to the same address. */
const MAIL_EVERY_SECONDS = 60;

/** Sends a sign-up's mail again, which lite always refuses. */
export function createResend(store: AuthStore, mailer: AuthMailer): Step {
  return async (exchange, next) => {
    const email = textField(exchange.body, 'email');
    if (exchange.body['type'] !== 'signup' || email === undefined) return next(exchange);
    return (await sendConfirmation(store, mailer, email)) ?? Response.json({});
  };
}

/**
 * Signing up an address that is already known, while sign-ups have to be confirmed: the unconfirmed get their mail
 * again; of the confirmed the answer, as GoTrue's, does not tell that they exist.
 */
export function createSignup(store: AuthStore, mailer: AuthMailer): Step {
  return async (exchange, next) => {
    const response = await next(exchange);
    const email = textField(exchange.body, 'email')?.toLowerCase();
    if (response.status !== 429 || email === undefined) return response;
    const refused = await sendConfirmation(store, mailer, email);
    return refused ?? Response.json(inventedUser(email, exchange.body['data']));
  };
}

async function sendConfirmation(
  store: AuthStore,
  mailer: AuthMailer,
  email: string,
): Promise<Response | undefined> {
  const user = await store.userByEmail(email);
  if (user === undefined || user.confirmed) return undefined;
  const wait = Math.ceil(MAIL_EVERY_SECONDS - (user.seconds_since_mail ?? MAIL_EVERY_SECONDS));
  if (wait > 0) {
    const message = `For security purposes, you can only request this after ${wait} seconds.`;
    return authError(429, 'over_email_send_rate_limit', message);
  }
  const code = randomCode();
  const tokenHash = hashCode(email, code);
  await store.setConfirmationToken(user.id, tokenHash);
  await mailer.sendConfirmation(email, tokenHash, code);
  return undefined;
}

function inventedUser(email: string, metadata: unknown): Record<string, unknown> {
  const now = new Date().toISOString();
  return {
    id: randomUUID(),
    aud: 'authenticated',
    role: '',
    email,
    phone: '',
    confirmation_sent_at: now,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: metadata ?? {},
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  };
}
