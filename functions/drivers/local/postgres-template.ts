import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, chown, copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { PortError } from '../../core/kernel/errors.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { Accounts } from './accounts.ts';
import { noteApplied } from './applied-scripts.ts';
import { type ClusterMaker, FRESH } from './cluster-maker.ts';
import type { Clusters } from './clusters.ts';
import { copyTree } from './copy-tree.ts';
import { removeOthers } from './cache.ts';
import type { DatabaseScripts } from './database-scripts.ts';
import { attempt, codeOf, FREE_SPACE, unlessAbsent } from './failures.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { applyScripts, setPasswords, SUPERUSER } from './postgres-bootstrap.ts';
import { withConnection } from './postgres-client.ts';
import type { DerivedPasswords } from './postgres-passwords.ts';
import type { PostgresServers } from './postgres-server.ts';
import { POSTGRES_SETTINGS, settingsFile, WAL_SEGMENT_MB } from './postgres-settings.ts';
import type { Owner } from './supervised.ts';
import { syncTree } from './sync-tree.ts';

/** Supabase sorts by ICU's en-US. The C library's part, which ICU leaves it, is called differently on each system. */
const LOCALES = ['C.UTF-8', 'en_US.UTF-8', 'C'];
const HOST_BASED_ACCESS = 'local all all scram-sha-256\nlocal replication all scram-sha-256\n';

export interface TemplateParts {
  readonly accounts: Accounts;
  readonly binaries: PostgresBinaries;
  /** Where the template goes. */
  readonly cache: string;
  readonly clusters: Clusters;
  readonly maker: ClusterMaker;
  readonly passwords: DerivedPasswords;
  readonly random: Random;
  readonly scripts: DatabaseScripts;
  readonly servers: PostgresServers;
}

/** A data directory with everything that all projects have in common; copying it is ten times as fast as initdb. */
export class PostgresTemplate {
  readonly #parts: TemplateParts;
  readonly #path: string;

  constructor(parts: TemplateParts) {
    this.#parts = parts;
    this.#path = join(parts.cache, `template-${fingerprint(parts)}`);
  }

  /** Makes the template unless it is there, and deletes those of other versions. */
  async prepare(): Promise<void> {
    const { cache } = this.#parts;
    if ((await unlessAbsent(stat(this.#path))) === undefined) await this.#make();
    await removeOthers(cache, 'template-', this.#path);
  }

  /** Fills a new cluster's folder. */
  async copyTo(folder: string, owner: Owner | undefined): Promise<void> {
    await copyTree(join(this.#path, 'pgdata'), join(folder, 'pgdata'), owner);
    await copyFile(join(this.#path, 'applied.json'), join(folder, 'applied.json'));
    await writeFile(join(folder, FRESH), '');
  }

  async #make(): Promise<void> {
    const { clusters, maker, scripts, servers } = this.#parts;
    const workshop = clusters.cluster(clusters.newId());
    try {
      await maker.make(workshop, (folder, owner) => this.#initialise(join(folder, 'pgdata'), owner));
      await servers.start(workshop);
      const login = { sockets: workshop.sockets, user: SUPERUSER, password: '' };
      await withConnection(login, ({ client }) => this.#furnish(client));
      await servers.stop(workshop);
      await attempt('make the database template', async () => {
        const draft = `${this.#path}.tmp`;
        await rm(draft, { recursive: true, force: true });
        await mkdir(draft, { mode: 0o700 });
        const data = join(draft, 'pgdata');
        await copyTree(workshop.data, data);
        await writeFile(join(data, 'pg_hba.conf'), HOST_BASED_ACCESS);
        await rm(join(data, 'postmaster.opts'), { force: true });
        await noteApplied(draft, scripts.of(scripts.prepared));
        await syncTree(draft);
        await rename(draft, this.#path);
      });
    } finally {
      await servers.destroy(workshop);
    }
  }

  /** Nobody else can reach the sockets of a cluster, so until it has a password the superuser needs none. */
  async #initialise(path: string, owner: Owner | undefined): Promise<void> {
    const { accounts, binaries } = this.#parts;
    const account = await accounts.named();
    await mkdir(path, { mode: 0o700 });
    if (account !== undefined) await chown(path, account.uid, account.gid);
    const draft = `${path}.initdb`;
    await runInitdb(binaries.initdb, path, account);
    await rename(path, draft);
    await copyTree(draft, path, owner);
    await rm(draft, { recursive: true });
    await appendFile(join(path, 'postgresql.conf'), settingsFile(POSTGRES_SETTINGS));
  }

  async #furnish(client: Client): Promise<void> {
    const { passwords, random, scripts } = this.#parts;
    await applyScripts(client, scripts.of(scripts.prepared));
    const { rowCount } = await client.query("select from pg_extension where extname = 'pg_stat_statements'");
    if (rowCount === 1)
      await client.query("alter system set shared_preload_libraries = 'pg_stat_statements'");
    await setPasswords(client, new Map([[SUPERUSER, passwords.ofTemplate()]]), random);
    await client.query('checkpoint');
  }
}

function fingerprint({ binaries, scripts }: TemplateParts): string {
  const prepared = scripts.of(scripts.prepared).map(({ name, sha256 }) => [name, sha256]);
  const made = [binaries.version, POSTGRES_SETTINGS, WAL_SEGMENT_MB, LOCALES, HOST_BASED_ACCESS, prepared];
  return createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 12);
}

async function runInitdb(initdb: string, path: string, account: Owner | undefined): Promise<void> {
  const options = [
    '-U',
    SUPERUSER,
    '--auth=trust',
    '--encoding=UTF8',
    '--no-sync',
    `--wal-segsize=${WAL_SEGMENT_MB}`,
  ];
  const icu = ['--locale-provider=icu', '--icu-locale=en-US'];
  const failures: string[] = [];
  for (const locale of LOCALES) {
    const args = ['-D', path, ...options, ...icu, `--locale=${locale}`];
    try {
      await promisify(execFile)(initdb, args, { env: { TZ: 'UTC' }, cwd: '/', ...account });
      return;
    } catch (error) {
      const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
      if (codeOf(error) !== undefined && output === '') throw error;
      failures.push(/(?:error|FATAL|PANIC):\s+(.*)/.exec(output)?.[1] ?? output.trim());
      if (!output.includes('locale')) break;
    }
  }
  const failure = failures.at(-1) ?? '';
  throw new PortError(`initdb failed: ${failure}`, { suggestion: adviceOn(failure) });
}

function adviceOn(failure: string): string {
  if (failure.includes('No space left on device')) return FREE_SPACE;
  if (failure.includes('could not look up effective user ID'))
    return 'Start as a user that /etc/passwd knows.';
  return 'Set BASEPLANE_PG_BIN to the folder of another PostgreSQL, 15 to 18.';
}
