import { type Step, textField, withBody } from './exchange.ts';
import type { AuthStore } from './store.ts';

/**
 * Sign-in by a mailed code. lite would make users although sign-ups are off, take the address of a new user for
 * confirmed before anybody has read the mail, and drop the metadata sent along.
 */
export function createPasswordless(
  store: AuthStore,
  rules: { signupDisabled: boolean; autoconfirm: boolean },
): Step {
  return async (exchange, next) => {
    const email = textField(exchange.body, 'email');
    if (email === undefined) return next(exchange);
    const isNew = (await store.userByEmail(email)) === undefined;
    const response = await next(rules.signupDisabled ? withBody(exchange, { create_user: false }) : exchange);
    if (!isNew || !response.ok) return response;
    const { data } = exchange.body;
    if (typeof data === 'object' && data !== null) await store.addUserMetadata(email, { ...data });
    if (!rules.autoconfirm) await store.markUnconfirmed(email);
    return response;
  };
}
