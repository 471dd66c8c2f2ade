import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { startLight } from './process.ts';
import { makeSettings, type RunningProject, startProject } from './running-project.ts';

const SECRETS = [
  'JWT_SECRET',
  'ANON_KEY',
  'SERVICE_ROLE_KEY',
  'PUBLISHABLE_KEYS',
  'SECRET_KEYS',
  'POSTGRES_PASSWORD',
];

describe('the process', () => {
  test('names all that is wrong with its configuration, and no value', async () => {
    await using light = startLight();
    light.configure({
      PROJECT_REF: 'abcdefghijklmnopqrst',
      JWT_SECRET: 'too-short',
      ANON_KEY: 'x',
      POSTGRES_PORT: 'many',
      SERVICES: 'rest,teapot',
      LISTEN: 'somewhere',
      MAILER_AUTOCONFIRM: 'perhaps',
    });
    expect(await light.ready()).toBeUndefined();
    expect(await light.ended).toBe(2);
    for (const name of [
      'API_EXTERNAL_URL',
      'JWT_SECRET',
      'SERVICE_ROLE_KEY',
      'POSTGRES_HOST',
      'POSTGRES_PORT',
      'POSTGRES_PASSWORD',
      'SERVICES',
      'LISTEN',
      'MAILER_AUTOCONFIRM',
    ])
      expect(light.output()).toContain(`"message":"${name} `);
    expect(light.output()).not.toMatch(/too-short|teapot|somewhere|perhaps/);
  });

  test('refuses keys that do not belong together', async () => {
    await using light = startLight();
    const other = await makeSettings();
    light.configure({ ...(await makeSettings()), ANON_KEY: other['ANON_KEY'] });
    expect(await light.ended).toBe(2);
    expect(light.output()).toContain('ANON_KEY must be a JWT of role anon');
    expect(light.output()).not.toContain(other['ANON_KEY']);
  });

  test('ends when stdin ends before a configuration came, and refuses what is not one', async () => {
    await using waiting = startLight();
    waiting.endStdin();
    expect(await waiting.ended).toBe(2);
    await using confused = startLight();
    confused.configure([]);
    expect(await confused.ended).toBe(2);
  });

  test('takes its settings from the environment too', async () => {
    await using light = startLight(await makeSettings());
    expect(await light.ready()).toMatch(/^127\.0\.0\.1:\d+$/);
    light.signal('SIGTERM');
    expect(await light.ended).toBe(0);
  });

  test('says in one line that its address is taken', async () => {
    await using first = startLight();
    first.configure(await makeSettings());
    const address = await first.ready();
    await using second = startLight();
    second.configure({ ...(await makeSettings()), LISTEN: address });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`could not start to listen on ${address}`);
    expect(second.output()).toContain('"code":"EADDRINUSE"');
    expect(
      second
        .output()
        .trim()
        .split('\n')
        .every((line) => line.startsWith('{')),
    ).toBe(true);
  });

  test('without a database it runs, and says that it is not healthy', async () => {
    await using light = startLight();
    light.configure(await makeSettings());
    const health = await fetch(`http://${await light.ready()}/health`);
    expect([health.status, await health.json()]).toMatchObject([
      503,
      { status: 'unhealthy', services: { db: { healthy: false } } },
    ]);
  });

  test('listens on a Unix socket that others cannot open', async () => {
    await using light = startLight();
    const folder = await mkdtemp(join(tmpdir(), 'light-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'light.sock');
    light.configure({ ...(await makeSettings()), LISTEN: `unix:${path}` });
    expect(await light.ready()).toBe(`unix:${path}`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: path, path: '/nothing' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(404);
  });
});

describe.runIf(postgresAvailable)('a running project', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser);
    await project.database.sql(`
      create function public.nap(seconds float) returns text language sql as $$ select pg_sleep(seconds)::text $$;
    `);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('is healthy in every part', async () => {
    const health = await fetch(`${project.url}/health`);
    const healthy = { healthy: true };
    expect(await health.json()).toEqual({
      status: 'healthy',
      services: { rest: healthy, auth: healthy, graphql: healthy, db: healthy },
    });
  });

  test('shows none of its secrets in its log, its arguments or its environment', async () => {
    const { client, token } = await project.signUp('silent@process.test');
    await client.auth.signInWithPassword({ email: 'silent@process.test', password: 'wrong horse' });
    await fetch(`${project.url}/rest/v1/none?apikey=${project.setting('SECRET_KEYS')}&x=eq.private-value`);
    await project.auth('POST', '/recover', { email: 'silent@process.test' });
    const command = spawnSync('ps', ['eww', '-p', String(project.light.pid), '-o', 'command='], {
      encoding: 'utf8',
    });
    expect(command.stdout).toContain('templates/light/main.ts');
    const told = project.light.output() + command.stdout;
    for (const name of SECRETS) expect(told).not.toContain(project.setting(name));
    for (const value of [token, 'correct horse', 'wrong horse', 'private-value'])
      expect(told).not.toContain(value);
    expect(project.light.output()).toMatch(
      /"method":"GET","path":"\/rest\/v1\/none","status":404,"duration_ms":\d+/,
    );
  });

  test('finishes what it is doing when told to stop, and takes nothing new', async () => {
    // The client sends a request when somebody waits for it.
    const napping = Promise.resolve(project.client('SERVICE_ROLE_KEY').rpc('nap', { seconds: 1 }));
    const begun = async () => {
      const { rows } = await project.database.as('supabase_admin', (db) =>
        db.query(
          `select from pg_stat_activity where query like '%nap%' and state = 'active' and usename = 'light_service'`,
        ),
      );
      return rows.length > 0;
    };
    await expect.poll(begun).toBe(true);
    project.light.signal('SIGTERM');
    const knock = () =>
      fetch(`${project.url}/nothing`).then(
        () => 'open',
        () => 'closed',
      );
    await expect.poll(knock, { interval: 10, timeout: 900 }).toBe('closed');
    expect(await napping).toMatchObject({ status: 200 });
    expect(await project.light.ended).toBe(0);
  });

  test('ends with its supervisor', async () => {
    await using orphan = startLight();
    orphan.configure(await makeSettings());
    await orphan.ready();
    orphan.endStdin();
    expect(await orphan.ended).toBe(0);
  });
});
