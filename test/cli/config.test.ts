import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cloud } from '../local/cloud.ts';
import { runCli } from './cli.ts';

let cloud: Cloud;
let ref: string;
let cwd: string;

beforeAll(async () => {
  cloud = await Cloud.start({ BASEPLANE_POOL: '1' });
  ({ ref } = await cloud.healthy('configured'));
  cwd = mkdtempSync(join(tmpdir(), 'config-cli-'));
  await cli('init');
});
afterAll(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await cloud.destroy();
});

/** What it printed, provided that its exit code is 0. */
async function cli(...args: readonly string[]): Promise<string> {
  const options = { home: cloud.home, token: cloud.local.access_token, cwd };
  const { code, stdout, stderr } = await runCli(args, options);
  expect(code, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const remote = () => `--remote=${ref}`;
const file = () => join(cwd, 'supabase', 'config.toml');

it('config: finds what differs, pulls it, and finds nothing more', async () => {
  await cloud.call('PATCH', `/v1/projects/${ref}/config/auth`, { password_min_length: 9, jwt_exp: 1800 });
  await cloud.call('PATCH', `/v1/projects/${ref}/postgrest`, { max_rows: 77 });
  await cloud.call('PATCH', `/v1/projects/${ref}/config/storage`, { fileSizeLimit: 5 * 1024 ** 2 });
  expect(await cli('config', 'diff', remote())).toContain('auth.minimum_password_length [update]');
  await cli('config', 'pull', remote(), '--yes');
  const pulled = readFileSync(file(), 'utf8');
  expect(pulled).toContain('minimum_password_length = 9');
  expect(pulled).toContain('jwt_expiry = 1800');
  expect(pulled).toContain('max_rows = 77');
  expect(pulled).toContain('file_size_limit = "5MiB"');
  expect(await cli('config', 'diff', remote())).toContain('No config differences found.');
  writeFileSync(file(), pulled.replace('max_rows = 77', 'max_rows = 78'));
  expect(await cli('config', 'diff', remote())).toContain('api.max_rows [update]');
});

it('postgres-config: sets, shows and takes back what Postgres then has', async () => {
  const postgres = (...args: readonly string[]) =>
    cli('postgres-config', ...args, remote(), '--experimental', '--yes');
  const inForce = () => cloud.sql(ref, "select current_setting('work_mem') as work_mem");
  expect(await inForce()).toEqual([{ work_mem: '4MB' }]);
  await postgres('update', '--config', 'work_mem=7MB', '--config', 'max_connections=33');
  expect(await inForce()).toEqual([{ work_mem: '7MB' }]);
  expect(await cloud.sql(ref, 'show max_connections')).toEqual([{ max_connections: '33' }]);
  expect(await cli('postgres-config', 'get', remote(), '--experimental')).toContain('7MB');
  await postgres('delete', '--config', 'work_mem');
  expect(await inForce()).toEqual([{ work_mem: '4MB' }]);
  expect(await cloud.sql(ref, 'show max_connections')).toEqual([{ max_connections: '33' }]);
});

it('sso: lists no provider', async () => {
  expect(await cli('sso', 'list', remote())).toContain('IDENTITY PROVIDER ID');
});
