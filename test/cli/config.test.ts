import { afterAll, beforeAll, expect, it } from 'vitest';
import { WatchedCloud } from './watched-cloud.ts';

let watched: WatchedCloud;
let ref: string;

beforeAll(async () => {
  watched = await WatchedCloud.start();
  ({ ref } = await watched.cloud.healthy('configured'));
  await cli('init');
});
afterAll(() => watched.destroy());

const cli = (...args: readonly string[]) => watched.cli(...args);
const remote = () => `--remote=${ref}`;
const FILE = 'supabase/config.toml';
const get = async (path: string) => (await watched.cloud.call('GET', `/v1/projects/${ref}${path}`)).body;

it('config: finds what differs, pulls it, and finds nothing more', async () => {
  await watched.cloud.call('PATCH', `/v1/projects/${ref}/config/auth`, {
    password_min_length: 9,
    jwt_exp: 1800,
  });
  await watched.cloud.call('PATCH', `/v1/projects/${ref}/postgrest`, { max_rows: 77 });
  await watched.cloud.call('PATCH', `/v1/projects/${ref}/config/storage`, { fileSizeLimit: 5 * 1024 ** 2 });
  expect(await cli('config', 'diff', remote())).toContain('auth.minimum_password_length [update]');
  await cli('config', 'pull', remote(), '--yes');
  const pulled = watched.read(FILE);
  expect(pulled).toContain('minimum_password_length = 9');
  expect(pulled).toContain('jwt_expiry = 1800');
  expect(pulled).toContain('max_rows = 77');
  expect(pulled).toContain('file_size_limit = "5MiB"');
  expect(await cli('config', 'diff', remote())).toContain('No config differences found.');
  watched.write(FILE, pulled.replace('max_rows = 77', 'max_rows = 78'));
  expect(await cli('config', 'diff', remote())).toContain('api.max_rows [update]');
});

it('config: pushes what differs, which is then in force, and finds nothing more', async () => {
  const changed = watched
    .read(FILE)
    .replace(/max_rows = \d+/, 'max_rows = 2')
    .replace(/minimum_password_length = \d+/, 'minimum_password_length = 11')
    .replace(/file_size_limit = "\w+"/, 'file_size_limit = "3MiB"');
  watched.write(FILE, changed);
  await cli('config', 'push', remote());
  expect(await cli('config', 'diff', remote())).toContain('No config differences found.');
  expect(await get('/postgrest')).toMatchObject({ max_rows: 2 });
  expect(await get('/config/auth')).toMatchObject({ password_min_length: 11 });
  expect(await get('/config/storage')).toMatchObject({ fileSizeLimit: 3 * 1024 ** 2 });
  const { anon } = await watched.cloud.keys(ref);
  const client = watched.cloud.client(ref, anon);
  const { error } = await client.auth.signUp({ email: 'short@example.test', password: 'ten-chars!' });
  expect(error?.message).toContain('11 characters');
});

it('postgres-config: sets, shows and takes back what Postgres then has', async () => {
  const postgres = (...args: readonly string[]) =>
    cli('postgres-config', ...args, remote(), '--experimental', '--yes');
  const inForce = () => watched.cloud.sql(ref, "select current_setting('work_mem') as work_mem");
  expect(await inForce()).toEqual([{ work_mem: '4MB' }]);
  await postgres('update', '--config', 'work_mem=7MB', '--config', 'max_connections=33');
  expect(await inForce()).toEqual([{ work_mem: '7MB' }]);
  expect(await watched.cloud.sql(ref, 'show max_connections')).toEqual([{ max_connections: '33' }]);
  expect(await cli('postgres-config', 'get', remote(), '--experimental')).toContain('7MB');
  await postgres('delete', '--config', 'work_mem');
  expect(await inForce()).toEqual([{ work_mem: '4MB' }]);
  expect(await watched.cloud.sql(ref, 'show max_connections')).toEqual([{ max_connections: '33' }]);
});

it('sso: lists no provider', async () => {
  expect(await cli('sso', 'list', remote())).toContain('IDENTITY PROVIDER ID');
});
