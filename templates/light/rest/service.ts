import { App } from '@supabase/lite';
import type { Service, ServiceContext } from '../server/service.ts';
import { requestScope } from './request-scope.ts';
import { RestConnection } from './rest-connection.ts';

const PREFIX = '/rest/v1';

/** Large enough for a bulk insert, small enough that a few at once do not exhaust the process. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export async function createRestService({ config }: ServiceContext): Promise<Service> {
  const connection = new RestConnection(config);
  const app = new App({
    connection,
    api: { enabled: true, schemas: [...config.rest.schemas], max_rows: config.rest.maxRows },
    auth: { enabled: false },
    storage: { enabled: false },
    options: {
      server: {
        apiKeys: false,
        disableStudio: true,
        middlewares: [
          async (context, next) => {
            const caller = requestScope.getStore()?.caller;
            context.set('apiKeyType', caller?.key === 'secret' ? 'secret' : 'publishable');
            context.set('ignoreAuthorization', true);
            context.set('jwt', { ...caller?.claims, role: caller?.role ?? 'anon' });
            if (caller?.claims.sub !== undefined) context.set('userId', caller.claims.sub);
            await next();
          },
        ],
      },
    },
  });
  await app.init();

  return {
    name: 'rest',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    fetch(request, caller) {
      const scope = {
        caller,
        method: request.method,
        path: new URL(request.url).pathname.slice(PREFIX.length),
        headers: Object.fromEntries(request.headers),
      };
      return requestScope.run(scope, () => app.fetch(request));
    },
    async health() {
      return { healthy: true };
    },
    close: () => connection.close(),
  };
}
