import { setTimeout as delay } from 'node:timers/promises';
import { listenTo } from '../database/notifications.ts';
import { describeError } from '../server/log.ts';
import type { Service, ServiceContext } from '../server/service.ts';
import { readDatabaseSchema } from './introspection.ts';
import { createLiteRest } from './lite-app.ts';
import { type RequestScope, runInScope } from './request-scope.ts';
import { RestConnection } from './rest-connection.ts';
import { SchemaCache } from './schema-cache.ts';
import { blamesSchema } from './stale-schema.ts';

const PREFIX = '/rest/v1';

/** PostgREST's channel; its payloads are `reload schema`, `reload config`, or none for both. */
const CHANNEL = 'pgrst';

/** Large enough for a bulk insert, small enough that a few at once do not exhaust the process. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export async function createRestService(context: ServiceContext): Promise<Service> {
  const { config, database, log } = context;
  const { schemas } = config.rest;
  const [defaultSchema = 'public'] = schemas;
  const cache = new SchemaCache(() => readDatabaseSchema(database.kysely, schemas), {
    now: () => performance.now(),
    wait: delay,
  });
  const reload = () => {
    cache.reload().catch((error: unknown) => log('warn', 'schema not read', describeError(error)));
  };
  const watch = listenTo(config, CHANNEL, reload, log);
  const connection = new RestConnection(config, database);
  const answer = await createLiteRest(config, connection);

  return {
    name: 'rest',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    async fetch(request, caller) {
      const named = withProfile(request, defaultSchema);
      const scope: RequestScope = {
        caller,
        method: request.method,
        path: new URL(request.url).pathname.slice(PREFIX.length),
        headers: Object.fromEntries(request.headers),
        schema: named.headers.get(profileHeader(request)) ?? defaultSchema,
        known: await cache.get(),
      };
      const again = named.clone();
      const response = await runInScope(scope, () => answer(named));
      const stale = (await blamesSchema(response)) && (await cache.changedSince(scope.known));
      if (!stale) return response;
      return runInScope({ ...scope, known: await cache.get() }, () => answer(again));
    },
    async health() {
      const schema = await cache.get().catch(() => undefined);
      return schema === undefined
        ? { healthy: false, error: 'The schema could not be read from the database.' }
        : { healthy: true };
    },
    async close() {
      await watch.close();
      await connection.close();
    },
  };
}

function profileHeader({ method }: Request): 'accept-profile' | 'content-profile' {
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return reads ? 'accept-profile' : 'content-profile';
}

/** lite takes `public` for the schema of a request that names none; here it is the first of those exposed. */
function withProfile(request: Request, schema: string): Request {
  const header = profileHeader(request);
  if (request.headers.has(header)) return request;
  const named = new Request(request);
  named.headers.set(header, schema);
  return named;
}
