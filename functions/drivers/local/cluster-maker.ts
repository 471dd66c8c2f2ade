import { access, chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { Accounts } from './accounts.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { attempt, codeOf, unlessAbsent } from './failures.ts';
import { setPasswords, SUPERUSER } from './postgres-bootstrap.ts';
import { withConnection } from './postgres-client.ts';
import type { DerivedPasswords } from './postgres-passwords.ts';
import type { Owner } from './supervised.ts';
import { syncTree } from './sync-tree.ts';

export interface MakerParts {
  readonly accounts: Accounts;
  readonly clusters: Clusters;
  readonly passwords: DerivedPasswords;
  readonly random: Random;
}

/** Puts a cluster's `pgdata`, owned by `owner`, and what belongs beside it into `folder`. */
export type Filling = (folder: string, owner: Owner | undefined) => Promise<void>;

/** There while the superuser still has the password of the template, with which it was copied. */
export const FRESH = 'fresh';
const INVALID_PASSWORD = '28P01';

/** Makes the folders of clusters, and lets the control plane in as their superuser. */
export class ClusterMaker {
  readonly #parts: MakerParts;

  constructor(parts: MakerParts) {
    this.#parts = parts;
  }

  /** Makes the folder beside its place and moves it there when it is whole. */
  async make(cluster: Cluster, fill: Filling, ref?: ProjectRef): Promise<void> {
    const { accounts, clusters } = this.#parts;
    const draft = `${cluster.folder}.tmp`;
    const owner = await accounts.allocate(await clusters.uids());
    try {
      await attempt('make a database', async () => {
        await rm(draft, { recursive: true, force: true });
        await mkdir(draft);
        await chmod(draft, accounts.separate ? 0o711 : 0o700);
        if (ref !== undefined) await writeFile(join(draft, 'ref'), ref);
        await mkdir(join(draft, 'logs'), { mode: 0o700 });
        await mkdir(join(draft, 'outbox'), { mode: 0o700 });
        if (owner !== undefined) await chown(join(draft, 'outbox'), owner.uid, owner.gid);
        await fill(draft, owner);
        await syncTree(draft);
        await rename(draft, cluster.folder);
      });
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    } finally {
      accounts.release(owner);
    }
  }

  /** Connects as the superuser; the first time it gets a password that no other cluster has. */
  async asSuperuser<T>(cluster: Cluster, work: (client: Client) => Promise<T>): Promise<T> {
    await this.adopt(cluster);
    const password = this.#parts.passwords.ofSuperuser(cluster.id);
    const login = { sockets: cluster.sockets, user: SUPERUSER, password };
    return withConnection(login, ({ client }) => work(client));
  }

  async adopt(cluster: Cluster): Promise<void> {
    const fresh = join(cluster.folder, FRESH);
    if ((await unlessAbsent(access(fresh).then(() => true))) === undefined) return;
    const { passwords, random } = this.#parts;
    const own = new Map([[SUPERUSER, passwords.ofSuperuser(cluster.id)]]);
    const login = { sockets: cluster.sockets, user: SUPERUSER, password: passwords.ofTemplate() };
    try {
      await withConnection(login, ({ client }) => setPasswords(client, own, random));
    } catch (error) {
      // It has its own already where the file outlived a crash.
      if (codeOf(error) !== INVALID_PASSWORD) throw error;
    }
    await rm(fresh, { force: true });
  }
}
