import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type {
  FunctionFile,
  FunctionFiles,
  PublishedFunction,
} from '../../core/project/function-files.port.ts';
import type { AwsCell } from './cell.ts';
import { expecting } from './errors.ts';
import { functionPrefix } from './names.ts';

/** A bundle is one object: its files' bytes in base64, by path. */
const bundleSchema = z.object({ files: z.record(z.string(), z.base64()) });

/**
 * In the project's prefix, which its role may read: `<slug>/function.json` says which of the objects
 * `<slug>/<bundle>.json` is served, and `.secrets` lies beside the slugs.
 */
export class S3FunctionFiles implements FunctionFiles {
  readonly #cell: AwsCell;
  readonly #s3: S3Client;

  constructor(cell: AwsCell, s3: S3Client) {
    this.#cell = cell;
    this.#s3 = s3;
  }

  async put(ref: ProjectRef, slug: string, bundle: string, files: readonly FunctionFile[]): Promise<void> {
    const contents = files.map(({ path, content }) => [path, Buffer.from(content).toString('base64')]);
    await this.#write(bundleKey(ref, slug, bundle), JSON.stringify({ files: Object.fromEntries(contents) }));
  }

  async get(ref: ProjectRef, slug: string, bundle: string): Promise<readonly FunctionFile[] | undefined> {
    const Key = bundleKey(ref, slug, bundle);
    const found = await expecting(
      this.#s3.send(new GetObjectCommand({ Bucket: this.#cell.bucket, Key })),
      'NoSuchKey',
    );
    const text = await found?.Body?.transformToString();
    if (text === undefined) return undefined;
    const { files } = bundleSchema.parse(JSON.parse(text));
    return Object.entries(files)
      .map(([path, content]) => ({ path, content: Buffer.from(content, 'base64') }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  drop(ref: ProjectRef, slug: string, bundles: readonly string[]): Promise<void> {
    return this.#delete(bundles.map((bundle) => bundleKey(ref, slug, bundle)));
  }

  publish(ref: ProjectRef, published: PublishedFunction): Promise<void> {
    return this.#write(publishedKey(ref, published.slug), JSON.stringify(published));
  }

  retract(ref: ProjectRef, slug: string): Promise<void> {
    return this.#delete([publishedKey(ref, slug)]);
  }

  publishSecrets(ref: ProjectRef, sealed: Uint8Array): Promise<void> {
    return this.#write(`${functionPrefix(ref)}.secrets`, sealed);
  }

  async #write(Key: string, Body: string | Uint8Array): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#cell.bucket, Key, Body }));
  }

  async #delete(keys: readonly string[]): Promise<void> {
    for (const Key of keys) await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#cell.bucket, Key }));
  }
}

const publishedKey = (ref: ProjectRef, slug: string) => `${functionPrefix(ref)}${slug}/function.json`;
const bundleKey = (ref: ProjectRef, slug: string, bundle: string) =>
  `${functionPrefix(ref)}${slug}/${bundle}.json`;
