import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseState } from '../../core/project/databases.port.ts';
import { PortError } from '../../core/kernel/errors.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { within } from './deadline.ts';
import { attempt, FREE_SPACE, unlessAbsent } from './failures.ts';
import { CLUSTER_NAME, endProcesses, isPostgres, processesUnder } from './orphans.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { SocketFolders } from './socket-folders.ts';
import type { Supervised } from './supervised.ts';
import type { Supervisor } from './supervisor.ts';
import { ARCHIVE_SETTINGS, WAL_VARIABLE, walFolder } from './wal-archive.ts';

/** A clean start takes a tenth of a second; one after a crash replays the log first and is waited for by `state`. */
const START_MS = 10_000;

/** A server that crashed this often in a row will not come up by itself. */
const HOPELESS = 3;

export interface ServerParts {
  readonly binaries: PostgresBinaries;
  readonly clusters: Clusters;
  readonly sockets: SocketFolders;
  readonly supervisor: Supervisor;
}

/** The Postgres processes of the clusters. */
export class PostgresServers {
  readonly #parts: ServerParts;
  readonly #running = new Map<string, Supervised>();
  readonly #stopping = new Set<string>();

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  async state(cluster: Cluster): Promise<Exclude<DatabaseState, 'absent' | 'creating'>> {
    if (this.#stopping.has(cluster.id)) return 'stopping';
    const server = this.#running.get(cluster.id);
    if (server === undefined) return 'stopped';
    if (await this.#accepts(cluster, server)) return 'available';
    return server.crashes >= HOPELESS ? 'failed' : 'starting';
  }

  /**
   * Starts the server unless it runs, with `settings` beside those of its files; answers when it takes connections, or
   * needs longer than usual.
   */
  async start(cluster: Cluster, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const server = this.#running.get(cluster.id) ?? (await this.#launch(cluster, settings));
    const accepts = () => this.#accepts(cluster, server);
    const hopeless = () => server.crashes >= HOPELESS;
    await within(START_MS, async () => (await accepts()) || hopeless());
    if (!hopeless() || (await accepts())) return;
    await this.stop(cluster);
    const full = server.lastWords.includes('No space left on device');
    throw new PortError(`Postgres does not start: ${server.lastWords}`, {
      suggestion: full ? FREE_SPACE : `Its log is in ${cluster.logs}.`,
    });
  }

  async stop(cluster: Cluster): Promise<void> {
    const server = this.#running.get(cluster.id);
    if (server === undefined) return;
    this.#stopping.add(cluster.id);
    try {
      await this.#parts.supervisor.stop(server);
      this.#running.delete(cluster.id);
    } finally {
      this.#stopping.delete(cluster.id);
    }
  }

  /** Ends whatever runs of the cluster and deletes its folder. */
  async destroy(cluster: Cluster): Promise<void> {
    const { clusters, supervisor } = this.#parts;
    await this.stop(cluster);
    await endProcesses(() => processesUnder(cluster.folder, [cluster.id]));
    await supervisor.closeLogs(cluster.logs);
    await clusters.remove(cluster);
  }

  async #launch(cluster: Cluster, settings: Readonly<Record<string, string>>): Promise<Supervised> {
    const { binaries, clusters, sockets, supervisor } = this.#parts;
    return attempt('start Postgres', async () => {
      await requireMajor(cluster, binaries);
      const owner = await clusters.owner(cluster);
      // Two servers on one data directory destroy it. Postgres's own guard is a pid, which may be another's by now.
      await endProcesses(async () => (await processesUnder(cluster.folder, [cluster.id])).filter(isPostgres));
      await sockets.make(cluster.id, owner);
      for (const stale of [join(cluster.data, 'postmaster.pid'), ...socketFiles(cluster)])
        await rm(stale, { force: true });
      const server = await supervisor.start(
        {
          name: `postgres ${cluster.id}`,
          source: 'postgres',
          command: binaries.postgres,
          args: [
            '-D',
            cluster.data,
            '-k',
            cluster.sockets,
            '-c',
            `cluster_name=${CLUSTER_NAME}${cluster.id}`,
            ...Object.entries({ ...ARCHIVE_SETTINGS, ...settings }).flatMap(([name, value]) => [
              '-c',
              `${name}=${value}`,
            ]),
          ],
          cwd: cluster.folder,
          env: { TZ: 'UTC', [WAL_VARIABLE]: walFolder(cluster) },
          ...(owner === undefined ? {} : { owner }),
          stdin: false,
          // Fast shutdown, then the immediate one, which leaves the log to be replayed at the next start.
          stop: [
            ['SIGINT', 6000],
            ['SIGQUIT', 2000],
          ],
        },
        cluster.logs,
        true,
      );
      this.#running.set(cluster.id, server);
      return server;
    });
  }

  /** Postgres writes into its pid file whether it takes connections; pg_ctl waits for the same line. */
  async #accepts(cluster: Cluster, server: Supervised): Promise<boolean> {
    const file = await unlessAbsent(readFile(join(cluster.data, 'postmaster.pid'), 'utf8'));
    const lines = file?.split('\n') ?? [];
    return server.pid !== undefined && lines[0] === String(server.pid) && lines[7]?.trim() === 'ready';
  }
}

/** Where the server of a cluster listens. */
export const socketFile = (cluster: Cluster): string => join(cluster.sockets, '.s.PGSQL.5432');

function socketFiles(cluster: Cluster): readonly string[] {
  const socket = socketFile(cluster);
  return [socket, `${socket}.lock`];
}

async function requireMajor(cluster: Cluster, binaries: PostgresBinaries): Promise<void> {
  const major = Number(await readFile(join(cluster.data, 'PG_VERSION'), 'utf8'));
  if (major === binaries.major) return;
  throw new PortError(
    `This project's data is of PostgreSQL ${major}; the one in use is ${binaries.version}.`,
    {
      suggestion: `Set BASEPLANE_PG_BIN to the folder of a PostgreSQL ${major}.`,
    },
  );
}
