import { randomUUID } from 'node:crypto';
import { selectBucket } from '../database/buckets.ts';
import type { BucketRow, FileMetadata, ObjectRow } from '../database/rows.ts';
import { fail, type Outcome, succeed } from '../failures.ts';
import { checkBucketName, checkObjectName, isFolderPlaceholder } from '../names.ts';
import type { FileAddress, StoredFile } from '../objects.port.ts';
import type { Storage } from '../storage.ts';
import { BodyTooLarge, BrokenBody } from './body-error.ts';
import { boundedBody } from './bounded-body.ts';
import { type IncomingFile, readIncomingFile } from './incoming-file.ts';
import { checkMimeType } from './mime-types.ts';
import { mayUpload, type UploadTarget } from './permission.ts';
import { recordFile } from './record.ts';

/**
 * Asks whether the caller may, then writes the file, then the row. No connection to the database is held while bytes
 * arrive, and a crash in between leaves a file without a row, which the sweep removes.
 */
export async function upload(
  storage: Storage,
  target: UploadTarget,
  request: Request,
): Promise<Outcome<ObjectRow>> {
  const bucket = await findTarget(storage, target);
  if (!bucket.ok) return bucket;
  const incoming = await readIncomingFile(request);
  if (!incoming.ok) return incoming;
  const file = incoming.value;
  const limit = limitFor(storage, bucket.value, target.name);
  const accepted = accept(file, bucket.value, target.name, limit);
  if (!accepted.ok) return accepted;
  const announced = {
    mimetype: file.mimeType,
    ...(file.declaredSize === undefined ? {} : { contentLength: file.declaredSize }),
  };
  const allowed = await mayUpload(storage, target, announced, file.userMetadata);
  if (!allowed.ok) return allowed;

  const address = { bucket: target.bucket, name: target.name, version: randomUUID() };
  const stored = await store(storage, address, file, limit);
  if (!stored.ok) return stored;
  const object = {
    ...address,
    id: randomUUID(),
    owner: target.owner,
    metadata: metadataOf(stored.value, file),
    userMetadata: file.userMetadata,
  };
  return recordFile(storage, object, { upsert: target.upsert, operation: target.scope.operation });
}

export async function findTarget(
  { database }: Storage,
  { bucket, name }: { bucket: string; name: string },
): Promise<Outcome<BucketRow>> {
  const bucketName = checkBucketName(bucket);
  if (!bucketName.ok) return bucketName;
  const objectName = checkObjectName(name);
  if (!objectName.ok) return objectName;
  return database.asService((sql) => selectBucket(sql, bucket));
}

export function limitFor({ sizeLimit }: Storage, bucket: BucketRow, name: string): number {
  if (isFolderPlaceholder(name)) return 0;
  return Math.min(sizeLimit, bucket.file_size_limit ?? sizeLimit);
}

export function metadataOf(
  stored: StoredFile,
  file: Pick<IncomingFile, 'mimeType' | 'cacheControl' | 'contentEncoding'>,
): FileMetadata {
  return {
    eTag: stored.etag,
    size: stored.size,
    mimetype: file.mimeType,
    cacheControl: file.cacheControl,
    lastModified: stored.lastModified.toISOString(),
    contentLength: stored.size,
    httpStatusCode: 200,
    ...(file.contentEncoding === undefined ? {} : { contentEncoding: file.contentEncoding }),
  };
}

function accept(file: IncomingFile, bucket: BucketRow, name: string, limit: number): Outcome<unknown> {
  const type = checkMimeType(file.mimeType, isFolderPlaceholder(name) ? null : bucket.allowed_mime_types);
  if (!type.ok) return type;
  return (file.declaredSize ?? 0) > limit ? fail('EntityTooLarge') : succeed(undefined);
}

async function store(
  { files }: Storage,
  address: FileAddress,
  file: IncomingFile,
  limit: number,
): Promise<Outcome<StoredFile>> {
  const headers = { contentType: file.mimeType, cacheControl: file.cacheControl };
  try {
    return succeed(await files.put(address, boundedBody(file.content, limit), headers));
  } catch (error) {
    if (error instanceof BodyTooLarge) return fail('EntityTooLarge');
    if (error instanceof BrokenBody) return fail('InvalidRequest', error.message);
    throw error;
  }
}
