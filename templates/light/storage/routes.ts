import { emptyBucket } from './buckets/empty-bucket.ts';
import {
  bucketLifecycle,
  changeBucket,
  createBucket,
  getBucket,
  listBuckets,
  removeBucket,
} from './buckets/handlers.ts';
import { sendFile, sendHead, sendInfo } from './downloads/handlers.ts';
import { locateAsCaller, locatePublic, locateSignedFile, locateSignedPicture } from './downloads/locate.ts';
import { sendPicture } from './images/handlers.ts';
import { listObjects } from './listing/list.ts';
import { listObjectsV2 } from './listing/list-v2.ts';
import { purgeCache, status, unsupported, version } from './other-handlers.ts';
import { copyObject } from './relocation/copy.ts';
import { moveObject } from './relocation/move.ts';
import { removeObject, removeObjects } from './removal/handlers.ts';
import { uploadInPieces, uploadInPiecesSigned } from './resumable/handlers.ts';
import { signUploadUrl, signUrl, signUrls } from './signing/handlers.ts';
import type { Handler } from './storage-request.ts';
import { createObject, updateObject, uploadToSignedUrl } from './uploads/handlers.ts';

/** `caller`: with a key or a token that holds. `anybody`: the handler knows who may. */
type Access = 'caller' | 'anybody';

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly operation: string;
  readonly handle: Handler;
}

type Row = readonly [method: string, path: string, access: Access, operation: string, handle: Handler];

/** TUS, once for callers with rights of their own and once for those who were given a signed URL. */
const RESUMABLE: readonly Row[] = (
  [
    ['/upload/resumable/sign', '_signed', 'anybody', uploadInPiecesSigned],
    ['/upload/resumable', '', 'caller', uploadInPieces],
  ] as const
).flatMap(([path, suffix, access, handle]): Row[] => [
  ['OPTIONS', `${path}*`, 'anybody', `tus.options${suffix}`, handle],
  ['POST', path, access, `tus.upload.create${suffix}`, handle],
  ['PATCH', `${path}/*`, access, `tus.upload.part${suffix}`, handle],
  ['HEAD', `${path}/*`, 'anybody', `tus.upload.get${suffix}`, handle],
  ['DELETE', `${path}/*`, access, `tus.upload.delete${suffix}`, handle],
]);

/**
 * In a path `:bucket` is one segment and `*` the rest. The first that fits counts, so words come before buckets. An
 * operation is storage-api's name of it, which policies ask for by `storage.operation()`.
 */
const ROWS: readonly Row[] = [
  ['GET', '/status', 'anybody', 'status', status],
  ['GET', '/health', 'anybody', 'status', status],
  ['GET', '/version', 'anybody', 'version', version],

  ['POST', '/bucket', 'caller', 'bucket.create', createBucket],
  ['GET', '/bucket', 'caller', 'bucket.list', listBuckets],
  ['GET', '/bucket/:bucket', 'caller', 'bucket.get', getBucket],
  ['PUT', '/bucket/:bucket', 'caller', 'bucket.update', changeBucket],
  ['DELETE', '/bucket/:bucket', 'caller', 'bucket.delete', removeBucket],
  ['POST', '/bucket/:bucket/empty', 'caller', 'bucket.empty', emptyBucket],
  ['GET', '/bucket/:bucket/lifecycle', 'caller', 'bucket.get_lifecycle', bucketLifecycle],
  ['PUT', '/bucket/:bucket/lifecycle', 'caller', 'bucket.put_lifecycle', bucketLifecycle],
  ['DELETE', '/bucket/:bucket/lifecycle', 'caller', 'bucket.delete_lifecycle', bucketLifecycle],
  ['DELETE', '/cdn/:bucket', 'caller', 'bucket.purge_cache', purgeCache],
  ['DELETE', '/cdn/:bucket/*', 'caller', 'object.purge_cache', purgeCache],

  ['POST', '/object/list/:bucket', 'caller', 'object.list', listObjects],
  ['POST', '/object/list-v2/:bucket', 'caller', 'object.list_v2', listObjectsV2],
  ['POST', '/object/move', 'caller', 'object.move', moveObject],
  ['POST', '/object/copy', 'caller', 'object.copy', copyObject],
  ['POST', '/object/upload/sign/:bucket/*', 'caller', 'object.sign_upload_url', signUploadUrl],
  ['PUT', '/object/upload/sign/:bucket/*', 'anybody', 'object.upload_signed', uploadToSignedUrl],
  ['POST', '/object/sign/:bucket', 'caller', 'object.sign_many', signUrls],
  ['POST', '/object/sign/:bucket/*', 'caller', 'object.sign', signUrl],
  ['GET', '/object/sign/:bucket/*', 'anybody', 'object.get_signed', sendFile(locateSignedFile)],
  ['HEAD', '/object/sign/:bucket/*', 'anybody', 'object.get_signed', sendHead(locateSignedFile)],
  ['GET', '/object/public/:bucket/*', 'anybody', 'object.get_public', sendFile(locatePublic)],
  ['HEAD', '/object/public/:bucket/*', 'anybody', 'object.info_public', sendHead(locatePublic)],
  ['GET', '/object/info/public/:bucket/*', 'anybody', 'object.info_public', sendInfo(locatePublic)],
  [
    'GET',
    '/object/info/authenticated/:bucket/*',
    'caller',
    'object.info_authenticated',
    sendInfo(locateAsCaller),
  ],
  ['GET', '/object/info/:bucket/*', 'anybody', 'object.info_authenticated', sendInfo(locateAsCaller)],
  ['GET', '/object/authenticated/:bucket/*', 'caller', 'object.get_authenticated', sendFile(locateAsCaller)],
  [
    'HEAD',
    '/object/authenticated/:bucket/*',
    'caller',
    'object.info_authenticated',
    sendHead(locateAsCaller),
  ],
  ['POST', '/object/:bucket/*', 'caller', 'object.upload', createObject],
  ['PUT', '/object/:bucket/*', 'caller', 'object.upload_update', updateObject],
  ['GET', '/object/:bucket/*', 'anybody', 'object.get_authenticated', sendFile(locateAsCaller)],
  ['HEAD', '/object/:bucket/*', 'anybody', 'object.info_authenticated', sendHead(locateAsCaller)],
  ['DELETE', '/object/:bucket', 'caller', 'object.delete_many', removeObjects],
  ['DELETE', '/object/:bucket/*', 'caller', 'object.delete', removeObject],

  ['GET', '/render/image/public/:bucket/*', 'anybody', 'render.image_public', sendPicture(locatePublic)],
  ['GET', '/render/image/sign/:bucket/*', 'anybody', 'render.image_sign', sendPicture(locateSignedPicture)],
  [
    'GET',
    '/render/image/authenticated/:bucket/*',
    'caller',
    'render.image_authenticated',
    sendPicture(locateAsCaller),
  ],

  ...RESUMABLE,

  ...['s3', 'vector', 'iceberg'].map((name): Row => ['*', `/${name}*`, 'anybody', name, unsupported]),
];

export const ROUTES: readonly Route[] = ROWS.map(([method, path, access, operation, handle]) => ({
  method,
  path,
  access,
  operation: `storage.${operation}`,
  handle,
}));
