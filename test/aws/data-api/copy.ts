import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from '../../database/cluster.ts';

const run = promisify(execFile);

/** Its data directory as it is now, while it runs; in a new folder. */
export async function copyOf(cluster: Cluster): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-copy-'));
  const data = join(cluster.host, 'data');
  const { uid, gid } = statSync(data);
  const admin = await cluster.connect('rdsadmin');
  await admin.query("select pg_backup_start('copy', true)");
  await run('cp', ['-a', `${data}/.`, folder]);
  const { rows } = await admin.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
  await admin.end();
  // The log up to the end of the copying.
  await run('cp', ['-a', join(data, 'pg_wal'), folder]);
  const label = join(folder, 'backup_label');
  writeFileSync(label, rows[0]?.labelfile ?? '');
  chownSync(label, uid, gid);
  rmSync(join(folder, 'postmaster.pid'), { force: true });
  return folder;
}
