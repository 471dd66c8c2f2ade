import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud, type Keys, until } from '../local/cloud.ts';
import { type CliResult, runCli } from './cli.ts';
import { FunctionsFolder } from './functions-folder.ts';
import { WatchedApi } from './watched-api.ts';

type Project = { readonly ref: string; readonly keys: Keys };

let cloud: Cloud;
let api: WatchedApi;
let first: Project;
let second: Project;

beforeAll(async () => {
  cloud = await Cloud.start();
  api = await WatchedApi.before({ url: cloud.url });
  [first, second] = await Promise.all([cloud.healthy('first'), cloud.healthy('second')]);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await cloud.destroy();
});

async function cli(
  folder: FunctionsFolder,
  { ref }: Project,
  ...args: readonly string[]
): Promise<CliResult> {
  const { url: apiUrl } = api;
  const token = cloud.local.access_token;
  const ended = await runCli([...args, `--remote=${ref}`], {
    home: cloud.home,
    apiUrl,
    token,
    cwd: folder.path,
  });
  expect(api.faults(), args.join(' ')).toEqual([]);
  return ended;
}

/** What it printed, provided that its exit code is 0. */
async function succeeds(running: Promise<CliResult>): Promise<string> {
  const { code, stdout, stderr } = await running;
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const deploy = (folder: FunctionsFolder, project: Project, ...more: readonly string[]) =>
  cli(folder, project, 'functions', 'deploy', ...more, '--use-api');

const invoke = async ({ ref, keys }: Project, name: string): Promise<unknown> => {
  const { data, error } = await cloud.client(ref, keys.anon).functions.invoke(name);
  if (error !== null) throw error;
  return data;
};

const listed = z.array(z.object({ slug: z.string(), version: z.number(), verify_jwt: z.boolean() }));

async function list(folder: FunctionsFolder, project: Project) {
  const stdout = await succeeds(cli(folder, project, 'functions', 'list', '--output=json'));
  return listed.parse(JSON.parse(stdout));
}

const answering = (text: string) =>
  `Deno.serve(() => new Response('${text}', { headers: { 'content-type': 'text/plain' } }));`;

/** Tells what its environment has under these names. */
const TELL = `Deno.serve(() => Response.json(Deno.env.toObject()));`;

describe('the official CLI', () => {
  it('deploys functions that are then called, with shared files, an import map and static files', async () => {
    using folder = new FunctionsFolder(`
      [functions.hello]
      static_files = ["./functions/hello/*.txt"]
    `);
    folder.fn(
      'hello',
      `import { greet } from '../_shared/greet.ts';
       import { name } from '@own/name';
       Deno.serve(async () => Response.json({
         greeting: greet(name),
         file: await Deno.readTextFile(new URL('./note.txt', import.meta.url)),
       }));`,
    );
    folder.write(
      'supabase/functions/_shared/greet.ts',
      'export const greet = (name: string) => `Hello ${name}`;',
    );
    folder.write('supabase/functions/hello/name.ts', `export const name = 'Ada';`);
    folder.write('supabase/functions/hello/deno.json', '{ "imports": { "@own/name": "./name.ts" } }');
    folder.write('supabase/functions/hello/note.txt', 'a note');
    await succeeds(deploy(folder, first, 'hello'));
    expect(await invoke(first, 'hello')).toEqual({ greeting: 'Hello Ada', file: 'a note' });
    expect(await list(folder, first)).toContainEqual({ slug: 'hello', version: 1, verify_jwt: true });
    const withoutToken = await fetch(`${cloud.url}/p/${first.ref}/functions/v1/hello`);
    expect(withoutToken.status).toBe(401);
  });

  it('downloads what it has deployed', async () => {
    using folder = new FunctionsFolder();
    const source = `import './lib/ü.ts';\n${answering('down')}`;
    folder.fn('down', source);
    folder.write('supabase/functions/down/lib/ü.ts', 'export {};');
    await succeeds(deploy(folder, first, 'down'));
    for (const mode of [['--use-api'], []]) {
      using other = new FunctionsFolder();
      await succeeds(cli(other, first, 'functions', 'download', 'down', ...mode));
      const path = join(other.path, 'supabase/functions/down');
      expect(readFileSync(join(path, 'index.ts'), 'utf8')).toBe(source);
      expect(readFileSync(join(path, 'lib/ü.ts'), 'utf8')).toBe('export {};');
    }
  });

  it('deploys all functions of a folder at once, in one project and not in the other', async () => {
    using folder = new FunctionsFolder(`
      [functions.open]
      verify_jwt = false
    `);
    folder.fn('one', answering('one'));
    folder.fn('open', answering('open'));
    await succeeds(deploy(folder, second));
    expect((await list(folder, second)).map(({ slug, verify_jwt }) => [slug, verify_jwt])).toEqual([
      ['one', true],
      ['open', false],
    ]);
    const call = ({ ref }: Project) => fetch(`${cloud.url}/p/${ref}/functions/v1/open`);
    expect([(await call(second)).status, (await call(first)).status]).toEqual([200, 404]);
    expect(await invoke(second, 'one')).toBe('one');
  });

  it('deletes functions, and prunes those that the folder does not have', async () => {
    using folder = new FunctionsFolder();
    for (const slug of ['kept', 'pruned', 'deleted']) {
      folder.fn(slug, answering(slug));
      await succeeds(deploy(folder, second, slug));
    }
    await succeeds(cli(folder, second, 'functions', 'delete', 'deleted'));
    await expect(invoke(second, 'deleted')).rejects.toMatchObject({ context: { status: 404 } });
    using smaller = new FunctionsFolder();
    smaller.fn('kept', answering('kept'));
    await succeeds(deploy(smaller, second, '--prune'));
    expect((await list(folder, second)).map(({ slug }) => slug)).toEqual(['kept']);
    await expect(invoke(second, 'pruned')).rejects.toMatchObject({ context: { status: 404 } });
    expect((await cli(folder, second, 'functions', 'delete', 'unknown')).code).not.toBe(0);
  });

  it.each([
    ['does not parse', 'Deno.serve((', 'Expression expected'],
    ['throws as it starts', `throw new Error('the reason');`, 'the reason'],
    ['imports what is not there', `import './missing.ts'; ${answering('never')}`, 'missing.ts'],
    ['imports from where no network leads', `import 'https://nowhere.invalid/x.ts';`, 'nowhere.invalid'],
  ])('is told why a function %s, and the version before goes on', async (_, source, reason) => {
    using folder = new FunctionsFolder();
    folder.fn('steady', answering('before'));
    await succeeds(deploy(folder, first, 'steady'));
    const before = await list(folder, first);
    folder.fn('steady', source);
    const { code, stderr } = await deploy(folder, first, 'steady');
    expect(code).not.toBe(0);
    expect(stderr).toContain('does not start');
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('sandbox');
    expect(await invoke(first, 'steady')).toBe('before');
    expect(await list(folder, first)).toEqual(before);
  });

  it('replaces a function under its callers without a failed call', async () => {
    using folder = new FunctionsFolder();
    folder.fn('busy', answering('v1'));
    await succeeds(deploy(folder, first, 'busy'));
    const done = new AbortController();
    const seen = new Set<string>();
    const caller = async () => {
      while (!done.signal.aborted) seen.add(String(await invoke(first, 'busy')));
    };
    const callers = Promise.all([caller(), caller(), caller()]);
    for (const version of ['v2', 'v3']) {
      folder.fn('busy', answering(version));
      await succeeds(deploy(folder, first, 'busy'));
      // What was deployed is what the next call gets.
      expect(await invoke(first, 'busy')).toBe(version);
    }
    done.abort();
    await callers;
    expect([...seen]).toEqual(['v1', 'v2', 'v3']);
  });
});

describe('secrets that the official CLI sets', () => {
  const tell = async (project: Project) =>
    z.record(z.string(), z.string()).parse(await invoke(project, 'tell'));

  it('reach a function that runs already, at its next call, and no other project', async () => {
    using folder = new FunctionsFolder();
    folder.fn('tell', TELL);
    await Promise.all([first, second].map((project) => succeeds(deploy(folder, project, 'tell'))));
    const standard = await tell(first);
    expect(standard).toMatchObject({ SUPABASE_URL: expect.stringContaining(first.ref) });
    expect(standard).toMatchObject({
      SUPABASE_ANON_KEY: first.keys.anon,
      SUPABASE_SERVICE_ROLE_KEY: first.keys.serviceRole,
    });

    await succeeds(cli(folder, first, 'secrets', 'set', 'TOKEN=a b=c', 'EMPTY='));
    expect(await tell(first)).toMatchObject({ TOKEN: 'a b=c', EMPTY: '' });
    expect(await tell(second)).not.toHaveProperty('TOKEN');
    const { stdout } = await cli(folder, first, 'secrets', 'list', '--output=json');
    expect(stdout).toContain('TOKEN');
    expect(stdout).not.toContain('a b=c');

    await succeeds(cli(folder, first, 'secrets', 'unset', 'EMPTY'));
    expect(await tell(first)).not.toHaveProperty('EMPTY');
    await cloud.call('POST', `/v1/projects/${first.ref}/restart`);
    await cloud.reaches(first.ref, 'ACTIVE_HEALTHY');
    expect(await tell(first)).toMatchObject({ TOKEN: 'a b=c' });
  });

  it('come from a file, and never in the place of what every function has', async () => {
    using folder = new FunctionsFolder();
    folder.fn('tell', TELL);
    folder.write('.env.functions', 'ONE=1\nTWO="two words"\n');
    await succeeds(deploy(folder, second, 'tell'));
    await succeeds(cli(folder, second, 'secrets', 'set', '--env-file=.env.functions'));
    expect(await tell(second)).toMatchObject({ ONE: '1', TWO: 'two words' });
    const body = [{ name: 'SUPABASE_URL', value: 'http://evil.test' }];
    expect((await cloud.call('POST', `/v1/projects/${second.ref}/secrets`, body)).status).toBe(400);
    expect((await tell(second))['SUPABASE_URL']).toContain(second.ref);
  });
});

it('functions and secrets outlive the cloud’s sudden death', async () => {
  using folder = new FunctionsFolder();
  folder.fn('lasting', TELL);
  await succeeds(deploy(folder, second, 'lasting'));
  await succeeds(cli(folder, second, 'secrets', 'set', 'LASTING=yes'));
  await cloud.end('SIGKILL');
  await cloud.launch();
  await cloud.reaches(second.ref, 'ACTIVE_HEALTHY');
  const answer = await until('the function to answer', () =>
    invoke(second, 'lasting').catch(() => undefined),
  );
  expect(answer).toMatchObject({ LASTING: 'yes' });
});
