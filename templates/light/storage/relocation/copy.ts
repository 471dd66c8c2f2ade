import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { selectObject } from '../database/objects.ts';
import type { FileMetadata, ObjectRow } from '../database/rows.ts';
import { factsOf } from '../downloads/file-facts.ts';
import { fail, succeed } from '../failures.ts';
import { parseBody } from '../parse.ts';
import type { Handler } from '../storage-request.ts';
import { readUserMetadata } from '../uploads/incoming-file.ts';
import { isHeaderValue } from '../uploads/mime-types.ts';
import { mayUpload } from '../uploads/permission.ts';
import { recordFile } from '../uploads/record.ts';
import { findTarget } from '../uploads/upload.ts';

const HeaderText = z.string().refine(isHeaderValue, 'must be printable');

const CopyBody = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().optional(),
  sourceVersionId: z.string().optional(),
  copyMetadata: z.boolean().default(true),
  metadata: z
    .object({
      cacheControl: HeaderText.optional(),
      mimetype: HeaderText.optional(),
      contentEncoding: HeaderText.or(z.literal('')).optional(),
    })
    .optional(),
});

/** Reads as the caller, asks whether they may upload to where it goes, then copies. */
export const copyObject: Handler = async (storage, { request, scope }) => {
  const body = await parseBody(request, CopyBody);
  if (!body.ok) return body;
  const { bucketId, sourceKey, destinationKey, copyMetadata, sourceVersionId } = body.value;
  const destination = { bucket: body.value.destinationBucket ?? bucketId, name: destinationKey };
  const target = await findTarget(storage, destination);
  if (!target.ok) return target;
  const found = await storage.database.transaction(scope, (sql) =>
    selectObject(sql, { bucket: bucketId, name: sourceKey }),
  );
  if (!found.ok) return found;
  const source = found.value;
  if (sourceVersionId !== undefined && sourceVersionId !== source.version) return fail('NoSuchKey');

  const metadata = copiedMetadata(source, copyMetadata ? undefined : body.value.metadata);
  const userMetadata = copyMetadata ? (source.user_metadata ?? undefined) : readUserMetadata(request.headers);
  const owner = scope.identity.claims.sub;
  const upsert = request.headers.get('x-upsert') === 'true';
  const allowed = await mayUpload(storage, { ...destination, scope, owner, upsert }, metadata, userMetadata);
  if (!allowed.ok) return allowed;

  const copy = { ...destination, version: randomUUID() };
  const { mimeType: contentType, cacheControl } = factsOf({ ...source, metadata });
  const from = { bucket: bucketId, name: sourceKey, version: source.version };
  if (!(await storage.files.copy(from, copy, { contentType, cacheControl }))) return fail('NoSuchKey');
  const object = { ...copy, id: randomUUID(), owner, metadata, userMetadata };
  const recorded = await recordFile(storage, object, { upsert, operation: scope.operation });
  if (!recorded.ok) return recorded;
  const { id } = recorded.value;
  return succeed(
    Response.json({ Id: id, Key: `${destination.bucket}/${destination.name}`, ...recorded.value }),
  );
};

function copiedMetadata(
  source: ObjectRow,
  changes: z.infer<typeof CopyBody>['metadata'],
): Partial<FileMetadata> {
  const { cacheControl, mimetype, contentEncoding } = changes ?? {};
  return {
    ...source.metadata,
    lastModified: new Date().toISOString(),
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(mimetype === undefined ? {} : { mimetype }),
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
  };
}
