import { createHash } from 'node:crypto';
import type { FileAddress } from '../objects.port.ts';

/** S3's limit. */
const LONGEST_KEY_BYTES = 1024;

/** No bucket can be called so: `~` is not allowed in its name. */
const UPLOADS = '~uploads/';

/**
 * storage-api's layout, so that a project's files are found by the full template too: bucket, name, version. Only two
 * kinds of names are written differently, which storage-api could not keep either: segments that mean something in a
 * path, and names too long for a key.
 */
export class S3Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get all(): string {
    return this.#prefix;
  }

  get uploads(): string {
    return `${this.#prefix}${UPLOADS}`;
  }

  file({ bucket, name, version }: FileAddress): string {
    const key = `${this.#prefix}${plain(bucket)}/${plain(name)}/${version}`;
    if (Buffer.byteLength(key) <= LONGEST_KEY_BYTES) return key;
    const hash = createHash('sha256').update(name).digest('hex');
    return `${this.#prefix}${plain(bucket)}/~${hash}/${version}`;
  }

  uploadNote(version: string): string {
    return `${this.uploads}${version}.json`;
  }

  /** What came after the last whole part. Named by where it starts, so that one that became a part is not read again. */
  uploadTail(version: string, start: number): string {
    return `${this.uploads}${version}.${start}`;
  }

  /** The version in the key of a file; undefined for keys that are none of ours. */
  versionOf(key: string): string | undefined {
    const last = key.slice(key.lastIndexOf('/') + 1);
    return key.startsWith(this.uploads) || !VERSION.test(last) ? undefined : last;
  }
}

const VERSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function plain(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment === '.' || segment === '..' ? segment.replaceAll('.', '%2E') : segment))
    .join('/');
}
