import { App } from '@supabase/lite';
import type { ApiOptions } from './api-options.ts';
import { currentScope } from './request-scope.ts';
import type { RestConnection } from './rest-connection.ts';

type Answer = (request: Request) => Promise<Response>;

/** Those of requests that began before a change, and of those that began after it. */
const KEPT = 2;

/** lite takes its options once and for all: there is one of it for each that are in use. */
export function createLiteRests(connection: RestConnection): (options: ApiOptions) => Promise<Answer> {
  const rests = new Map<string, Promise<Answer>>();
  return (options) => {
    const key = JSON.stringify(options);
    const rest = rests.get(key) ?? createLiteRest(options, connection);
    rests.set(key, rest);
    const [oldest] = rests.keys();
    if (rests.size > KEPT && oldest !== undefined) rests.delete(oldest);
    return rest;
  };
}

/** lite's REST alone: who the caller is has been decided before, so its own keys and tokens are off. */
async function createLiteRest(options: ApiOptions, connection: RestConnection): Promise<Answer> {
  const app = new App({
    connection,
    api: {
      enabled: true,
      schemas: [...options.schemas],
      max_rows: options.maxRows,
      // Supabase loads the extension safeupdate: a change of all rows has to say so.
      pg_safe_update: true,
      // Whether a request may use them is decided before (`allowances.ts`).
      aggregates_enabled: true,
    },
    auth: { enabled: false },
    storage: { enabled: false },
    options: {
      server: {
        apiKeys: false,
        disableStudio: true,
        middlewares: [
          async (context, next) => {
            const { caller } = currentScope();
            const { sub } = caller.claims;
            context.set('apiKeyType', caller.role === 'service_role' ? 'secret' : 'publishable');
            context.set('ignoreAuthorization', true);
            context.set('jwt', { ...caller.claims, role: caller.role });
            if (sub !== undefined) context.set('userId', sub);
            await next();
          },
        ],
      },
    },
  });
  await app.init();
  return (request) => app.fetch(request);
}
