import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unlessAbsent } from './failures.ts';

/**
 * Writes a file so that a reader, or the next start after a power cut, finds either the old content or the new one.
 * Two writers of one path must not overlap: they would share the draft. `prepare` may give it another owner or mode.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  prepare: (draft: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.draft`);
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await prepare(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes renames and removals inside a folder outlive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await unlessAbsent(open(path, 'r'));
  if (folder === undefined) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
