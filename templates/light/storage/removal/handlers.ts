import { z } from 'zod';
import { deleteObjects } from '../database/objects.ts';
import { fail, succeed } from '../failures.ts';
import { parseBody } from '../parse.ts';
import type { Handler } from '../storage-request.ts';
import { discard } from './discard.ts';

/** storage-api's limit for one request. */
const MOST = 1000;

const Entry = z.union([
  z.string().transform((path) => ({ path, versionId: null })),
  z.object({ path: z.string(), versionId: z.string() }),
]);
const RemoveBody = z.object({ prefixes: z.array(Entry).min(1).max(MOST) });

export const removeObjects: Handler = async (storage, { request, scope, bucket }) => {
  const body = await parseBody(request, RemoveBody);
  if (!body.ok) return body;
  const wanted = body.value.prefixes.map(({ path, versionId }) => ({ name: path, version: versionId }));
  const removed = await storage.database.transaction(scope, (sql) => deleteObjects(sql, bucket, wanted));
  if (!removed.ok) return removed;
  await discard(storage, removed.value);
  return succeed(Response.json(removed.value));
};

export const removeObject: Handler = async (storage, { scope, bucket, name }) => {
  const wanted = [{ name, version: null }];
  const removed = await storage.database.transaction(scope, (sql) => deleteObjects(sql, bucket, wanted));
  if (!removed.ok) return removed;
  if (removed.value.length === 0) return fail('NoSuchKey');
  await discard(storage, removed.value);
  return succeed(Response.json({ message: 'Successfully deleted' }));
};
