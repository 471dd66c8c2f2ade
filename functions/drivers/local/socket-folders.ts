import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PortError } from '../../core/kernel/errors.ts';
import { codeOf, unlessAbsent } from './failures.ts';
import type { Owner } from './supervised.ts';

/** What a socket's address holds on macOS, less the closing zero; Linux has four more. */
const LONGEST_PATH = 103;
/** A cluster's folder below the root and the longest socket in it: generations of up to six digits. */
const BELOW_ROOT = '/clusters/abcdefgh/s/light-100000.sock'.length;

/** One folder per cluster for its Unix sockets, in the cluster's own where the path is short enough. */
export class SocketFolders {
  readonly #root: string;
  /** Where the folders are when those of the clusters are too deep; undefined when they are not. */
  readonly #elsewhere: string | undefined;

  constructor(root: string, temporary: string) {
    this.#root = root;
    const name = `baseplane-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;
    this.#elsewhere = Buffer.byteLength(root) + BELOW_ROOT > LONGEST_PATH ? join(temporary, name) : undefined;
  }

  of(clusterId: string): string {
    return this.#elsewhere === undefined
      ? join(this.#root, 'clusters', clusterId, 's')
      : join(this.#elsewhere, clusterId);
  }

  /** Makes the folder, which only the cluster's owner may enter. */
  async make(clusterId: string, owner: Owner | undefined): Promise<void> {
    if (this.#elsewhere !== undefined) await this.#makeElsewhere(this.#elsewhere);
    const folder = this.of(clusterId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  }

  async remove(clusterId: string): Promise<void> {
    await rm(this.of(clusterId), { recursive: true, force: true });
  }

  /** Leaves nothing outside the state directory once every process has ended. */
  async clear(): Promise<void> {
    if (this.#elsewhere !== undefined) await rm(this.#elsewhere, { recursive: true, force: true });
  }

  /** Removes the folders of clusters that are not among `known`. */
  async sweep(known: ReadonlySet<string>): Promise<void> {
    if (this.#elsewhere === undefined) return;
    const names = (await unlessAbsent(readdir(this.#elsewhere))) ?? [];
    for (const name of names.filter((id) => !known.has(id))) await this.remove(name);
  }

  /** A folder in a place where anybody may make one is used only if it is ours. */
  async #makeElsewhere(folder: string): Promise<void> {
    try {
      await mkdir(folder, { mode: 0o711 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) {
      throw new PortError(`${folder} belongs to somebody else.`, {
        suggestion: 'Remove it, or choose a state directory with a shorter path with BASEPLANE_HOME.',
      });
    }
    await chmod(folder, 0o711);
  }
}
