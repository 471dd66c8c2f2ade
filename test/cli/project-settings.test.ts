import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MAX_FAILURES } from '../../functions/core/project/login-failures.ts';
import { ask } from '../gateway/request.ts';
import { until } from '../local/cloud.ts';
import { WatchedCloud } from './watched-cloud.ts';

const PASSWORD = 'pass-word-of-the-owner';

let watched: WatchedCloud;
let ref: string;
let key: string;

beforeAll(async () => {
  watched = await WatchedCloud.start();
  const project = await watched.cloud.healthy('set by the CLI', { db_pass: PASSWORD });
  ref = project.ref;
  key = project.keys.anon;
});
afterAll(() => watched.destroy());

const cli = (...args: readonly string[]) => watched.cli(...args, `--remote=${ref}`);
const trial = (...args: readonly string[]) => cli(...args, '--experimental');
const connects = (more = {}) => watched.connects(ref, PASSWORD, more);
const get = async (path: string) => (await watched.cloud.call('GET', `/v1/projects/${ref}${path}`)).body;

describe('the official CLI', () => {
  it('restricts the network, which shuts this machine out and lets it in again', async () => {
    expect(await connects()).toBeUndefined();
    const update = (cidrs: readonly string[], ...more: readonly string[]) => {
      const allowed = cidrs.map((cidr) => `--db-allow-cidr=${cidr}`);
      return trial('network-restrictions', 'update', ...allowed, ...more);
    };
    await update(['8.8.8.0/24']);
    expect(await connects()).toContain('takes no connections from 127.0.0.1');
    expect(await trial('network-restrictions', 'get')).toContain('8.8.8.0/24');
    await update(['127.0.0.1/32', '2001:db8::/32'], '--append', '--bypass-cidr-checks');
    expect(await connects()).toBeUndefined();
    expect(await get('/network-restrictions')).toMatchObject({
      config: { dbAllowedCidrs: ['8.8.8.0/24', '127.0.0.1/32'], dbAllowedCidrsV6: ['2001:db8::/32'] },
    });
    await update(['0.0.0.0/0', '::/0']);
  });

  it('enforces TLS for Postgres, and stops to', async () => {
    const tls = { ssl: { rejectUnauthorized: false } };
    await trial('ssl-enforcement', 'update', '--enable-db-ssl-enforcement');
    expect(await trial('ssl-enforcement', 'get')).toContain('SSL is being enforced');
    expect(await connects()).toMatch(/TLS|SSL/);
    expect(await connects(tls)).toBeUndefined();
    await trial('ssl-enforcement', 'update', '--disable-db-ssl-enforcement');
    expect(await trial('ssl-enforcement', 'get')).toContain('*NOT*');
    expect(await connects()).toBeUndefined();
  });

  it('finds who is banned from Postgres, and lifts the ban', async () => {
    for (let time = 0; time < MAX_FAILURES; time += 1) await watched.connects(ref, 'wrong');
    expect(await connects()).toMatch(/too many|banned/i);
    expect(await trial('network-bans', 'get')).toContain('127.0.0.1');
    await trial('network-bans', 'remove', '--db-unban-ip=127.0.0.1');
    expect(await trial('network-bans', 'get')).not.toContain('127.0.0.1');
    expect(await connects()).toBeUndefined();
  });

  it('serves the project under a vanity subdomain until it is taken back', async () => {
    const vanity = (...args: readonly string[]) => trial('vanity-subdomains', ...args);
    const desired = '--desired-subdomain=nice-name';
    const answers = async () => {
      const host = 'nice-name.localhost';
      const { port } = watched.cloud;
      return (await ask({ port, host, path: '/auth/v1/health', headers: { apikey: key } })).status;
    };
    expect(await vanity('check-availability', desired)).toContain('available: true');
    expect(await answers()).toBe(404);
    await vanity('activate', desired);
    expect(await vanity('get')).toContain('nice-name.localhost');
    expect(await answers()).toBe(200);
    await vanity('delete');
    expect(await vanity('get')).toContain('not-used');
    expect(await answers()).toBe(404);
  });

  it('tells of a custom hostname what is to be published, checks that it is, and forgets it', async () => {
    // `domains create` asks a public resolver first, so the API is asked in its place.
    const path = `/v1/projects/${ref}/custom-hostname/initialize`;
    const answer = await watched.cloud.call('POST', path, { custom_hostname: 'db.example.test' });
    const { value } = z
      .object({
        data: z.object({ result: z.object({ ownership_verification: z.object({ value: z.string() }) }) }),
      })
      .parse(answer.body).data.result.ownership_verification;
    for (const command of ['get', 'reverify']) {
      // It tells people there and scripts at its output.
      const { stderr } = await watched.run(['domains', command, `--remote=${ref}`]);
      expect(stderr).toContain(`_baseplane-challenge.db.example.test TXT -> ${value}`);
    }
    await cli('domains', 'delete');
    expect(await get('/custom-hostname')).toMatchObject({ status: '1_not_started' });
  });

  it('shows the root key of encryption', async () => {
    const { root_key: root } = z.object({ root_key: z.string() }).parse(await get('/pgsodium'));
    expect(await cli('encryption', 'get-root-key')).toContain(root);
  });

  it('lists a snippet and downloads it', async () => {
    const body = { name: 'All of it', sql: 'select 42 as everything;', visibility: 'user' };
    const path = `/platform/projects/${ref}/snippets`;
    const { id } = z.object({ id: z.string() }).parse((await watched.cloud.call('POST', path, body)).body);
    expect(await cli('snippets', 'list')).toMatch(new RegExp(`${id}.*All of it`));
    expect(await cli('snippets', 'download', id)).toContain('select 42 as everything;');
  });

  it('reads the logs: of a service, by what they say, and by SQL', async () => {
    await watched.cloud.client(ref, key).from('a_table_that_is_nowhere').select();
    await watched.cloud.sql(ref, `do $$ begin raise warning 'said by the database'; end $$`);
    const logs = (...args: readonly string[]) => cli('logs', '--output-format=json', ...args);
    const sources = JSON.stringify(JSON.parse(await cli('logs', 'sources', '--output-format=json')));
    expect(sources).toContain('postgres');
    const told =
      (...args: readonly string[]) =>
      async () => {
        const text = await logs(...args);
        return text.includes('a_table_that_is_nowhere') ? text : undefined;
      };
    await until('the request to be in the logs', told('--search=a_table_that_is_nowhere'));
    const query = `select event_message from logs where source = 'edge_logs' limit 50`;
    expect(await until('the request to be found by SQL', told(`--sql=${query}`))).toContain('event_message');
    expect(await logs('--service=auth')).not.toContain('a_table_that_is_nowhere');
  });
});
