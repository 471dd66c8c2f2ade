import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { type FunctionsProject, startFunctions } from './functions-project.ts';

const PATIENCE = { timeout: 10_000 };

/** Answers with its version; a POST begins its answer at once and ends it with the end of the request. */
const versioned = (version: number) => ({
  version,
  files: {
    'index.ts': `
      import { version } from './version.ts';
      async function* parts(request) {
        yield 'begun ';
        await request.text();
        yield version + ' ' + (await import('./late.ts')).late;
      }
      const stream = (request) => ReadableStream.from(parts(request)).pipeThrough(new TextEncoderStream());
      Deno.serve((request) => new Response(request.method === 'POST' ? stream(request) : version));`,
    'version.ts': `export const version: string = 'v${version}';`,
    'late.ts': `export const late = 'late ${version}';`,
  },
});

describe.runIf(postgresAvailable)('deploying functions', () => {
  let project: FunctionsProject;

  beforeAll(async () => {
    project = await startFunctions();
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const text = async (path: string) => (await project.call(path)).text();
  const ended = (slug: string) => project.logOf(slug).filter(({ message }) => message === 'ended');

  test('a new version is served at once; what runs ends with the old one, its late imports too', async () => {
    await project.deploy('changing', versioned(1));
    expect(await text('changing')).toBe('v1');
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const sender = writable.getWriter();
    void sender.write(new Uint8Array(1));
    const running = await project.call('changing', { method: 'POST', body: readable, duplex: 'half' });
    const reader = running.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toMatchObject({ value: 'begun ' });
    await project.deploy('changing', versioned(2));
    expect(await text('changing')).toBe('v2');
    expect(ended('changing')).toEqual([]);
    await sender.close();
    expect(await reader?.read()).toMatchObject({ value: 'v1 late 1' });
    await expect.poll(() => ended('changing'), PATIENCE).toMatchObject([{ version: 1, reason: 'stopped' }]);
    expect(await text('changing')).toBe('v2');
  });

  test('no request fails while versions follow each other', async () => {
    await project.deploy('busy', versioned(1));
    const deployed = new AbortController();
    const seen = new Set<string>();
    const caller = async () => {
      while (!deployed.signal.aborted) {
        const response = await project.call('busy');
        expect(response.status).toBe(200);
        seen.add(await response.text());
      }
    };
    const callers = Promise.all(Array.from({ length: 4 }, caller));
    for (let version = 1; version <= 5; version += 1) {
      if (version > 1) await project.deploy('busy', versioned(version));
      await expect.poll(() => seen.has(`v${version}`), PATIENCE).toBe(true);
    }
    deployed.abort();
    await callers;
    expect(await text('busy')).toBe('v5');
    await expect.poll(() => ended('busy'), PATIENCE).toHaveLength(4);
    expect(ended('busy').every(({ reason }) => reason === 'stopped')).toBe(true);
  });

  test('a function that is deleted or switched off is not found, until it comes again', async () => {
    await project.deploy('coming', versioned(1));
    expect(await text('coming')).toBe('v1');
    await project.remove('coming');
    expect((await project.call('coming')).status).toBe(404);
    await expect.poll(() => ended('coming'), PATIENCE).toHaveLength(1);
    // Its versions begin again at 1.
    await project.deploy('coming', { files: { 'index.ts': `Deno.serve(() => new Response('another'));` } });
    expect(await text('coming')).toBe('another');
    await project.deploy('coming', { ...versioned(2), status: 'THROTTLED' });
    expect((await project.call('coming')).status).toBe(404);
  });

  test('a description that cannot be followed answers 503 and says why', async () => {
    const cases = [
      { import_map_path: '../../secret.json', said: 'import_map_path leaves the source folder' },
      { entrypoint_path: '../function.json', said: 'entrypoint_path leaves the source folder' },
      { entrypoint_path: 7, said: 'entrypoint_path' },
    ];
    for (const [at, { said, ...description }] of cases.entries()) {
      const slug = `broken-${at}`;
      await project.deploy(slug, { ...versioned(1), description });
      const response = await project.call(slug);
      expect([response.status, await response.json()]).toMatchObject([503, { code: 'BOOT_ERROR' }]);
      await expect.poll(() => project.logOf(slug)[0]?.message ?? '', PATIENCE).toContain(said);
    }
  });

  test.each(['', '..', '%2e%2e', '.draft', '_internal', 'a b', 'x'.repeat(200), 'coming%00', 'coming.draft'])(
    'no function is called %j',
    async (slug) => {
      const response = await fetch(`${project.url}/functions/v1/${slug}`);
      expect(response.status).toBe(404);
    },
  );

  test('what the system removes of temporary files is made again', async () => {
    await project.deploy('lasting', {
      files: { 'index.ts': `Deno.serve(async () => new Response(await Deno.makeTempDir()));` },
    });
    const folder = (await text('lasting')).replace(/\/runs\/.*$/, '');
    await rm(folder, { recursive: true });
    await project.deploy('lasting', versioned(2));
    expect(await text('lasting')).toBe('v2');
    expect(existsSync(folder)).toBe(false);
  });

  test('the service is healthy while its folder can be read', async () => {
    const health = await fetch(`${project.url}/functions/v1/_internal/health`);
    expect(await health.json()).toEqual({ message: 'ok' });
    const all = await fetch(`${project.url}/health`);
    expect(await all.json()).toMatchObject({ services: { functions: { healthy: true } } });
  });
});
