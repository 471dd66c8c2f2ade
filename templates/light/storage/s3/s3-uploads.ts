import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import { parseJson } from '../parse.ts';
import type {
  Bytes,
  FileAddress,
  FileHeaders,
  StoredFile,
  UnfinishedUpload,
  UnfinishedUploads,
} from '../objects.port.ts';
import { unlessMissing } from '../../files/s3-client.ts';
import {
  type Bucket,
  deleteBelow,
  listBelow,
  listMultipartUploads,
  listParts,
  readObject,
} from './requests.ts';

/** The least S3 takes for a part that is not the last. */
const PART_SIZE = 5 * 1024 * 1024;

const Note = z.object({
  address: z.object({ bucket: z.string(), name: z.string(), version: z.string() }),
  contentType: z.string(),
  cacheControl: z.string(),
  uploadId: z.string(),
  note: z.string(),
});
type Note = z.infer<typeof Note>;

/**
 * A multipart upload of S3 each, with an object beside it that says what it will be. What is too little for a part
 * waits in another object until more comes.
 */
export class S3Uploads implements UnfinishedUploads {
  readonly #in: Bucket;

  constructor(bucket: Bucket) {
    this.#in = bucket;
  }

  async begin(address: FileAddress, { contentType, cacheControl }: FileHeaders, note: string): Promise<void> {
    const { client, keys } = this.#in;
    const headers = { ContentType: contentType, CacheControl: cacheControl };
    const { UploadId: uploadId = '' } = await client.send(
      new CreateMultipartUploadCommand({ ...this.#at(keys.file(address)), ...headers }),
    );
    const text: Note = { address, contentType, cacheControl, uploadId, note };
    await this.#write(keys.uploadNote(address.version), JSON.stringify(text));
  }

  async find(version: string): Promise<UnfinishedUpload | undefined> {
    const found = await this.#note(version);
    if (found === undefined) return undefined;
    const { size } = await this.#received(found);
    return { address: found.address, note: found.note, size };
  }

  async append(version: string, body: Bytes): Promise<number> {
    const note = await this.#existing(version);
    const received = await this.#received(note);
    let start = received.size - received.tail.byteLength;
    let number = received.parts.length;
    let waiting: Uint8Array[] = [received.tail];
    let size = received.tail.byteLength;
    try {
      for await (const chunk of body) {
        waiting.push(chunk);
        size += chunk.byteLength;
        if (size < PART_SIZE) continue;
        number += 1;
        await this.#uploadPart(note, number, Buffer.concat(waiting));
        start += size;
        waiting = [];
        size = 0;
      }
    } finally {
      if (size > 0) await this.#write(this.#in.keys.uploadTail(version, start), Buffer.concat(waiting));
    }
    return start + size;
  }

  async finish(version: string): Promise<StoredFile> {
    const note = await this.#existing(version);
    const { parts, tail, size } = await this.#received(note);
    const etag =
      parts.length === 0 ? await this.#putWhole(note, tail) : await this.#complete(note, parts, tail);
    await deleteBelow(this.#in, this.#below(version));
    return { size, etag, lastModified: new Date() };
  }

  async drop(version: string): Promise<void> {
    const note = await this.#note(version);
    if (note !== undefined) await this.#abort(this.#in.keys.file(note.address), note.uploadId);
    await deleteBelow(this.#in, this.#below(version));
  }

  async begunBefore(time: Date): Promise<readonly string[]> {
    return (await this.#notes()).filter(({ begun }) => begun < time).map(({ version }) => version);
  }

  /** Aborts what interrupted writes of whole files have left, which S3 would keep and bill for good. */
  async discardAbandoned(before: Date): Promise<void> {
    const resumable = new Set((await this.#notes()).map(({ version }) => version));
    for await (const { key, uploadId, begun } of listMultipartUploads(this.#in)) {
      const version = this.#in.keys.versionOf(key);
      if (version !== undefined && begun < before && !resumable.has(version))
        await this.#abort(key, uploadId);
    }
  }

  async #received(note: Note) {
    const { keys } = this.#in;
    const parts = await listParts(this.#in, keys.file(note.address), note.uploadId);
    const start = parts.reduce((sum, part) => sum + part.size, 0);
    const tail =
      (await readObject(this.#in, keys.uploadTail(note.address.version, start))) ?? new Uint8Array();
    return { parts, tail, size: start + tail.byteLength };
  }

  async #uploadPart(note: Note, PartNumber: number, Body: Uint8Array): Promise<string | undefined> {
    const at = this.#at(this.#in.keys.file(note.address));
    const { ETag } = await this.#in.client.send(
      new UploadPartCommand({ ...at, UploadId: note.uploadId, PartNumber, Body }),
    );
    return ETag;
  }

  async #complete(
    note: Note,
    parts: readonly { number: number; etag: string | undefined }[],
    tail: Uint8Array,
  ): Promise<string> {
    const number = parts.length + 1;
    const last = tail.byteLength === 0 ? [] : [{ number, etag: await this.#uploadPart(note, number, tail) }];
    const Parts = [...parts, ...last].map((part) => ({ PartNumber: part.number, ETag: part.etag }));
    const { ETag = '' } = await this.#in.client.send(
      new CompleteMultipartUploadCommand({
        ...this.#at(this.#in.keys.file(note.address)),
        UploadId: note.uploadId,
        MultipartUpload: { Parts },
      }),
    );
    return ETag;
  }

  async #putWhole(note: Note, body: Uint8Array): Promise<string> {
    const key = this.#in.keys.file(note.address);
    const etag = await this.#write(key, body, note);
    await this.#abort(key, note.uploadId);
    return etag;
  }

  async #write(key: string, Body: Uint8Array | string, headers?: FileHeaders): Promise<string> {
    const { ETag = '' } = await this.#in.client.send(
      new PutObjectCommand({
        ...this.#at(key),
        Body,
        ContentType: headers?.contentType,
        CacheControl: headers?.cacheControl,
      }),
    );
    return ETag;
  }

  async #abort(key: string, UploadId: string): Promise<void> {
    await this.#in.client
      .send(new AbortMultipartUploadCommand({ ...this.#at(key), UploadId }))
      .catch(unlessMissing);
  }

  async #note(version: string): Promise<Note | undefined> {
    const bytes = await readObject(this.#in, this.#in.keys.uploadNote(version));
    return bytes === undefined ? undefined : Note.parse(parseJson(Buffer.from(bytes).toString()));
  }

  async #existing(version: string): Promise<Note> {
    const note = await this.#note(version);
    if (note === undefined) throw new Error('There is no such unfinished upload.');
    return note;
  }

  async #notes(): Promise<{ version: string; begun: Date }[]> {
    const { keys } = this.#in;
    const notes: { version: string; begun: Date }[] = [];
    for await (const { key, modified } of listBelow(this.#in, keys.uploads)) {
      const version = key.slice(keys.uploads.length).replace(/\.json$/, '');
      if (key === keys.uploadNote(version)) notes.push({ version, begun: modified });
    }
    return notes;
  }

  #below(version: string): string {
    return `${this.#in.keys.uploads}${version}.`;
  }

  #at(Key: string) {
    return { Bucket: this.#in.name, Key };
  }
}
