import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { Cloud, START, START_IN, freePort } from './cloud.ts';

const places: string[] = [];
const place = () => {
  const path = mkdtempSync(join(tmpdir(), 'baseplane-start-'));
  places.push(path);
  return path;
};
afterAll(() => places.forEach((path) => rmSync(path, { recursive: true, force: true })));

/** Starts it where it must refuse: what it says on standard error, line by line, and its exit code. */
function refused(env: Record<string, string>): { lines: readonly string[]; code: number | null } {
  const ended = spawnSync(process.execPath, START, {
    cwd: START_IN,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { lines: ended.stderr.trimEnd().split('\n'), code: ended.status };
}

describe('it refuses to start, in one clear line,', () => {
  it('on a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { lines, code } = refused({ BASEPLANE_PORT: port, BASEPLANE_HOME: place() });
    server.close();
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(port)]);
  });

  it('on a state directory in use, which it leaves alone', async () => {
    const cloud = await Cloud.start();
    const { lines, code } = refused({ BASEPLANE_PORT: String(await freePort()), BASEPLANE_HOME: cloud.home });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(cloud.home)]);
    expect((await cloud.call('GET', '/v1/projects')).status).toBe(200);
    await cloud.destroy();
  });

  it('on a state directory of a newer version', async () => {
    const home = place();
    const db = new DatabaseSync(join(home, 'state.db'));
    db.exec('PRAGMA user_version = 9999');
    db.close();
    const { lines, code } = refused({ BASEPLANE_PORT: String(await freePort()), BASEPLANE_HOME: home });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/newer/)]);
  });

  it('on a state directory that is a file', async () => {
    const home = join(place(), 'file');
    writeFileSync(home, '');
    const { lines, code } = refused({ BASEPLANE_PORT: String(await freePort()), BASEPLANE_HOME: home });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(home)]);
  });

  it('without the Postgres binaries', async () => {
    const { lines, code } = refused({
      BASEPLANE_PORT: String(await freePort()),
      BASEPLANE_HOME: place(),
      BASEPLANE_PG_BIN: '/nowhere/bin',
    });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining('/nowhere/bin')]);
  });

  it('on settings that make no sense, naming each', () => {
    const { lines, code } = refused({
      BASEPLANE_PORT: 'http',
      BASEPLANE_POOL: 'many',
      BASEPLANE_HOME: place(),
    });
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringContaining('BASEPLANE_PORT'),
      expect.stringContaining('BASEPLANE_POOL'),
    ]);
  });
});

const isRoot = process.getuid?.() === 0;

describe('it starts', () => {
  // All that other clouds of the tests share is made anew.
  it(
    'where only its user can enter, and says where the databases are then',
    { timeout: 120_000 },
    async () => {
      const home = place();
      chmodSync(home, 0o700);
      const cloud = await Cloud.start({ BASEPLANE_HOME: join(home, 'state') });
      const { ref } = await cloud.healthy('hidden');
      expect(await cloud.sql(ref, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(cloud.output.includes('refuses to run as root')).toBe(isRoot);
      await cloud.call('DELETE', `/v1/projects/${ref}`);
      await cloud.destroy();
    },
  );

  it('in a place with blanks and quotes, and its curl line works when pasted', async () => {
    const home = join(place(), "a 'quoted' $place");
    mkdirSync(home);
    const cloud = await Cloud.start({ BASEPLANE_HOME: home });
    const line = cloud.output.split('\n').find((each) => each.trimStart().startsWith('curl '));
    const pasted = spawnSync('sh', ['-c', `${line} -s`], { encoding: 'utf8', cwd: '/' });
    expect(JSON.parse(pasted.stdout)).toMatchObject({ name: 'my-app', status: 'COMING_UP' });
    await cloud.destroy();
  });

  it('with an old state directory whose local.json was lost', async () => {
    const cloud = await Cloud.start();
    const before = cloud.local.organization_slug;
    await cloud.end();
    rmSync(join(cloud.home, 'local.json'));
    await cloud.launch();
    expect(cloud.local.organization_slug).toBe(before);
    expect((await cloud.call('GET', '/v1/profile')).status).toBe(200);
    await cloud.destroy();
  });

  it('and keeps its token over a restart', async () => {
    const cloud = await Cloud.start();
    const before = cloud.local.access_token;
    await cloud.end();
    await cloud.launch();
    expect(cloud.local.access_token).toBe(before);
    await cloud.destroy();
  });

  it('from a copy of its folder', async () => {
    const copy = place();
    const cloud = await Cloud.start();
    await cloud.end();
    cpSync(cloud.home, copy, { recursive: true });
    const moved = await Cloud.start({ BASEPLANE_HOME: copy });
    expect(moved.local.organization_slug).toBe(cloud.local.organization_slug);
    await moved.destroy();
    await cloud.destroy();
  });
});
