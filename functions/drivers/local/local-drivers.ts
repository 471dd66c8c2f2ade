import type { Clock } from '../../core/kernel/clock.port.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { PoolBounds } from '../../core/project/pool-size.ts';
import type { Stack } from '../../core/project/stack.ts';
import { Accounts } from './accounts.ts';
import { LocalBackups } from './backups.ts';
import { ClusterMaker } from './cluster-maker.ts';
import { Clusters } from './clusters.ts';
import { LocalCopies } from './copies.ts';
import { CompileCache } from './compile-cache.ts';
import { LocalCompute } from './compute.ts';
import { prepareHome, prepareRoot } from './data-root.ts';
import type { DatabaseScripts } from './database-scripts.ts';
import { LocalDatabases, type DatabasesParts } from './databases.ts';
import { LocalFunctionFiles } from './function-files.ts';
import { LocalHostnames } from './hostnames.ts';
import { LocalInventory } from './inventory.ts';
import { KeyedLock } from './keyed-lock.ts';
import { LightProcesses, NODE_OPTIONS, type SettingsEnvironment } from './light-process.ts';
import { placeProgram } from './light-program.ts';
import type { Log } from './log.ts';
import { LocalLogs } from './logs.ts';
import { openMasterKey } from './master-key.ts';
import { LocalNotifier } from './notifier.ts';
import { LocalObjects } from './objects.ts';
import { findPostgres } from './postgres-binaries.ts';
import { DerivedPasswords } from './postgres-passwords.ts';
import { PostgresServers } from './postgres-server.ts';
import { PostgresTemplate } from './postgres-template.ts';
import { LocalRoutes } from './routes.ts';
import { LocalSecrets } from './secrets.ts';
import { LocalServices } from './services.ts';
import { Serving } from './serving.ts';
import { SocketFolders } from './socket-folders.ts';
import { Supervisor } from './supervisor.ts';
import { sweep } from './sweep.ts';
import { WarmPool } from './warm-pool.ts';

export interface LocalOptions {
  /** The state directory, absolute and locked by the caller. */
  readonly home: string;
  /** Where clusters go that cannot live in the home, for root: `/var/lib/baseplane`. */
  readonly elsewhere: string;
  /** Where sockets go whose path would be too long: the system's folder for temporary files. */
  readonly temporary: string;
  /** The folder of `postgres` and `initdb`; absent: those that came with the packages. */
  readonly postgresBin?: string | undefined;
  readonly node: string;
  /** The light template's entry file. */
  readonly lightMain: string;
  readonly scripts: DatabaseScripts;
  /** Stacks kept ready for new projects. */
  readonly pool: PoolBounds;
  /** Where clients reach a project. */
  readonly urlOf: (ref: ProjectRef) => string;
  /** Where a project's own functions reach it: an address that needs no name to be resolved. */
  readonly ownUrlOf: (ref: ProjectRef) => string;
  /** What a project's processes are told of its settings. */
  readonly environmentOf: (stack: Stack) => SettingsEnvironment;
  /** `From` of the mails that the control plane sends. */
  readonly sender: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export type LocalDrivers = Awaited<ReturnType<typeof createLocalDrivers>>;

/** Builds the drivers of one state directory; nothing runs before `start`. */
export async function createLocalDrivers(options: LocalOptions) {
  const { home, random, log, scripts, clock } = options;
  const accounts = new Accounts(random);
  await prepareHome(home, accounts.separate);
  const masterKey = await openMasterKey(home, random);
  const identity = masterKey.derive('identity of the state directory').toString('hex');
  const { separate } = accounts;
  const { path: root, cache } = await prepareRoot({ home, separate, elsewhere: options.elsewhere, identity });
  const binaries = await findPostgres({ directory: options.postgresBin, cache, separate });
  const installed = { node: options.node, main: options.lightMain };
  const program = await placeProgram({ installed, cache, separate });

  const sockets = new SocketFolders(root, options.temporary);
  const clusters = new Clusters(root, random, sockets);
  const passwords = new DerivedPasswords(masterKey);
  const supervisor = new Supervisor({ clock, random, log });
  const servers = new PostgresServers({ binaries, clusters, sockets, supervisor });
  const maker = new ClusterMaker({ accounts, clusters, passwords, random });
  const template = new PostgresTemplate({
    accounts,
    binaries,
    cache,
    clusters,
    maker,
    passwords,
    random,
    scripts,
    servers,
  });
  const compiled = new CompileCache({ program, nodeOptions: NODE_OPTIONS, cache });
  const light = new LightProcesses({ supervisor, clusters, program, compiled });
  const pool = new WarmPool({
    bounds: options.pool,
    clock,
    clusters,
    light,
    log,
    maker,
    servers,
    template,
  });
  const secrets = new LocalSecrets(home, { masterKey, random });
  const serving = new Serving(clusters);
  const routes = new LocalRoutes(serving);
  const hostnames = new LocalHostnames(home, options.urlOf);
  const objects = new LocalObjects(root);

  const lock = new KeyedLock();
  const databasesParts: DatabasesParts = {
    clusters,
    lock,
    maker,
    passwords,
    pool,
    random,
    scripts,
    secrets,
    servers,
    template,
  };

  return {
    databases: new LocalDatabases(databasesParts),
    backups: new LocalBackups({ clock, clusters, lock, maker, servers }),
    copies: new LocalCopies({
      clusters,
      lock,
      maker,
      objects,
      passwords,
      random,
      servers,
      sockets,
      supervisor,
    }),
    compute: new LocalCompute({
      clusters,
      light,
      pool,
      serving,
      urlOf: options.urlOf,
      environmentOf: options.environmentOf,
      objects,
      ownUrlOf: options.ownUrlOf,
    }),
    routes,
    services: new LocalServices((ref) => routes.lookup(ref)),
    hostnames,
    logs: new LocalLogs(clusters),
    secrets,
    objects,
    functionFiles: new LocalFunctionFiles({ objects, clusters }),
    inventory: new LocalInventory({ home, clusters, routes, socketsOf: (id) => sockets.of(id) }),
    notifier: new LocalNotifier(home, { sender: options.sender, clock }),
    pool,
    supervisor,
    /** Where the clusters are; the home, unless other users cannot get through to it. */
    root,

    /** Sweeps, makes the database template if there is none, and begins to fill the pool. */
    async start(): Promise<void> {
      await clusters.prepare();
      await sweep({ clusters, sockets, log });
      await Promise.all([template.prepare(), compiled.prepare()]);
      void pool.fill();
    },

    /** Ends everything: first what serves requests, then the databases. */
    async shutdown(): Promise<void> {
      await pool.close();
      for (const source of ['light', 'postgres']) {
        const ending = supervisor.list().filter(({ spec }) => spec.source === source);
        await Promise.all(ending.map((supervised) => supervisor.stop(supervised)));
      }
      await supervisor.closeLogs(root);
      await sockets.clear();
    },
  };
}
