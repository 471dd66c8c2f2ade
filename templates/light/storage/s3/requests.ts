import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { unlessMissing } from '../../files/s3-client.ts';
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

interface Part {
  readonly number: number;
  readonly size: number;
  readonly etag: string | undefined;
}

export async function listParts({ client, name }: Bucket, Key: string, UploadId: string): Promise<Part[]> {
  const parts: Part[] = [];
  // Not by the SDK's paginator: there is a next marker on the last page too.
  let after: string | undefined = '0';
  while (after !== undefined) {
    const page: ListPartsCommandOutput = await client.send(
      new ListPartsCommand({ Bucket: name, Key, UploadId, PartNumberMarker: after }),
    );
    for (const { PartNumber: number = 0, Size: size = 0, ETag: etag } of page.Parts ?? [])
      parts.push({ number, size, etag });
    after = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  }
  return parts;
}

interface MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly begun: Date;
}

export async function* listMultipartUploads({ client, name, keys }: Bucket): AsyncGenerator<MultipartUpload> {
  let after: ListMultipartUploadsCommandInput | undefined = { Bucket: name, Prefix: keys.all };
  while (after !== undefined) {
    const page: ListMultipartUploadsCommandOutput = await client.send(new ListMultipartUploadsCommand(after));
    for (const { Key: key = '', UploadId: uploadId = '', Initiated: begun = new Date() } of page.Uploads ??
      [])
      yield { key, uploadId, begun };
    const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    after = IsTruncated === true ? { Bucket: name, Prefix: keys.all, KeyMarker, UploadIdMarker } : undefined;
  }
}
