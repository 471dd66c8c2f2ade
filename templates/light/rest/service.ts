import { setTimeout as delay } from 'node:timers/promises';
import { listenTo } from '../database/notifications.ts';
import { describeError } from '../server/log.ts';
import type { Service, ServiceContext } from '../server/service.ts';
import { apiOptionsOf } from './api-options.ts';
import { disallowedPlan } from './allowances.ts';
import { asWished, withoutBody } from './forms.ts';
import { type Incoming, isRead, locationOf, plainRequest, readIncoming, scopeOf } from './incoming.ts';
import { type DatabaseSchema, readDatabaseSchema } from './introspection.ts';
import { createLiteRests } from './lite-app.ts';
import { refuseMalformed } from './malformed.ts';
import { asksForDescription, describeApi } from './openapi/describe.ts';
import { runInScope } from './request-scope.ts';
import { createReadReplies } from './reads/reply.ts';
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
  const cache = new SchemaCache(() => readDatabaseSchema(database.kysely, config), {
    now: () => performance.now(),
    wait: delay,
  });
  const reload = () => {
    cache.reload().catch((error: unknown) => log('warn', 'schema not read', describeError(error)));
  };
  const watch = listenTo(config, CHANNEL, reload, log);
  const connection = new RestConnection(config);
  const lite = createLiteRests(connection);
  // The first request finds it there.
  await lite(apiOptionsOf({}, config.rest));

  async function attempt(incoming: Incoming, known: DatabaseSchema): Promise<Response> {
    const scope = scopeOf(incoming, known);
    const refused = refuseMalformed(scope, incoming.url) ?? disallowedPlan(scope);
    if (refused !== undefined) return refused;
    if (asksForDescription(scope)) return describeApi(scope, config.externalUrl);
    const answer = await lite(known.api);
    const response = await runInScope(scope, () => answer(plainRequest(incoming, scope)));
    if (isRead(scope) && response.ok) response.headers.set('content-location', locationOf(incoming));
    const wished = asWished(response, scope);
    return incoming.method === 'HEAD' ? withoutBody(wished) : wished;
  }

  return {
    name: 'rest',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    async fetch(request, caller) {
      const known = await cache.get().catch(() => undefined);
      if (known === undefined) return schemaUnknown();
      const [defaultSchema = 'public'] = known.api.schemas;
      const incoming = await readIncoming(request, caller, { prefix: PREFIX, defaultSchema });
      const response = await attempt(incoming, known);
      const stale = (await blamesSchema(response)) && (await cache.changedSince(known));
      return stale ? attempt(incoming, await cache.get()) : response;
    },
    reply: createReadReplies({ prefix: PREFIX, cache, connection }),
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

/** PostgREST's answer while it has no schema. */
function schemaUnknown(): Response {
  const message = 'Could not query the database for the schema cache. Retrying.';
  return Response.json({ code: 'PGRST002', details: null, hint: null, message }, { status: 503 });
}
