import { selectObject, selectWithBucket } from '../database/objects.ts';
import type { ObjectRow } from '../database/rows.ts';
import { fail, type Outcome, succeed } from '../failures.ts';
import { checkBucketName, checkObjectName } from '../names.ts';
import { verifyDownloadToken } from '../signing/tokens.ts';
import type { Storage } from '../storage.ts';
import type { StorageRequest } from '../storage-request.ts';

export interface Located {
  readonly object: ObjectRow;
  /** Only of signed URLs: until when, and as which picture. */
  readonly expires?: Date;
  readonly transformations?: string;
}

/** A way to an object: who may take it. */
export type Locate = (storage: Storage, request: StorageRequest) => Promise<Outcome<Located>>;

/** Anybody, if the bucket is public. */
export const locatePublic: Locate = async (storage, request) => {
  const { bucket, name } = request;
  const valid = checkNames(request);
  if (!valid.ok) return valid;
  const found = await storage.database.asService((sql) => selectWithBucket(sql, { bucket, name }));
  if (!found.ok) return found;
  return found.value.isPublic ? present(request, found.value.object) : fail('NoSuchBucket');
};

/**
 * Whoever row-level security lets see it; anybody, if the bucket is public. Whoever comes with a token mostly may see
 * what they ask for, so that is asked first.
 */
export const locateAsCaller: Locate = async (storage, request) => {
  const { scope, anonymous, bucket, name } = request;
  const valid = checkNames(request);
  if (!valid.ok) return valid;
  if (!anonymous) {
    const seen = await storage.database.transaction(scope, (sql) => selectObject(sql, { bucket, name }));
    if (seen.ok || seen.failure.code !== 'NoSuchKey') return seen.ok ? present(request, seen.value) : seen;
  }
  const found = await storage.database.asService((sql) => selectWithBucket(sql, { bucket, name }));
  if (!found.ok) return found;
  if (found.value.isPublic) return present(request, found.value.object);
  return fail(anonymous ? 'NoSuchBucket' : 'NoSuchKey');
};

/** Whoever has a token for it. One that was made for a picture does not give the original away. */
const locateSigned =
  (ofPictures: boolean): Locate =>
  async (storage, request) => {
    const { url, bucket, name } = request;
    const token = url.searchParams.get('token');
    if (token === null) return fail('InvalidRequest', "querystring must have required property 'token'");
    const signed = await verifyDownloadToken(storage, token, `${bucket}/${name}`);
    if (!signed.ok) return signed;
    const { exp, transformations, version } = signed.value;
    if (transformations !== undefined && !ofPictures) return fail('InvalidSignature');
    const object = await storage.database.asService((sql) => selectObject(sql, { bucket, name }));
    if (!object.ok) return object;
    if (version !== undefined && version !== object.value.version) return fail('NoSuchKey');
    const expires = new Date(exp * 1000);
    const located = { object: object.value, expires };
    return succeed(transformations === undefined ? located : { ...located, transformations });
  };

export const locateSignedFile = locateSigned(false);
export const locateSignedPicture = locateSigned(true);

function checkNames({ bucket, name }: StorageRequest): Outcome<string> {
  const bucketName = checkBucketName(bucket);
  return bucketName.ok ? checkObjectName(name) : bucketName;
}

function present({ url }: StorageRequest, object: ObjectRow | undefined): Outcome<Located> {
  const version = url.searchParams.get('versionId') ?? object?.version;
  return object !== undefined && object.version === version ? succeed({ object }) : fail('NoSuchKey');
}
