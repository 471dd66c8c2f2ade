import { open, opendir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  Bytes,
  FileAddress,
  FileHeaders,
  StoredFile,
  UnfinishedUpload,
  UnfinishedUploads,
} from '../objects.port.ts';
import { removeFile, unlessAbsent } from './absent.ts';
import { etagOf, hashFile, publish, writeAll } from './durable.ts';
import { type DiskPaths, isVersion } from './paths.ts';

/** Two files each: the note is the first to come and the last to go, so that no data is without one. */
export class DiskUploads implements UnfinishedUploads {
  readonly #paths: DiskPaths;

  constructor(paths: DiskPaths) {
    this.#paths = paths;
  }

  async begin(address: FileAddress, _headers: FileHeaders, note: string): Promise<void> {
    const options = { mode: 0o600, flag: 'wx', flush: true } as const;
    // Neither names of buckets nor of objects have line breaks.
    const text = [address.bucket, address.name, note].join('\n');
    await writeFile(this.#paths.uploadNote(address.version), text, options);
    await writeFile(this.#paths.uploadData(address.version), '', options);
  }

  async find(version: string): Promise<UnfinishedUpload | undefined> {
    if (!isVersion(version)) return undefined;
    const text = await readFile(this.#paths.uploadNote(version), 'utf8').catch(unlessAbsent);
    const data = await stat(this.#paths.uploadData(version)).catch(unlessAbsent);
    if (text === undefined || data === undefined) return undefined;
    const [bucket = '', name = '', ...note] = text.split('\n');
    return { address: { bucket, name, version }, note: note.join('\n'), size: data.size };
  }

  async append(version: string, body: Bytes): Promise<number> {
    await using file = await open(this.#paths.uploadData(version), 'a');
    try {
      await writeAll(file, body);
    } finally {
      await file.sync();
    }
    return (await file.stat()).size;
  }

  async finish(version: string): Promise<StoredFile> {
    const data = this.#paths.uploadData(version);
    const { size } = await stat(data);
    const etag = etagOf(await hashFile(data));
    await publish(data, this.#paths.file(version));
    await removeFile(this.#paths.uploadNote(version));
    return { size, etag, lastModified: new Date() };
  }

  async drop(version: string): Promise<void> {
    if (!isVersion(version)) return;
    await removeFile(this.#paths.uploadData(version));
    await removeFile(this.#paths.uploadNote(version));
  }

  async begunBefore(time: Date): Promise<readonly string[]> {
    const versions: string[] = [];
    for await (const { name } of await opendir(this.#paths.uploads)) {
      const [, version] = /^(.+)\.note$/.exec(name) ?? [];
      if (version === undefined || !isVersion(version)) continue;
      const note = await stat(join(this.#paths.uploads, name)).catch(unlessAbsent);
      if (note !== undefined && note.mtime < time) versions.push(version);
    }
    return versions;
  }
}
