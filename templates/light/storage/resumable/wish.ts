import { fail, type Outcome, succeed } from '../failures.ts';
import { isFolderPlaceholder } from '../names.ts';
import { parseJsonObject } from '../parse.ts';
import type { Storage } from '../storage.ts';
import { checkMimeType, isHeaderValue } from '../uploads/mime-types.ts';
import { findTarget, limitFor } from '../uploads/upload.ts';

export type UploadMetadata = Readonly<Record<string, string | null>>;

export interface Wish {
  readonly bucket: string;
  readonly name: string;
  readonly mimeType: string;
  readonly cacheControl: string;
  readonly contentEncoding: string | undefined;
  readonly userMetadata: Readonly<Record<string, unknown>> | undefined;
  readonly limit: number;
}

/** Reads what a client says in `Upload-Metadata` of the object it wants to make. */
export async function readWish(storage: Storage, metadata: UploadMetadata = {}): Promise<Outcome<Wish>> {
  const { bucketName, objectName, contentType, cacheControl, contentEncoding } = metadata;
  if (typeof bucketName !== 'string' || typeof objectName !== 'string')
    return fail('InvalidRequest', 'Metadata header is required');
  const target = await findTarget(storage, { bucket: bucketName, name: objectName });
  if (!target.ok) return target;
  const mimeType = contentType ?? 'application/octet-stream';
  const allowed = isFolderPlaceholder(objectName) ? null : target.value.allowed_mime_types;
  const type = checkMimeType(mimeType, allowed);
  if (!type.ok) return type;
  if (!isHeaderValue(contentEncoding ?? 'none'))
    return fail('InvalidRequest', 'Invalid character in response header "content-encoding"');
  const custom = metadata['metadata'];
  return succeed({
    bucket: bucketName,
    name: objectName,
    mimeType,
    cacheControl: /^\d+$/.test(cacheControl ?? '') ? `max-age=${cacheControl}` : 'no-cache',
    contentEncoding: contentEncoding ?? undefined,
    userMetadata: typeof custom === 'string' ? parseJsonObject(custom) : undefined,
    limit: limitFor(storage, target.value, objectName),
  });
}
