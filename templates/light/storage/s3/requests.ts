import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  paginateListParts,
  type S3Client,
} from '@aws-sdk/client-s3';
import { unlessMissing } from './client.ts';
import type { S3Keys } from './keys.ts';

/** Where this service's objects are. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly keys: S3Keys;
}

/** S3's limit for one request. */
const REMOVALS_AT_ONCE = 1000;

export async function readObject({ client, name }: Bucket, Key: string): Promise<Uint8Array | undefined> {
  const found = await client.send(new GetObjectCommand({ Bucket: name, Key })).catch(unlessMissing);
  return found?.Body?.transformToByteArray();
}

export async function deleteKeys({ client, name }: Bucket, keys: readonly string[]): Promise<void> {
  for (let next = 0; next < keys.length; next += REMOVALS_AT_ONCE) {
    const Objects = keys.slice(next, next + REMOVALS_AT_ONCE).map((Key) => ({ Key }));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error !== undefined) throw new Error(`S3 kept ${Errors.length} objects: ${error.Code}`);
  }
}

export async function* listBelow(
  { client, name }: Bucket,
  prefix: string,
): AsyncGenerator<{ key: string; modified: Date }> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix }))
    for (const { Key: key = '', LastModified: modified = new Date() } of Contents) yield { key, modified };
}

export async function deleteBelow(bucket: Bucket, prefix: string): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of listBelow(bucket, prefix)) keys.push(key);
  await deleteKeys(bucket, keys);
}

export async function listParts(
  { client, name }: Bucket,
  Key: string,
  UploadId: string,
): Promise<{ number: number; size: number; etag: string | undefined }[]> {
  const parts = [];
  for await (const page of paginateListParts({ client }, { Bucket: name, Key, UploadId }))
    for (const { PartNumber: number = 0, Size: size = 0, ETag: etag } of page.Parts ?? [])
      parts.push({ number, size, etag });
  return parts;
}

export async function* listMultipartUploads({
  client,
  name,
  keys,
}: Bucket): AsyncGenerator<{ key: string; uploadId: string; begun: Date }> {
  let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    const page: Awaited<ReturnType<typeof send>> = await send(client, {
      Bucket: name,
      Prefix: keys.all,
      ...marker,
    });
    for (const { Key: key = '', UploadId: uploadId = '', Initiated: begun = new Date() } of page.Uploads ??
      [])
      yield { key, uploadId, begun };
    const { NextKeyMarker, NextUploadIdMarker } = page;
    marker =
      page.IsTruncated === true && NextKeyMarker !== undefined
        ? {
            KeyMarker: NextKeyMarker,
            ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
          }
        : undefined;
  }
}

function send(client: S3Client, input: ConstructorParameters<typeof ListMultipartUploadsCommand>[0]) {
  return client.send(new ListMultipartUploadsCommand(input));
}
