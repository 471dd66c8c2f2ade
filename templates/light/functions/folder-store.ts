import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionStore } from './store.port.ts';

/** A folder. It is looked at for each request, which is cheaper than one query and misses no deployment. */
export class FolderStore implements FunctionStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async stamp(path: string): Promise<string | undefined> {
    const found = await unlessMissing(stat(join(this.#folder, path), { bigint: true }));
    return found && `${found.ino}-${found.mtimeNs}-${found.size}`;
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return unlessMissing(readFile(join(this.#folder, path)));
  }

  source(slug: string, bundle: string): Promise<string> {
    return Promise.resolve(join(this.#folder, slug, bundle));
  }

  async problem(): Promise<string | undefined> {
    const found = await stat(this.#folder).then(
      (folder) => folder.isDirectory(),
      () => false,
    );
    return found ? undefined : 'The folder of the functions cannot be read.';
  }
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
