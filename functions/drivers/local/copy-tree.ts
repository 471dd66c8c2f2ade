import { constants, createWriteStream } from 'node:fs';
import {
  type FileHandle,
  chmod,
  chown,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readlink,
  stat,
  symlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf, unlessAbsent } from './failures.ts';
import type { Owner } from './supervised.ts';

/** As many files at once as libuv has threads for. */
const AT_ONCE = 4;

/** Copies a folder for one user alone. Its blocks are shared with the original where the file system can do that. */
export async function copyTree(from: string, to: string, owner?: Owner): Promise<void> {
  await eachFile(from, to, {
    async folder(target) {
      await mkdir(target, { mode: 0o700 });
      if (owner !== undefined) await chown(target, owner.uid, owner.gid);
    },
    async file(source, target) {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      if (owner !== undefined) await chown(target, owner.uid, owner.gid);
    },
  });
}

/**
 * Copies a folder that its user is writing to; what is deleted meanwhile may or may not be in the copy. Of what the
 * user does not own nothing is: a link that is put there must not lead to what only this process may read.
 */
export async function copyLiveTree(
  from: string,
  to: string,
  skip: (name: string) => boolean,
  owner?: Owner,
): Promise<void> {
  const { uid } = await stat(from);
  const copy = uid === process.getuid?.() ? cloneFile : copyFileOf(uid);
  await eachFile(from, to, {
    skip,
    async folder(target) {
      await mkdir(target, { mode: 0o700 });
      if (owner !== undefined) await chown(target, owner.uid, owner.gid);
    },
    async file(source, target) {
      await unlessAbsent(copy(source, target));
      if (owner !== undefined) await unlessAbsent(chown(target, owner.uid, owner.gid));
    },
  });
}

const cloneFile = (source: string, target: string) => copyFile(source, target, constants.COPYFILE_FICLONE);

/** Not through a link. */
async function openOwn(source: string): Promise<FileHandle | undefined> {
  try {
    return await open(source, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ELOOP') return undefined;
    throw error;
  }
}

const copyFileOf =
  (uid: number) =>
  async (source: string, target: string): Promise<void> => {
    const file = await openOwn(source);
    if (file === undefined) return;
    try {
      const found = await file.stat();
      if (found.uid !== uid || !found.isFile()) return;
      await pipeline(
        file.createReadStream({ autoClose: false }),
        createWriteStream(target, { mode: found.mode & 0o700 }),
      );
    } finally {
      await file.close();
    }
  };

const OWNER_RUNS = 0o100;
const OTHERS_MAY_READ = 0o004;
/** Another file system, one without links, or a file that has as many as it can. */
const NOT_LINKABLE = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK']);

/**
 * Copies programs for every user of the machine to run, whatever the modes of the originals are. A file that is
 * open to all already is linked instead: nobody writes to these.
 */
export async function publishTree(
  from: string,
  to: string,
  skip: (name: string) => boolean = () => false,
): Promise<void> {
  await eachFile(from, to, {
    skip,
    async folder(target) {
      await mkdir(target);
      await chmod(target, 0o755);
    },
    async file(source, target) {
      const { mode } = await stat(source);
      if ((mode & OTHERS_MAY_READ) !== 0 && (await linked(source, target))) return;
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, (mode & OWNER_RUNS) === 0 ? 0o644 : 0o755);
    },
  });
}

async function linked(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (error) {
    if (NOT_LINKABLE.has(codeOf(error) ?? '')) return false;
    throw error;
  }
}

interface Copying {
  readonly skip?: (name: string) => boolean;
  readonly folder: (target: string) => Promise<void>;
  readonly file: (source: string, target: string) => Promise<void>;
}

async function eachFile(from: string, to: string, { skip, folder, file }: Copying): Promise<void> {
  const files: [string, string][] = [];

  async function walk(source: string, target: string): Promise<void> {
    await folder(target);
    for (const entry of await readdir(source, { withFileTypes: true })) {
      const [path, copy] = [join(source, entry.name), join(target, entry.name)];
      if (skip?.(entry.name) === true) continue;
      if (entry.isDirectory()) await walk(path, copy);
      else if (entry.isSymbolicLink()) await symlink(await readlink(path), copy);
      else if (entry.isFile()) files.push([path, copy]);
    }
  }

  await walk(from, to);
  const next = files.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [source, target] of next) await file(source, target);
    }),
  );
}
