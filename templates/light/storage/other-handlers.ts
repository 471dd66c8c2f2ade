import { selectObject } from './database/objects.ts';
import { selectBucket } from './database/buckets.ts';
import { fail, succeed } from './failures.ts';
import type { Handler } from './storage-request.ts';

/** The storage-api whose HTTP interface this follows; the official CLI asks for it. */
const VERSION = '1.80.0';

export const status: Handler = async () => succeed(Response.json({ healthy: true }));

export const version: Handler = async () => succeed(new Response(VERSION));

export const unsupported: Handler = async (_storage, { url }) =>
  fail(
    'NotSupported',
    `${url.pathname} is not part of the light template, which has files only: use the storage API, or the full template.`,
  );

/** There is no cache in front of this service, so what is asked for is already so. */
export const purgeCache: Handler = async ({ database }, { scope, bucket, name }) => {
  if (scope.identity.role !== 'service_role') return fail('AccessDenied');
  const found = await database.asService<unknown>((sql) =>
    name === '' ? selectBucket(sql, bucket) : selectObject(sql, { bucket, name }),
  );
  return found.ok ? succeed(Response.json({ message: 'success' })) : found;
};
