import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { renameObject, selectObject } from '../database/objects.ts';
import { SERVICE } from '../database/storage-database.ts';
import { factsOf } from '../downloads/file-facts.ts';
import { fail, succeed } from '../failures.ts';
import { checkBucketName, checkObjectName } from '../names.ts';
import { parseBody } from '../parse.ts';
import { discard } from '../removal/discard.ts';
import type { Handler } from '../storage-request.ts';

const MoveBody = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().optional(),
  sourceVersionId: z.string().optional(),
});

const TAKEN = { '23505': 'KeyAlreadyExists' } as const;

/** Renames the row as the caller and takes it back, to ask for their rights; then copies the file, then renames. */
export const moveObject: Handler = async (storage, { request, scope }) => {
  const { database, files } = storage;
  const body = await parseBody(request, MoveBody);
  if (!body.ok) return body;
  const { bucketId: bucket, sourceKey: name, destinationKey, sourceVersionId } = body.value;
  const destination = { bucket: body.value.destinationBucket ?? bucket, name: destinationKey };
  const valid = [checkBucketName(destination.bucket), checkObjectName(destinationKey)].find(({ ok }) => !ok);
  if (valid?.ok === false) return valid;

  const to = { ...destination, version: randomUUID() };
  const owner = scope.identity.claims.sub;
  const found = await database.rehearse(
    scope,
    async (sql) => {
      const source = await selectObject(sql, { bucket, name });
      if (!source.ok) return source;
      const from = { bucket, name, version: source.value.version };
      const moved = await renameObject(sql, { from, to, owner });
      return moved.ok ? source : moved;
    },
    TAKEN,
  );
  if (!found.ok) return found;
  const source = found.value;
  if (sourceVersionId !== undefined && sourceVersionId !== source.version) return fail('NoSuchKey');
  const message = 'Successfully moved';
  const moved = { message, Id: source.id, Key: `${destination.bucket}/${destination.name}` };
  if (destination.bucket === bucket && destination.name === name) return succeed(Response.json(moved));

  const from = { bucket, name, version: source.version };
  const { mimeType: contentType, cacheControl } = factsOf(source);
  if (!(await files.copy(from, to, { contentType, cacheControl }))) return fail('NoSuchKey');
  const recorded = await database.transaction(
    { identity: SERVICE, operation: scope.operation },
    (sql) => renameObject(sql, { from, to, owner }),
    TAKEN,
  );
  await discard(storage, [{ ...(recorded.ok ? source : { ...to, bucket_id: to.bucket }) }]);
  return recorded.ok ? succeed(Response.json(moved)) : recorded;
};
