import { Readable } from 'node:stream';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type {
  ByteRange,
  Bytes,
  FileAddress,
  FileHeaders,
  ListedFile,
  ObjectFiles,
  StoredFile,
} from '../objects.port.ts';
import { createS3Client, type S3Place, unlessMissing } from '../../files/s3-client.ts';
import { S3Keys } from './keys.ts';
import { type Bucket, deleteKeys, listBelow } from './requests.ts';
import { S3Uploads } from './s3-uploads.ts';

/** An upload holds about twice this in memory. S3 takes at most 10,000 parts: 80 GB, far above the largest object. */
const PART_SIZE = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** Objects in a bucket of S3, below a prefix that nobody else writes to. */
export class S3Files implements ObjectFiles {
  readonly uploads: S3Uploads;
  readonly #in: Bucket;

  constructor(place: S3Place) {
    const keys = new S3Keys(place.prefix);
    this.#in = { client: createS3Client(place), name: place.bucket, keys };
    this.uploads = new S3Uploads(this.#in);
  }

  async put(address: FileAddress, body: Bytes, headers: FileHeaders): Promise<StoredFile> {
    let size = 0;
    async function* counted(): Bytes {
      for await (const chunk of body) {
        size += chunk.byteLength;
        yield chunk;
      }
    }
    const upload = new Upload({
      client: this.#in.client,
      params: {
        ...this.#at(address),
        Body: Readable.from(counted()),
        ContentType: headers.contentType,
        CacheControl: headers.cacheControl,
      },
      partSize: PART_SIZE,
      queueSize: PARTS_AT_ONCE,
    });
    const { ETag = '' } = await upload.done();
    return { size, etag: ETag, lastModified: new Date() };
  }

  async get(address: FileAddress, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    const wanted = range === undefined ? {} : { Range: `bytes=${range.first}-${range.last}` };
    const found = await this.#in.client
      .send(new GetObjectCommand({ ...this.#at(address), ...wanted }))
      .catch(unlessMissing);
    return found?.Body?.transformToWebStream();
  }

  async head(address: FileAddress): Promise<StoredFile | undefined> {
    const found = await this.#in.client.send(new HeadObjectCommand(this.#at(address))).catch(unlessMissing);
    if (found === undefined) return undefined;
    const { ContentLength: size = 0, ETag: etag = '', LastModified: lastModified = new Date(0) } = found;
    return { size, etag, lastModified };
  }

  async copy(from: FileAddress, to: FileAddress, headers: FileHeaders): Promise<boolean> {
    const source = `${this.#in.name}/${this.#in.keys.file(from)}`;
    const copied = await this.#in.client
      .send(
        new CopyObjectCommand({
          ...this.#at(to),
          CopySource: source.split('/').map(encodeURIComponent).join('/'),
          MetadataDirective: 'REPLACE',
          ContentType: headers.contentType,
          CacheControl: headers.cacheControl,
        }),
      )
      .catch(unlessMissing);
    return copied !== undefined;
  }

  async remove(addresses: readonly FileAddress[]): Promise<void> {
    await deleteKeys(
      this.#in,
      addresses.map((address) => this.#in.keys.file(address)),
    );
  }

  async *list(): AsyncIterable<ListedFile> {
    for await (const { key } of listBelow(this.#in, this.#in.keys.all)) {
      const version = this.#in.keys.versionOf(key);
      if (version !== undefined) yield { version, remove: () => deleteKeys(this.#in, [key]) };
    }
  }

  discardPartial(before: Date): Promise<void> {
    return this.uploads.discardAbandoned(before);
  }

  #at(address: FileAddress) {
    return { Bucket: this.#in.name, Key: this.#in.keys.file(address) };
  }
}
