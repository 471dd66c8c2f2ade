import { authError, type Exchange, type Step, textField, withBody, withQuery } from './exchange.ts';
import { hashCode } from './one-time-token.ts';
import type { AuthStore } from './store.ts';
import type { Throttle } from './throttle.ts';

const ACCEPTED = 'Confirmation link accepted. Please proceed to confirm link sent to the other email';

/**
 * Verification of a mailed code or link. Adds to lite's: the type `email`, which clients use for codes; a limit on
 * guesses, since a code has six digits; and changes of address that both mailboxes must confirm (lite asks only the
 * old one, so anybody could take an address that is not theirs).
 */
export function createVerify(store: AuthStore, throttle: Throttle, siteUrl: string): Step {
  return async (exchange, next) => {
    const fields = { ...Object.fromEntries(exchange.query), ...exchange.body };
    const email = textField(fields, 'email')?.toLowerCase();
    // A link's token can be computed from the address and a guessed code, and does not say whose it is.
    const guessed = email ?? 'links';
    if (throttle.isExhausted(guessed))
      return authError(429, 'over_request_rate_limit', 'Request rate limit reached');

    const type = textField(fields, 'type');
    const response =
      type === 'email_change'
        ? await verifyChange(exchange, fields, next)
        : await next(named(exchange, type));
    const failed = !response.ok && !(response.headers.get('location') ?? '#').includes('access_token=');
    if (failed && response.headers.get('location')?.includes('#message=') !== true)
      throttle.countFailure(guessed);
    return response;
  };

  async function verifyChange(
    exchange: Exchange,
    fields: Readonly<Record<string, unknown>>,
    next: (exchange: Exchange) => Promise<Response>,
  ): Promise<Response> {
    const tokenHash = tokenHashOf(exchange, fields);
    const pending = tokenHash === undefined ? undefined : await store.pendingEmailChange(tokenHash);
    if (tokenHash === undefined || pending === undefined) return next(exchange);
    if (pending.other_confirmed) {
      await store.readyToFinish(pending.id, tokenHash);
      return next(exchange);
    }
    await store.confirmFirstSide(pending.id, pending.token);
    if (exchange.method !== 'GET') return Response.json({ msg: ACCEPTED });
    const fragment = new URLSearchParams({ message: ACCEPTED });
    return new Response(null, { status: 303, headers: { location: `${siteUrl}#${fragment.toString()}` } });
  }
}

function named(exchange: Exchange, type: string | undefined): Exchange {
  if (type !== 'email') return exchange;
  return exchange.method === 'GET'
    ? withQuery(exchange, { type: 'magiclink' })
    : withBody(exchange, { type: 'magiclink' });
}

function tokenHashOf(exchange: Exchange, fields: Readonly<Record<string, unknown>>): string | undefined {
  const token = textField(fields, 'token');
  const email = textField(fields, 'email');
  if (exchange.method === 'GET') return token;
  if (email !== undefined && token !== undefined) return hashCode(email, token);
  return textField(fields, 'token_hash');
}
