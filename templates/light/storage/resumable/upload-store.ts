import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { FileAddress, FileHeaders, UnfinishedUpload, UnfinishedUploads } from '../objects.port.ts';
import { UPLOAD_LIFETIME_MS } from '../sweep.ts';
import { readNote, type UploadNote } from './upload-note.ts';

/** What a request that begins an upload has found out about it. */
export interface Beginning {
  readonly address: FileAddress;
  readonly headers: FileHeaders;
  readonly upsert: boolean;
  readonly owner: string | undefined;
}

/** Unfinished uploads as the TUS server takes them, for one request. */
export class UploadStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'expiration', 'termination'];
  beginning: Beginning | undefined;
  /** The server asks for it once more when it is an object already. */
  finished: Upload | undefined;
  readonly #uploads: UnfinishedUploads;

  constructor(uploads: UnfinishedUploads) {
    super();
    this.#uploads = uploads;
  }

  override async create(upload: Upload): Promise<Upload> {
    if (this.beginning === undefined || upload.size === undefined) throw ERRORS.INVALID_LENGTH;
    const { address, headers, upsert, owner } = this.beginning;
    const begun = new Date().toISOString();
    const note: UploadNote = { length: upload.size, begun, metadata: upload.metadata ?? {}, upsert, owner };
    await this.#uploads.begin(address, headers, JSON.stringify(note));
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    if (this.finished?.id === id) return this.finished;
    const { size, note } = await this.existing(id);
    const { length, metadata, begun } = readNote(note);
    return new Upload({ id, offset: size, size: length, metadata, creation_date: begun });
  }

  override async write(stream: Readable, id: string): Promise<number> {
    return this.#uploads.append(id, stream);
  }

  override async remove(id: string): Promise<void> {
    await this.#uploads.drop(id);
  }

  override getExpiration(): number {
    return UPLOAD_LIFETIME_MS;
  }

  async existing(id: string): Promise<UnfinishedUpload> {
    const found = await this.#uploads.find(id);
    if (found === undefined) throw ERRORS.FILE_NOT_FOUND;
    return found;
  }
}
