import { mkdir, readFile, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { projectRefSchema, randomLetters, type ProjectRef } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { codeOf, unlessAbsent } from './failures.ts';
import type { SocketFolders } from './socket-folders.ts';
import type { Owner } from './supervised.ts';

/** Where the parts of one cluster are. Only `data`, `sockets` and `outbox` belong to its owner. */
export interface Cluster {
  readonly id: string;
  readonly folder: string;
  readonly data: string;
  readonly sockets: string;
  readonly logs: string;
  readonly outbox: string;
}

/**
 * The clusters of a root as folders: `clusters/<id>`, and a marker, a link to it, in `pool/<id>` or
 * `projects/<ref>`. What a cluster is for is told by its marker alone, so that handing one over is one rename.
 */
export class Clusters {
  readonly root: string;
  readonly #random: Random;
  readonly #sockets: SocketFolders;

  constructor(root: string, random: Random, sockets: SocketFolders) {
    this.root = root;
    this.#random = random;
    this.#sockets = sockets;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#path('clusters'), { recursive: true, mode: 0o711 });
    for (const folder of ['pool', 'projects'])
      await mkdir(this.#path(folder), { recursive: true, mode: 0o700 });
  }

  /** What holds the clusters. */
  get folder(): string {
    return this.#path('clusters');
  }

  newId(): string {
    return randomLetters(this.#random, 8);
  }

  cluster(id: string): Cluster {
    const folder = this.#path('clusters', id);
    return {
      id,
      folder,
      data: join(folder, 'pgdata'),
      sockets: this.#sockets.of(id),
      logs: join(folder, 'logs'),
      outbox: join(folder, 'outbox'),
    };
  }

  /** The cluster that is marked as the project's, whether its folder is there or not. */
  async ofProject(ref: ProjectRef): Promise<Cluster | undefined> {
    const target = await unlessAbsent(readlink(this.#path('projects', ref)));
    return target === undefined ? undefined : this.cluster(basename(target));
  }

  /** Marks a cluster that is yet to be made as the project's; answers the one that is marked in the end. */
  async mark(ref: ProjectRef): Promise<Cluster> {
    const cluster = this.cluster(this.newId());
    try {
      await symlink(target(cluster.id), this.#path('projects', ref));
      return cluster;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      return (await this.ofProject(ref)) ?? this.mark(ref);
    }
  }

  async unmark(ref: ProjectRef): Promise<void> {
    await rm(this.#path('projects', ref), { force: true });
  }

  async markPooled(id: string): Promise<void> {
    await symlink(target(id), this.#path('pool', id));
  }

  async unmarkPooled(id: string): Promise<void> {
    await rm(this.#path('pool', id), { force: true });
  }

  /** Turns a prepared cluster into the project's; false where somebody else was faster. */
  async claim(id: string, ref: ProjectRef): Promise<boolean> {
    const claimed = rename(this.#path('pool', id), this.#path('projects', ref)).then(() => true);
    return (await unlessAbsent(claimed)) ?? false;
  }

  /** Writes the project's name into the folder too, where the teardown proof looks for it. */
  async label(cluster: Cluster, ref: ProjectRef): Promise<void> {
    await writeFileAtomic(join(cluster.folder, 'ref'), ref);
  }

  /** The folders of `clusters/`, those half made and half deleted too, each with the project it is labelled with. */
  async folders(): Promise<
    readonly { readonly name: string; readonly path: string; readonly ref?: string }[]
  > {
    const names = (await unlessAbsent(readdir(this.#path('clusters')))) ?? [];
    return Promise.all(
      names
        .filter((name) => FOLDER.test(name))
        .map(async (name) => {
          const path = this.#path('clusters', name);
          const ref = await unlessAbsent(readFile(join(path, 'ref'), 'utf8'));
          return ref === undefined ? { name, path } : { name, path, ref };
        }),
    );
  }

  async projects(): Promise<readonly { readonly ref: ProjectRef; readonly cluster: Cluster }[]> {
    const names = (await unlessAbsent(readdir(this.#path('projects')))) ?? [];
    const refs = names.map((name) => projectRefSchema.safeParse(name)).flatMap(({ data }) => data ?? []);
    const found = await Promise.all(refs.map(async (ref) => ({ ref, cluster: await this.ofProject(ref) })));
    return found.flatMap(({ ref, cluster }) => (cluster === undefined ? [] : [{ ref, cluster }]));
  }

  async pooled(): Promise<readonly string[]> {
    return (await unlessAbsent(readdir(this.#path('pool')))) ?? [];
  }

  async isMade(cluster: Cluster): Promise<boolean> {
    return (await unlessAbsent(stat(cluster.data))) !== undefined;
  }

  /** As whom the cluster runs, told by its data directory; undefined: as the supervisor. */
  async owner(cluster: Cluster): Promise<Owner | undefined> {
    const { uid, gid } = await stat(cluster.data);
    return uid === process.getuid?.() ? undefined : { uid, gid };
  }

  /** The uids of all clusters. */
  async uids(): Promise<readonly number[]> {
    const folders = await this.folders();
    const owners = folders.map(({ path }) => unlessAbsent(stat(join(path, 'pgdata'))));
    return (await Promise.all(owners)).flatMap((found) => found?.uid ?? []);
  }

  /** Deletes the folder and the sockets; what is left of it after a crash no longer looks like a cluster. */
  async remove(cluster: Cluster): Promise<void> {
    const gone = `${cluster.folder}.gone`;
    await unlessAbsent(rename(cluster.folder, gone));
    await this.#sockets.remove(cluster.id);
    await rm(gone, { recursive: true, force: true });
  }

  #path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }
}

/** The folder of a cluster: whole, half made, half deleted. Anything else there is not ours to touch. */
const FOLDER = /^[a-z]{8}(?:\.tmp|\.gone)?$/;

/** Relative, so that a state directory can be moved. */
function target(id: string): string {
  return join('..', 'clusters', id);
}
