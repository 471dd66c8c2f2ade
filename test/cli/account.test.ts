import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WatchedCloud } from './watched-cloud.ts';

const PASSWORD = 'pass-word-of-the-owner';
const namedSchema = z.array(z.object({ id: z.string(), name: z.string() }));
const keySchema = z.object({ name: z.string(), api_key: z.string() });

let watched: WatchedCloud;
/** Where the CLI keeps its login. */
let home: string;

beforeAll(async () => {
  watched = await WatchedCloud.start();
  home = mkdtempSync(join(tmpdir(), 'logged-in-'));
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await watched.destroy();
});

describe('the official CLI', () => {
  it('logs in and then says who that is', async () => {
    const { cloud } = watched;
    const kept = { HOME: home, SUPABASE_ACCESS_TOKEN: '' };
    await watched.run(['login', '--token', cloud.local.access_token], { env: kept });
    const profile = await cloud.call('GET', '/v1/profile');
    const { primary_email: email } = z.object({ primary_email: z.string() }).parse(profile.body);
    expect((await watched.run(['whoami'], { env: kept })).stdout).toContain(email);
    expect(watched.seen()).toEqual(['GET /v1/profile 200', 'GET /v1/profile 200']);
  });

  it('creates an organization and lists it', async () => {
    const { cloud } = watched;
    await watched.cli('orgs', 'create', 'Second house');
    const all = namedSchema.parse((await cloud.call('GET', '/v1/organizations')).body);
    const created = all.find(({ name }) => name === 'Second house');
    expect(created).toBeDefined();
    const listed = await watched.cli('orgs', 'list', '--output=json');
    expect(namedSchema.parse(JSON.parse(listed))).toEqual(all);
  });

  it('creates a project, lists it, tells its keys, links it, uses its files, and deletes it', async () => {
    const { cloud } = watched;
    const organization = cloud.local.organization_slug;
    const more = ['--org-id', organization, '--db-password', PASSWORD, '--region', 'us-east-1'];
    const answer: unknown = JSON.parse(
      await watched.cli('projects', 'create', 'by the CLI', ...more, '--output=json'),
    );
    const { id: ref } = z.object({ id: z.string() }).parse(answer);
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    expect(await watched.connects(ref, PASSWORD)).toBeUndefined();
    expect(await watched.cli('projects', 'list')).toMatch(new RegExp(`${ref} .*by the CLI`));

    const keys = await cloud.keys(ref);
    const told = await watched.cli('projects', 'api-keys', `--remote=${ref}`, '--reveal', '--output=json');
    const values = z
      .array(keySchema)
      .parse(JSON.parse(told))
      .map(({ api_key }) => api_key);
    expect(new Set(values)).toEqual(new Set(Object.values(keys)));

    await watched.cli('init');
    await watched.cli('link', `--project-ref=${ref}`);
    expect(watched.read('supabase/.temp/project-ref').trim()).toBe(ref);
    const health = await fetch(`${cloud.url}/p/${ref}/auth/v1/health`, { headers: { apikey: keys.anon } });
    const { version } = z.object({ version: z.string() }).parse(await health.json());
    expect(await watched.cli('services')).toMatch(new RegExp(`supabase/gotrue .*\\b${version}\\b`));

    await storesFiles(ref, keys.serviceRole);

    await watched.cli('projects', 'delete', ref);
    await cloud.reaches(ref, 'gone');
    expect(await watched.cli('projects', 'list')).not.toContain(ref);
    // A dozen commands, each of which starts a program of a hundred megabytes.
  }, 180_000);
});

/** Copies a file up and down, lists and removes it, in the linked project. */
async function storesFiles(ref: string, key: string): Promise<void> {
  const bucket = watched.cloud.client(ref, key).storage;
  expect((await bucket.createBucket('files')).error).toBeNull();
  const storage = (...args: readonly string[]) =>
    watched.cli('storage', ...args, '--remote', '--experimental');
  const names = async () => (await bucket.from('files').list('deep')).data?.map(({ name }) => name);
  watched.write('hello.txt', 'hello from the CLI');
  await storage('cp', 'hello.txt', 'ss:///files/deep/hello.txt');
  expect(await (await bucket.from('files').download('deep/hello.txt')).data?.text()).toBe(
    'hello from the CLI',
  );
  expect(await storage('ls', 'ss:///files/', '--recursive')).toContain('/files/deep/hello.txt');
  await storage('mv', 'ss:///files/deep/hello.txt', 'ss:///files/deep/moved.txt');
  expect(await names()).toEqual(['moved.txt']);
  await storage('cp', 'ss:///files/deep/moved.txt', 'back.txt');
  expect(watched.read('back.txt')).toBe('hello from the CLI');
  await storage('rm', 'ss:///files/deep/moved.txt');
  expect(await names()).toEqual([]);
}
