import { createHash } from 'node:crypto';
import { copyFile, type FileHandle, link, mkdir, open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange, Bytes, FileAddress, ListedFile, ObjectFiles, StoredFile } from '../objects.port.ts';
import { removeFile, unlessAbsent } from './absent.ts';
import { DiskUploads } from './disk-uploads.ts';
import { etagOf, hashFile, publish, writeAll } from './durable.ts';
import { DiskPaths, isVersion } from './paths.ts';
import { openStream } from './read-stream.ts';

/** Removing is one system call each; so many at once keep the thread pool free for others. */
const REMOVALS_AT_ONCE = 16;

/** Objects as files below one folder, which nobody else writes to. */
export class DiskFiles implements ObjectFiles {
  readonly uploads: DiskUploads;
  readonly #paths: DiskPaths;

  private constructor(paths: DiskPaths) {
    this.#paths = paths;
    this.uploads = new DiskUploads(paths);
  }

  static async open(root: string): Promise<DiskFiles> {
    const paths = new DiskPaths(root);
    for (const folder of [paths.incoming, paths.objects, paths.uploads])
      await mkdir(folder, { recursive: true, mode: 0o700 });
    return new DiskFiles(paths);
  }

  async put({ version }: FileAddress, body: Bytes): Promise<StoredFile> {
    const staging = this.#paths.staging(version);
    const hash = createHash('md5');
    try {
      const size = await writeNew(staging, (file) => writeAll(file, body, hash));
      await publish(staging, this.#paths.file(version));
      return { size, etag: etagOf(hash), lastModified: new Date() };
    } catch (error) {
      await removeFile(staging);
      throw error;
    }
  }

  async get({ version }: FileAddress, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
    return isVersion(version) ? openStream(this.#paths.file(version), range) : undefined;
  }

  async head({ version }: FileAddress): Promise<StoredFile | undefined> {
    if (!isVersion(version)) return undefined;
    const path = this.#paths.file(version);
    const found = await stat(path).catch(unlessAbsent);
    if (found === undefined) return undefined;
    return { size: found.size, lastModified: found.mtime, etag: etagOf(await hashFile(path)) };
  }

  /** A second name for the same bytes, which are never changed; a copy where the file system knows no such thing. */
  async copy(from: FileAddress, to: FileAddress): Promise<boolean> {
    if (!isVersion(from.version)) return false;
    const source = this.#paths.file(from.version);
    const staging = this.#paths.staging(to.version);
    try {
      await link(source, staging).catch(() => copyDurably(source, staging));
    } catch (error) {
      return unlessAbsent(error) ?? false;
    }
    await publish(staging, this.#paths.file(to.version));
    return true;
  }

  async remove(addresses: readonly FileAddress[]): Promise<void> {
    const paths = addresses
      .filter(({ version }) => isVersion(version))
      .map(({ version }) => this.#paths.file(version));
    for (let next = 0; next < paths.length; next += REMOVALS_AT_ONCE)
      await Promise.all(paths.slice(next, next + REMOVALS_AT_ONCE).map((path) => removeFile(path)));
  }

  async *list(): AsyncIterable<ListedFile> {
    for await (const folder of await opendir(this.#paths.objects)) {
      for await (const { name } of await opendir(join(this.#paths.objects, folder.name))) {
        if (!isVersion(name)) continue;
        yield { version: name, remove: () => removeFile(this.#paths.file(name)) };
      }
    }
  }

  async discardPartial(before: Date): Promise<void> {
    for await (const { name } of await opendir(this.#paths.incoming)) {
      const path = join(this.#paths.incoming, name);
      const found = await stat(path).catch(unlessAbsent);
      if (found !== undefined && found.mtime < before) await removeFile(path);
    }
  }
}

async function writeNew(path: string, write: (file: FileHandle) => Promise<number>): Promise<number> {
  await using file = await open(path, 'wx', 0o600);
  const size = await write(file);
  await file.sync();
  return size;
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await using file = await open(to, 'r+');
  await file.sync();
}
