import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes what earlier versions left in a cache under the same prefix, half made or whole. */
export async function removeOthers(cache: string, prefix: string, current: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(prefix));
  for (const path of names.map((name) => join(cache, name))) {
    if (path !== current) await rm(path, { recursive: true, force: true });
  }
}
