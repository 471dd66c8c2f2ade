import { chmod, chown, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Objects } from '../../core/project/objects.port.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Stack } from '../../core/project/stack.ts';
import { copyLiveTree } from './copy-tree.ts';
import { attempt, unlessAbsent } from './failures.ts';
import type { Owner } from './supervised.ts';

/** Where the services of a project keep files. */
export interface ProjectFiles {
  readonly storage: string;
  readonly functions: string;
}

/** Where uploads lie that are not over. */
const UNFINISHED = new Set(['incoming', 'uploads']);

/**
 * A folder per project, and another one for its functions: there its services only read, so that whoever takes them
 * over cannot lead the control plane astray with a link.
 */
export class LocalObjects implements Objects {
  readonly #folder: string;
  readonly #functions: string;

  constructor(root: string) {
    this.#folder = join(root, 'objects');
    this.#functions = join(root, 'functions');
  }

  functionsOf(ref: ProjectRef): string {
    return join(this.#functions, ref);
  }

  async prepare({ ref }: Pick<Stack, 'ref'>): Promise<void> {
    await attempt('prepare the storage', async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o711 });
      await mkdir(join(this.#folder, ref), { recursive: true, mode: 0o700 });
    });
  }

  /** Opens the project's folders to its own user, who is known only once it has a cluster. */
  async handOver(ref: ProjectRef, owner: Owner | undefined): Promise<ProjectFiles> {
    const folder = join(this.#folder, ref);
    const files = { storage: join(folder, 'storage'), functions: this.functionsOf(ref) };
    for (const path of [folder, files.storage]) {
      await mkdir(path, { recursive: true, mode: 0o700 });
      if (owner !== undefined) await chown(path, owner.uid, owner.gid);
    }
    await mkdir(this.#functions, { recursive: true, mode: 0o711 });
    await mkdir(files.functions, { recursive: true, mode: 0o700 });
    await openTo(files.functions, owner, FOLDER_MODE);
    return files;
  }

  /** Gives a project that has no files yet those of another one, to its own user. */
  async copy(from: ProjectRef, to: ProjectRef, owner: Owner | undefined): Promise<void> {
    const source = join(this.#folder, from, 'storage');
    const target = join(this.#folder, to, 'storage');
    await attempt('copy the files', async () => {
      if ((await unlessAbsent(stat(target))) !== undefined) return;
      if ((await unlessAbsent(stat(source))) === undefined) return;
      await this.prepare({ ref: to });
      const draft = `${target}.tmp`;
      await rm(draft, { recursive: true, force: true });
      await copyLiveTree(source, draft, (name) => UNFINISHED.has(name), owner);
      await rename(draft, target);
    });
  }

  async delete({ ref }: Stack): Promise<void> {
    await attempt('delete the storage', async () => {
      for (const folder of [this.#folder, this.#functions])
        await rm(join(folder, ref), { recursive: true, force: true });
    });
  }
}

export const FOLDER_MODE = 0o750;
export const FILE_MODE = 0o640;

/** Lets the group of a project's user read what stays the control plane's own. */
export async function openTo(path: string, owner: Owner | undefined, mode: number): Promise<void> {
  if (owner !== undefined) await chown(path, process.getuid?.() ?? 0, owner.gid);
  await chmod(path, mode);
}
