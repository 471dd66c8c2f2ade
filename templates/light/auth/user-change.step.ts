import { sessionOf } from './access-token.ts';
import { type Step, textField } from './exchange.ts';
import type { AuthStore } from './store.ts';

/** What lite leaves out when a user changes themselves. */
export function createUserChange(store: AuthStore, autoconfirm: boolean): Step {
  return async (exchange, next) => {
    const response = await next(exchange);
    const user: unknown = response.ok ? await response.clone().json() : undefined;
    const id = typeof user === 'object' && user !== null ? textField({ ...user }, 'id') : undefined;
    if (id === undefined) return response;
    const { request, body } = exchange;
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
    // Whoever knew the old password loses what they opened with it.
    if (textField(body, 'password') !== undefined) await store.endOtherSessions(id, sessionOf(token) ?? '');
    if (textField(body, 'email') === undefined || !autoconfirm) return response;
    await store.changeEmailAtOnce(id);
    const changed = new Request(request.url, { headers: request.headers });
    return next({ ...exchange, method: 'GET', body: {}, request: changed });
  };
}
