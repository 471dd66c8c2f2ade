import { constants } from 'node:fs';
import { chmod, chown, copyFile, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './supervised.ts';

/** As many files at once as libuv has threads for. */
const AT_ONCE = 4;

export interface CopyOptions {
  /** To whom everything copied is given; absent: to nobody but the supervisor. */
  readonly owner?: Owner | undefined;
  /** Lets every user read and run the copy, whatever the original's modes are; otherwise the modes stay. */
  readonly readable?: boolean;
  readonly skip?: (name: string) => boolean;
}

/** Copies a folder; its blocks are shared with the original where the file system can do that. */
export async function copyTree(from: string, to: string, options: CopyOptions = {}): Promise<void> {
  const { owner, readable = false, skip = () => false } = options;
  const files: [string, string][] = [];

  async function finish(target: string, mode: number): Promise<void> {
    const open = (mode & 0o100) === 0 ? 0o644 : 0o755;
    await chmod(target, readable ? open : mode & 0o777);
    if (owner !== undefined) await chown(target, owner.uid, owner.gid);
  }

  async function walk(source: string, target: string): Promise<void> {
    await mkdir(target, { mode: 0o700 });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      const [path, copy] = [join(source, entry.name), join(target, entry.name)];
      if (skip(entry.name)) continue;
      if (entry.isDirectory()) await walk(path, copy);
      else if (entry.isSymbolicLink()) await symlink(await readlink(path), copy);
      else if (entry.isFile()) files.push([path, copy]);
    }
    await finish(target, (await stat(source)).mode);
  }

  await walk(from, to);
  const next = files.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [source, target] of next) {
        await copyFile(source, target, constants.COPYFILE_FICLONE);
        if (readable || owner !== undefined) await finish(target, (await stat(source)).mode);
      }
    }),
  );
}
