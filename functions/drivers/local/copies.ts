import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { Copies } from '../../core/project/copies.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { disownStatements } from '../postgres/disown.ts';
import { copyApplied, forgetRecovery } from './base-backup.ts';
import { copyAtRest, copyRunning } from './cluster-copy.ts';
import type { ClusterMaker } from './cluster-maker.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { within } from './deadline.ts';
import { attempt } from './failures.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { LongWork } from './long-work.ts';
import type { LocalObjects } from './objects.ts';
import { setPasswords, SUPERUSER } from './postgres-bootstrap.ts';
import { withConnection } from './postgres-client.ts';
import type { DerivedPasswords } from './postgres-passwords.ts';
import type { PostgresServers } from './postgres-server.ts';
import type { SocketFolders } from './socket-folders.ts';
import type { Owner } from './supervised.ts';
import type { Supervisor } from './supervisor.ts';

export interface CopiesParts {
  readonly clusters: Clusters;
  /** Of the databases, by ref: what is copied must not be started, stopped or deleted meanwhile. */
  readonly lock: KeyedLock;
  readonly maker: ClusterMaker;
  readonly objects: LocalObjects;
  readonly passwords: DerivedPasswords;
  readonly random: Random;
  readonly servers: PostgresServers;
  readonly sockets: SocketFolders;
  readonly supervisor: Supervisor;
}

/** Reading the log that was written during the copy. */
const REPLAY_MS = 10 * 60_000;

/** Beginning the copy's own life, nothing in it may reach out for others. */
const ALONE = { max_logical_replication_workers: '0' };

/**
 * A copy is made and made nobody's beside its place, where no gateway leads, and moved there when it is whole. Whoever
 * dies in between begins anew.
 */
export class LocalCopies implements Copies {
  readonly #parts: CopiesParts;
  readonly #work = new LongWork();

  constructor(parts: CopiesParts) {
    this.#parts = parts;
  }

  database({ ref }: Stack, from: Stack): Promise<boolean> {
    const { clusters, lock, maker } = this.#parts;
    return this.#work.isDone(`database ${ref}`, () =>
      lock.run(ref, () =>
        attempt('copy the database', async () => {
          const cluster = (await clusters.ofProject(ref)) ?? (await clusters.mark(ref));
          if (await clusters.isMade(cluster)) return;
          await maker.make(cluster, (folder, owner) => this.#fill(folder, cluster, from.ref, owner), ref);
        }),
      ),
    );
  }

  files({ ref }: Stack, from: Stack): Promise<boolean> {
    const { clusters, objects } = this.#parts;
    return this.#work.isDone(`files ${ref}`, async () => {
      const cluster = await clusters.ofProject(ref);
      if (cluster === undefined || !(await clusters.isMade(cluster))) throw notThere(ref);
      await objects.copy(from.ref, ref, await clusters.owner(cluster));
    });
  }

  async #fill(folder: string, cluster: Cluster, from: ProjectRef, owner: Owner | undefined): Promise<void> {
    const { clusters, lock } = this.#parts;
    const draft = clusters.cluster(basename(folder));
    const source = await lock.run(from, () => this.#take(from, draft.data, owner));
    await copyApplied(source.folder, folder);
    await forgetRecovery(draft.data);
    await this.#disown(draft, source, cluster);
    await rm(join(draft.data, 'postmaster.opts'), { force: true });
  }

  async #take(from: ProjectRef, data: string, owner: Owner | undefined): Promise<Cluster> {
    const { clusters, maker, servers } = this.#parts;
    const source = await clusters.ofProject(from);
    if (source === undefined || !(await clusters.isMade(source))) throw notThere(from);
    const state = await servers.state(source);
    if (state === 'available')
      await maker.asSuperuser(source, (client) => copyRunning(client, source, data, owner));
    else if (state === 'stopped') await copyAtRest(source, data, owner);
    else throw new TransientError(`The database of ${from} is ${state}.`);
    return source;
  }

  async #disown(draft: Cluster, source: Cluster, cluster: Cluster): Promise<void> {
    const { passwords, random, servers, sockets, supervisor } = this.#parts;
    const own = new Map([[SUPERUSER, passwords.ofSuperuser(cluster.id)]]);
    const password = passwords.ofSuperuser(source.id);
    try {
      await servers.start(draft, ALONE);
      await within(REPLAY_MS, async () => (await servers.state(draft)) !== 'starting', 100);
      if ((await servers.state(draft)) !== 'available')
        throw new PortError('Postgres does not start with the copy of the database.');
      await withConnection({ sockets: draft.sockets, user: SUPERUSER, password }, async ({ client }) => {
        for (const statement of disownStatements) await client.query(statement);
        await setPasswords(client, own, random);
      });
    } finally {
      await servers.stop(draft);
      await supervisor.closeLogs(draft.logs);
      await sockets.remove(draft.id);
    }
  }
}

const notThere = (ref: ProjectRef) => new TransientError(`The database of ${ref} is not there.`);
