import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Objects } from '../../core/project/objects.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { expecting } from './errors.ts';
import { objectPrefix } from './names.ts';
import type { TaskRole } from './task-role.ts';

export interface ObjectsParts {
  readonly cell: AwsCell;
  readonly s3: S3Client;
  readonly role: TaskRole;
}

/** Pages of 1,000 that one call deletes: about half a minute. What is left is found again, by the proof. */
const PAGES = 30;

/** A prefix of the cell's bucket, and the role that gives access to it and to nothing else. */
export class S3Objects implements Objects {
  readonly #parts: ObjectsParts;

  constructor(parts: ObjectsParts) {
    this.#parts = parts;
  }

  prepare(stack: Stack): Promise<void> {
    return this.#parts.role.create(stack);
  }

  async delete({ ref }: Stack): Promise<void> {
    await this.#abortUploads(ref);
    await this.#deleteVersions(ref);
    await this.#parts.role.delete(ref);
  }

  /** The first page always: what it listed is gone by the time that it is asked for again. */
  async #deleteVersions(ref: ProjectRef): Promise<void> {
    const { cell, s3 } = this.#parts;
    for (let page = 0; page < PAGES; page += 1) {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(
        new ListObjectVersionsCommand({ Bucket: cell.bucket, Prefix: objectPrefix(ref) }),
      );
      const found = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (found.length === 0) return;
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: cell.bucket, Delete: { Objects: found, Quiet: true } }),
      );
      if (Errors.length > 0) {
        const codes = [...new Set(Errors.map(({ Code }) => Code))].join(', ');
        throw new TransientError(`${Errors.length} objects of ${ref} could not be deleted: ${codes}.`);
      }
    }
  }

  async #abortUploads(ref: ProjectRef): Promise<void> {
    const { cell, s3 } = this.#parts;
    for (let page = 0; page < PAGES; page += 1) {
      const { Uploads = [] } = await s3.send(
        new ListMultipartUploadsCommand({ Bucket: cell.bucket, Prefix: objectPrefix(ref) }),
      );
      if (Uploads.length === 0) return;
      for (const { Key, UploadId } of Uploads) {
        const abort = new AbortMultipartUploadCommand({ Bucket: cell.bucket, Key, UploadId });
        await expecting(s3.send(abort), 'NoSuchUpload');
      }
    }
  }
}
