import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Objects } from '../../core/project/objects.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { attempt } from './failures.ts';

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

  async delete({ ref }: Stack): Promise<void> {
    await attempt('delete the storage', () => rm(join(this.#folder, ref), { recursive: true, force: true }));
  }
}
