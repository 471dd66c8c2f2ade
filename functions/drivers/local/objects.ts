import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Objects } from '../../core/project/objects.port.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Stack } from '../../core/project/stack.ts';
import { attempt } from './failures.ts';
import type { Owner } from './supervised.ts';

/** Where the services of a project keep files. */
export interface ProjectFiles {
  readonly storage: string;
  readonly functions: string;
}

/** A folder per project. */
export class LocalObjects implements Objects {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, 'objects');
  }

  async prepare({ ref }: Stack): Promise<void> {
    await attempt('prepare the storage', async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o711 });
      await mkdir(join(this.#folder, ref), { recursive: true, mode: 0o700 });
    });
  }

  /** Makes the project's folders its own user's, who is known only once it has a cluster. */
  async handOver(ref: ProjectRef, owner: Owner | undefined): Promise<ProjectFiles> {
    const folder = join(this.#folder, ref);
    const files = { storage: join(folder, 'storage'), functions: join(folder, 'functions') };
    for (const path of [folder, files.storage, files.functions]) {
      await mkdir(path, { recursive: true, mode: 0o700 });
      if (owner !== undefined) await chown(path, owner.uid, owner.gid);
    }
    return files;
  }

  async delete({ ref }: Stack): Promise<void> {
    await attempt('delete the storage', () => rm(join(this.#folder, ref), { recursive: true, force: true }));
  }
}
