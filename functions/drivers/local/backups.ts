import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TransientError } from '../../core/kernel/errors.ts';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Backup, Backups, Recovery } from '../../core/project/backups.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { backupFolder, backupIds, copyBase, readManifest, recoveryOf } from './base-backup.ts';
import type { Cluster } from './clusters.ts';
import { attempt } from './failures.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { LongWork } from './long-work.ts';
import { recoverCluster, type RecoveryParts } from './recovery.ts';
import { dropBefore, earliest, openArchive } from './wal-archive.ts';

export interface BackupsParts extends RecoveryParts {
  readonly clock: Clock;
  /** Of the databases, by ref: what is copied must not be started, stopped or deleted meanwhile. */
  readonly lock: KeyedLock;
}

/**
 * Copies of a cluster's data directory, and the log since the first of them. All lies in the cluster's folder: it
 * goes with it, and nobody but the supervisor can enter the copies.
 */
export class LocalBackups implements Backups {
  readonly #parts: BackupsParts;
  readonly #recoveries = new LongWork();

  constructor(parts: BackupsParts) {
    this.#parts = parts;
  }

  async refusal(): Promise<undefined> {
    return undefined;
  }

  async list({ ref }: Stack): Promise<readonly Backup[]> {
    const cluster = await this.#parts.clusters.ofProject(ref);
    if (cluster === undefined) return [];
    const history = await recoveryOf(cluster.data);
    return Promise.all(
      (await backupIds(cluster)).map(async (id) => {
        const folder = backupFolder(cluster, id);
        const { name, completed, wal } = await readManifest(folder);
        const continuous = wal !== null && (await recoveryOf(join(folder, 'pgdata'))) === history;
        return { id, name, completed: new Date(completed), continuous };
      }),
    );
  }

  take({ ref }: Stack, { id, name }: Pick<Backup, 'id' | 'name'>): Promise<void> {
    return this.#parts.lock.run(ref, () =>
      attempt('take a backup', async () => {
        const { clock, clusters, maker } = this.#parts;
        const cluster = await this.#made(ref);
        if ((await backupIds(cluster)).includes(id)) return;
        await openArchive(cluster, await clusters.owner(cluster));
        const now = () => clock.now();
        await maker.asSuperuser(cluster, (client) => copyBase(client, cluster, { id, name, now }));
      }),
    );
  }

  drop({ ref }: Stack, ids: readonly number[]): Promise<void> {
    return this.#parts.lock.run(ref, () =>
      attempt('delete backups', async () => {
        const cluster = await this.#parts.clusters.ofProject(ref);
        if (cluster === undefined) return;
        for (const id of ids) await rm(backupFolder(cluster, id), { recursive: true, force: true });
        const left = await Promise.all(
          (await backupIds(cluster)).map((id) => readManifest(backupFolder(cluster, id))),
        );
        const first = earliest(left.flatMap(({ wal }) => wal ?? []));
        if (first !== undefined) await dropBefore(cluster, first);
      }),
    );
  }

  async recover({ ref }: Stack, recovery: Recovery): Promise<boolean> {
    const { clusters, lock } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    if (cluster === undefined) throw new TransientError(`The database of ${ref} is not there.`);
    return this.#recoveries.isDone(`${ref}/${recovery.id}`, () =>
      lock.run(ref, () =>
        attempt('restore the backup', () => recoverCluster(cluster, recovery, this.#parts)),
      ),
    );
  }

  async #made(ref: Stack['ref']): Promise<Cluster> {
    const { clusters } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    if (cluster !== undefined && (await clusters.isMade(cluster))) return cluster;
    throw new TransientError(`The database of ${ref} is not there.`);
  }
}
