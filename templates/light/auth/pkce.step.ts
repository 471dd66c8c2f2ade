import { decodeJwt } from 'jose';
import { authError, type Exchange, type Step, textField, withBody, withQuery } from './exchange.ts';
import { PKCE_PREFIX } from './mailer.ts';
import type { AuthStore } from './store.ts';

/** GoTrue's names for what a mail was for, by the type in its link. */
const METHODS: Readonly<Record<string, string>> = {
  signup: 'email/signup',
  magiclink: 'magiclink',
  recovery: 'recovery',
};

const CHALLENGES = new Set(['s256', 'plain']);

/**
 * Mails asked for with a PKCE challenge, as clients that run on a server do: the challenge waits for the link to be
 * followed. lite knows PKCE for other providers only.
 */
export function createFlowBegin(store: AuthStore, type: keyof typeof METHODS): Step {
  return async (exchange, next) => {
    const { body } = exchange;
    const challenge = textField(body, 'code_challenge');
    const email = textField(body, 'email');
    const method = (textField(body, 'code_challenge_method') ?? 'plain').toLowerCase();
    if (challenge !== undefined && !CHALLENGES.has(method))
      return authError(400, 'validation_failed', 'code_challenge_method must be s256 or plain');
    const response = await next(exchange);
    if (!response.ok || challenge === undefined || email === undefined) return response;
    await store.beginFlow(email, METHODS[type] ?? '', { challenge, method });
    return response;
  };
}

/** Following such a link leads back with a code, which is worth a session only to whoever knows the challenge's secret. */
export function createFlowEnd(store: AuthStore): Step {
  return async (exchange, next) => {
    const stripped = withoutPrefix(exchange);
    if (stripped === undefined) return next(exchange);
    const response = await next(stripped);
    const [target = '', fragment = ''] = (response.headers.get('location') ?? '').split('#');
    const token = new URLSearchParams(fragment).get('access_token');
    if (token === null) return response;
    const { sub = '', session_id: sessionId } = decodeJwt(token);
    const code = await store.issueCode(sub, METHODS[exchange.query.get('type') ?? ''] ?? '');
    if (code === undefined) return response;
    await store.endSession(String(sessionId));
    const location = new URL(target);
    location.searchParams.set('code', code);
    return new Response(null, { status: 303, headers: { location: location.href } });
  };
}

function withoutPrefix(exchange: Exchange): Exchange | undefined {
  const strip = (value: string | undefined) =>
    value?.startsWith(PKCE_PREFIX) === true ? value.slice(PKCE_PREFIX.length) : undefined;
  const token = strip(exchange.query.get('token') ?? undefined);
  if (token !== undefined) return withQuery(exchange, { token });
  const hash = strip(textField(exchange.body, 'token_hash'));
  return hash === undefined ? undefined : withBody(exchange, { token_hash: hash });
}
