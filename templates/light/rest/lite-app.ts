import { App } from '@supabase/lite';
import type { Config } from '../settings/config.ts';
import { currentScope } from './request-scope.ts';
import type { RestConnection } from './rest-connection.ts';

export type Answer = (request: Request) => Promise<Response>;

/** lite's REST alone: who the caller is has been decided before, so its own keys and tokens are off. */
export async function createLiteRest(config: Config, connection: RestConnection): Promise<Answer> {
  const app = new App({
    connection,
    api: {
      enabled: true,
      schemas: [...config.rest.schemas],
      max_rows: config.rest.maxRows,
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
