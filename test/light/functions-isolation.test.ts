import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { postgresAvailable } from '../database/cluster.ts';
import { type FunctionsProject, startFunctions } from './functions-project.ts';

/** Runs the code it is sent and tells what came of it. */
const PROBE = `
  globalThis.home = import.meta.dirname;
  Deno.serve(async (request) => {
    try {
      const run = new (async () => {}).constructor(await request.text());
      return Response.json({ value: await run() });
    } catch (error) {
      return Response.json({ refused: error.name });
    }
  });
`;

const Outcome = z.object({ value: z.unknown().optional(), refused: z.string().optional() });
const Text = z.string();

const SECRET = 'a-secret-of-this-project';

const start = () =>
  startFunctions({}, { TOKEN: SECRET, LD_PRELOAD: '/nowhere/library.so', NODE_OPTIONS: '-r /x' });

async function run(project: FunctionsProject, code: string, slug = 'probe') {
  const response = await project.call(slug, { method: 'POST', body: code });
  return Outcome.parse(await response.json());
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout);
}

describe.runIf(postgresAvailable)('the code of a function', () => {
  let project: FunctionsProject;
  /** Where the functions of this project have their sockets, the copies they run from and their temporary files. */
  let work: string;

  beforeAll(async () => {
    project = await start();
    const source = join(project.folder, 'probe/source');
    await mkdir(source, { recursive: true });
    await writeFile(join(project.folder, 'outside.txt'), 'outside');
    await symlink(join(project.folder, 'outside.txt'), join(source, 'linked.txt'));
    await symlink('/etc', join(source, 'etc'));
    await project.deploy('probe', PROBE);
    await project.deploy('other', PROBE);
    await run(project, 'return 1', 'other');
    const { value } = await run(project, 'return Deno.makeTempDir()');
    work = Text.parse(value).replace(/\/runs\/.*$/, '');
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('has its own files and a folder for temporary ones', async () => {
    expect(
      await run(project, `return (await Deno.readTextFile(home + '/index.ts')).includes('globalThis.home')`),
    ).toEqual({
      value: true,
    });
    const write = `const file = await Deno.makeTempFile(); await Deno.writeTextFile(file, 'mine'); return Deno.readTextFile(file)`;
    expect(await run(project, write)).toEqual({ value: 'mine' });
  });

  test.each([
    { what: 'a file of the system', code: () => `Deno.readTextFile('/etc/passwd')` },
    {
      what: 'the environment of the data plane',
      code: () => `Deno.readTextFile('/proc/' + Deno.ppid + '/environ')`,
    },
    { what: 'its own process', code: () => `Deno.readTextFile('/proc/self/environ')` },
    { what: 'a socket it was not given', code: () => `Deno.readTextFile('/dev/fd/0')` },
    { what: 'the deployed files', code: () => `Deno.readTextFile('${project.folder}/probe/function.json')` },
    {
      what: 'another function’s files',
      code: () => `Deno.readTextFile(home.replaceAll('probe', 'other') + '/index.ts')`,
    },
    {
      what: 'another function’s copy',
      code: () => `Array.fromAsync(Deno.readDir('${work}/releases/other'))`,
    },
    {
      what: 'another function as it was compiled',
      code: () => `Array.fromAsync(Deno.readDir(Deno.env.get('DENO_DIR') + '/gen'))`,
    },
    { what: 'other processes’ folders', code: () => `Array.fromAsync(Deno.readDir('${work}'))` },
    { what: 'a folder of everybody', code: () => `Deno.writeTextFile('/tmp/of-a-function', '')` },
    { what: 'its own code', code: () => `Deno.writeTextFile(home + '/index.ts', '')` },
    { what: 'a link to elsewhere', code: () => `Deno.symlink('/etc/passwd', '${work}/link')` },
    { what: 'a program', code: () => `new Deno.Command('/bin/sh').output()` },
    { what: 'a signal', code: () => `Deno.kill(Deno.ppid, 'SIGTERM')` },
    { what: 'a library', code: () => `Deno.dlopen('libc.so.6', {})` },
    { what: 'what the machine is', code: () => `Deno.networkInterfaces()` },
    {
      what: 'the socket of Postgres',
      code: () =>
        `Deno.connect({ transport: 'unix', path: '${project.setting('POSTGRES_HOST')}/.s.PGSQL.5432' })`,
    },
    {
      what: 'the credentials of a cloud machine',
      code: () => `fetch('http://169.254.169.254/latest/meta-data/')`,
    },
    { what: 'the credentials of a container', code: () => `fetch('http://169.254.170.2/v2/credentials/')` },
    { what: 'the same by another spelling', code: () => `fetch('http://[::ffff:169.254.169.254]/latest/')` },
  ])('does not get at $what', async ({ code }) => {
    expect(await run(project, `return ${code()}`)).toMatchObject({ refused: 'NotCapable' });
  });

  test('does not get there by way of Node’s modules either', async () => {
    const connect = `const { connect } = await import('node:net');
      const socket = connect('${project.setting('POSTGRES_HOST')}/.s.PGSQL.5432');
      return new Promise((resolve, reject) => socket.on('connect', resolve).on('error', reject));`;
    expect(await run(project, connect)).toEqual({ refused: 'NotCapable' });
    const spawned = `const { spawnSync } = await import('node:child_process'); return spawnSync('/bin/echo', ['ran']).stdout?.toString() ?? 'nothing'`;
    expect((await run(project, spawned)).value).not.toBe('ran\n');
    expect(
      await run(project, `return (await import('node:fs')).readFileSync('/etc/passwd', 'utf8')`),
    ).toMatchObject({ refused: 'NotCapable' });
  });

  test('does not get there by links among its files, nor by asking', async () => {
    expect(await run(project, `return Deno.readTextFile(home + '/linked.txt')`)).toMatchObject({
      refused: 'NotFound',
    });
    expect(await run(project, `return Deno.readTextFile(home + '/etc/passwd')`)).toMatchObject({
      refused: 'NotFound',
    });
    expect(
      await run(project, `return (await Deno.permissions.request({ name: 'read', path: '/etc' })).state`),
    ).toEqual({ value: 'denied' });
  });

  test('finds in its environment what is its own and nothing of the data plane', async () => {
    const { value } = await run(project, 'return Deno.env.toObject()');
    expect(value).toMatchObject({ TOKEN: SECRET, LD_PRELOAD: '/nowhere/library.so' });
    expect(Object.keys(z.record(z.string(), z.string()).parse(value)).toSorted()).toEqual([
      'DENO_DEPLOYMENT_ID',
      'DENO_DIR',
      'DENO_NODE_SHIM_ACTIVE',
      'DENO_NO_PACKAGE_JSON',
      'DENO_NO_UPDATE_CHECK',
      'DENO_TLS_CA_STORE',
      'LD_PRELOAD',
      'NODE_OPTIONS',
      'NO_COLOR',
      'PATH',
      'SB_EXECUTION_ID',
      'SB_REGION',
      'SUPABASE_ANON_KEY',
      'SUPABASE_PUBLISHABLE_KEYS',
      'SUPABASE_SECRET_KEYS',
      'SUPABASE_SERVICE_ROLE_KEY',
      'SUPABASE_URL',
      'TMPDIR',
      'TOKEN',
    ]);
  });

  test('is reached through the gateway alone, and its secrets are in no process list', () => {
    expect(statSync(work).mode & 0o777).toBe(0o700);
    const functions = childrenOf(project.light.pid);
    expect(functions).toHaveLength(2);
    const { stdout } = spawnSync('ps', ['eww', '-p', functions.join(','), '-o', 'command='], {
      encoding: 'utf8',
    });
    expect(stdout).toContain(`${project.folder}/probe/deno`);
    expect(stdout).toContain('DENO_NO_UPDATE_CHECK');
    expect(stdout).not.toContain(SECRET);
    for (const name of ['SERVICE_ROLE_KEY', 'SECRET_KEYS', 'JWT_SECRET', 'POSTGRES_PASSWORD'])
      expect(stdout + project.light.output()).not.toContain(project.setting(name));
  });
});

describe.runIf(postgresAvailable)('the processes of functions', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('end with the data plane by %s', async (signal) => {
    await using project = await start();
    await project.deploy('probe', PROBE);
    const { value } = await run(project, 'return Deno.makeTempDir()');
    const work = Text.parse(value).replace(/\/runs\/.*$/, '');
    const functions = childrenOf(project.light.pid);
    expect(functions).toHaveLength(1);
    project.light.signal(signal);
    await project.light.ended;
    await expect.poll(() => functions.some(isAlive), { timeout: 10_000 }).toBe(false);
    expect(existsSync(work)).toBe(signal === 'SIGKILL');
    await rm(work, { recursive: true, force: true });
  });
});
