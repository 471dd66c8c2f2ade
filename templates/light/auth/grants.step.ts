import type { Config } from '../settings/config.ts';
import { completeToken, sessionOf } from './access-token.ts';
import { authError, type Exchange, type Step, textField } from './exchange.ts';
import type { AuthStore } from './store.ts';

type Reissued = { ok: true; token: string } | { ok: false; refusal: Response };

/** Every answer that gives out an access token, in its body or in the fragment of a redirect, gives a complete one. */
export function createGrants(store: AuthStore, config: Config): Step {
  async function reissue(token: string, method: string | undefined): Promise<Reissued> {
    const sessionId = sessionOf(token);
    if (sessionId !== undefined && method !== undefined) await store.recordMethod(sessionId, method);
    const user = sessionId === undefined ? undefined : await store.sessionUser(sessionId);
    if (sessionId === undefined || user === undefined)
      return { ok: false, refusal: authError(403, 'session_not_found', 'Session does not exist') };
    if (!user.banned) return { ok: true, token: await completeToken(token, sessionId, user, config) };
    await store.endSession(sessionId);
    return { ok: false, refusal: authError(400, 'user_banned', 'User is banned') };
  }

  return async (exchange, next) => {
    const method = await methodOf(exchange, store);
    const response = await next(exchange);
    const location = response.headers.get('location');
    if (location !== null) return completeRedirect(response, location, method);
    if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return response;
    const body: unknown = await response.clone().json();
    if (typeof body !== 'object' || body === null) return response;
    const token = textField({ ...body }, 'access_token');
    if (token === undefined) return response;
    const reissued = await reissue(token, method);
    if (!reissued.ok) return reissued.refusal;
    return replaceBody(response, { ...body, access_token: reissued.token });
  };

  async function completeRedirect(response: Response, location: string, method?: string): Promise<Response> {
    const [target = '', fragment = ''] = location.split('#');
    const fields = new URLSearchParams(fragment);
    const token = fields.get('access_token');
    if (token === null) return response;
    const reissued = await reissue(token, method);
    if (!reissued.ok) return reissued.refusal;
    fields.set('access_token', reissued.token);
    const headers = new Headers(response.headers);
    headers.set('location', `${target}#${fields.toString()}`);
    return new Response(null, { status: response.status, headers });
  }
}

/** How the user proved who they are, by GoTrue's names; a refreshed session keeps what it has. */
async function methodOf({ path, query, body }: Exchange, store: AuthStore): Promise<string | undefined> {
  if (path === '/signup') return 'password';
  if (path === '/verify') return 'otp';
  if (path === '/callback') return 'oauth';
  const grant = query.get('grant_type');
  if (grant === 'password') return 'password';
  if (grant !== 'pkce') return undefined;
  const method = await store.methodOfFlow(textField(body, 'auth_code') ?? '');
  return method === 'oauth' ? 'oauth' : 'otp';
}

function replaceBody(response: Response, body: unknown): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return Response.json(body, { status: response.status, headers });
}
