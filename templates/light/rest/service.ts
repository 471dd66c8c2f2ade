import { setTimeout as delay } from 'node:timers/promises';
import { listenTo } from '../database/notifications.ts';
import { describeError } from '../server/log.ts';
import type { Service, ServiceContext } from '../server/service.ts';
import { type DatabaseSchema, readDatabaseSchema } from './introspection.ts';
import { createLiteRest } from './lite-app.ts';
import { keepTexts } from './plain-query.ts';
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
  const connection = new RestConnection(config);
  const answer = await createLiteRest(config, connection);

  return {
    name: 'rest',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    async fetch(request, caller) {
      const known = await cache.get();
      const schema = request.headers.get(profileHeader(request)) ?? defaultSchema;
      const path = new URL(request.url).pathname.slice(PREFIX.length);
      const plain = plainRequest(request, schema, argumentsOf(known, schema, request, path));
      const scope: RequestScope = {
        caller,
        method: request.method,
        path,
        headers: Object.fromEntries(request.headers),
        body: bringsJson(request) ? await plain.clone().text() : '',
        schema,
        known,
      };
      const again = plain.clone();
      const response = await runInScope(scope, () => answer(plain));
      const stale = (await blamesSchema(response)) && (await cache.changedSince(known));
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

/** Without what lite would guess at: the schema of a request that names none, and the types of its texts. */
function plainRequest(request: Request, schema: string, argumentNames: ReadonlySet<string>): Request {
  const url = keepTexts(new URL(request.url), (name) => argumentNames.has(name));
  const plain = new Request(url, request);
  plain.headers.set(profileHeader(request), schema);
  return plain;
}

function argumentsOf(
  known: DatabaseSchema,
  schema: string,
  { method }: Request,
  path: string,
): ReadonlySet<string> {
  const [, called] = /^\/rpc\/([^/]+)$/.exec(path) ?? [];
  const functions = method === 'GET' || method === 'HEAD' ? known.schemas.get(schema)?.functions : undefined;
  const names = functions?.filter(({ name }) => name === called).flatMap((candidate) => candidate.arg_names);
  return new Set(names);
}

function bringsJson({ method, headers }: Request): boolean {
  return (
    method !== 'GET' && method !== 'HEAD' && !/csv|form|octet|text/.test(headers.get('content-type') ?? '')
  );
}
