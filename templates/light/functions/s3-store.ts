import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { FilePlace } from '../files/place.ts';
import { createS3Client } from '../files/s3-client.ts';
import type { FunctionStore } from './store.port.ts';

type S3Place = Extract<FilePlace, { kind: 's3' }>;

interface Known {
  readonly etag: string | undefined;
  readonly content: Uint8Array | undefined;
  readonly at: number;
}

/** How long what S3 has said holds: a deployment is served after this at the latest. */
const FRESH_MS = 2000;

/** Callers choose the names that S3 is asked for, so what is remembered of them is limited. */
const MAX_KNOWN = 2000;

/** S3 answers 403 for what is not there to those who may not list the bucket, as it does for what they may not read. */
const MISSING = new Set(['NoSuchKey', 'AccessDenied', 'Forbidden', 'NotFound']);

const Bundle = z.object({ files: z.record(z.string(), z.base64()) });

/** A prefix of a bucket, asked again by ETag when somebody calls a function. */
export class S3Store implements FunctionStore {
  readonly #place: S3Place;
  readonly #client: S3Client;
  readonly #folder: () => Promise<string>;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<Known>>();
  #problem: string | undefined;

  /** `folder`: for copies of the bundles. */
  constructor(place: S3Place, folder: () => Promise<string>) {
    this.#place = place;
    this.#client = createS3Client(place);
    this.#folder = folder;
  }

  async stamp(path: string): Promise<string | undefined> {
    return (await this.#current(path)).etag;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return (await this.#current(path)).content;
  }

  async source(slug: string, bundle: string): Promise<string> {
    const target = join(await this.#folder(), slug, bundle);
    const made = await stat(target).then(
      () => true,
      () => false,
    );
    if (made) return target;
    const { content } = await this.#ask(`${slug}/${bundle}.json`, undefined);
    if (content === undefined) throw new Error(`S3 has no bundle ${bundle} of the function ${slug}`);
    const { files } = Bundle.parse(JSON.parse(Buffer.from(content).toString()));
    const draft = `${target}.${performance.now()}.draft`;
    for (const [path, base64] of Object.entries(files)) {
      const file = resolve(draft, path);
      if (!file.startsWith(`${draft}${sep}`))
        throw new Error(`a file of the function ${slug} leaves its folder`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, Buffer.from(base64, 'base64'));
    }
    await rename(draft, target).catch(async (error: unknown) => {
      await rm(draft, { recursive: true });
      // Somebody else has made it meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
    });
    return target;
  }

  problem(): Promise<string | undefined> {
    return Promise.resolve(this.#problem);
  }

  #current(path: string): Promise<Known> {
    const known = this.#known.get(path);
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return Promise.resolve(known);
    const asked = this.#asking.get(path) ?? this.#ask(path, known).finally(() => this.#asking.delete(path));
    this.#asking.set(path, asked);
    return asked.then((found) => {
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(path, found);
      return found;
    });
  }

  async #ask(path: string, known: Known | undefined): Promise<Known> {
    const { bucket, prefix } = this.#place;
    const condition = known?.etag === undefined ? {} : { IfNoneMatch: known.etag };
    const at = performance.now();
    try {
      const found = await this.#client.send(
        new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${path}`, ...condition }),
      );
      const content = await found.Body?.transformToByteArray();
      this.#problem = undefined;
      return { etag: found.ETag, content, at };
    } catch (error) {
      if (known !== undefined && statusOf(error) === 304) return { ...known, at };
      if (error instanceof Error && MISSING.has(error.name))
        return { etag: undefined, content: undefined, at };
      this.#problem = 'S3 cannot be asked for the functions.';
      throw error;
    }
  }
}

function statusOf(error: unknown): unknown {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
    ? metadata.httpStatusCode
    : undefined;
}
