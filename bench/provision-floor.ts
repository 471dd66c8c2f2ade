import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPostgres } from '../functions/drivers/local/postgres-binaries.ts';

/** Postgres refuses root. */
const UID = 29_999;

export interface BareCluster {
  /** The folder of its socket and of all that belongs to it. */
  readonly root: string;
  /** Starts Postgres; resolves when it has answered `select 1`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  remove(): void;
}

/** A copy of the template cluster that takes everybody for whom they say they are. */
async function copyCluster(
  template: string,
  folder: string,
): Promise<BareCluster & { readonly copy: () => void }> {
  const separate = process.getuid?.() === 0;
  const root = mkdtempSync(join(folder, 'floor-'));
  const { postgres } = await findPostgres({ directory: undefined, cache: root, separate });
  if (separate) chownSync(root, UID, UID);
  else chmodSync(root, 0o700);
  const data = join(root, 'pgdata');
  let running: ChildProcess | undefined;
  return {
    root,
    copy() {
      cpSync(template, data, { recursive: true });
      chmodSync(data, 0o700);
      writeFileSync(join(data, 'pg_hba.conf'), 'local all all trust\n');
      if (!separate) return;
      for (const path of ['.', ...readdirSync(data, { recursive: true })])
        chownSync(join(data, String(path)), UID, UID);
    },
    async start() {
      const child = spawn(postgres, ['-D', data, '-k', root, '-c', 'listen_addresses='], {
        stdio: 'ignore',
        ...(separate ? { uid: UID, gid: UID } : {}),
      });
      running = child;
      const died = once(child, 'exit').then(() => {
        throw new Error('Postgres did not start');
      });
      await Promise.race([firstAnswer(root), died]);
      died.catch(() => {});
    },
    async stop() {
      const child = running;
      if (child === undefined) return;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A cluster whose data is there, and which does not run. */
export async function bareCluster(template: string, folder: string): Promise<BareCluster> {
  const { copy, ...cluster } = await copyCluster(template, folder);
  copy();
  return cluster;
}

/** Milliseconds from nothing to the first answer: copy the template cluster, start Postgres on it, `select 1`. */
export async function clusterFloor(template: string, folder: string): Promise<number> {
  const cluster = await copyCluster(template, folder);
  const begun = performance.now();
  cluster.copy();
  await cluster.start();
  const took = performance.now() - begun;
  await cluster.stop();
  cluster.remove();
  return took;
}

async function firstAnswer(socketFolder: string): Promise<void> {
  for (;;) {
    const client = new Client({ host: socketFolder, user: 'supabase_admin', database: 'postgres' });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch {
      // Not there yet; the socket appears within a tenth of a second.
      await new Promise((resolve) => setTimeout(resolve, 5));
    } finally {
      await client.end();
    }
  }
}

/** The template cluster that a cloud has made in its state directory. */
export function templateOf(home: string): string {
  const cache = join(home, 'cache');
  const template = readdirSync(cache).find((name) => name.startsWith('template-'));
  if (template === undefined) throw new Error(`there is no template cluster in ${home}`);
  return join(cache, template, 'pgdata');
}
