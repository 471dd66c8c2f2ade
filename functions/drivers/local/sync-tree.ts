import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './atomic-file.ts';

/** As many files at once as libuv has threads for. */
const AT_ONCE = 4;

/** Makes a folder that was just written outlive a power cut. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const next = files.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const path of next) {
        const file = await open(path, 'r');
        try {
          await file.sync();
        } finally {
          await file.close();
        }
      }
    }),
  );
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...folders, folder]) await syncFolder(path);
}
