import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { postgresAvailable } from '../database/cluster.ts';
import { type FunctionsProject, startFunctions } from './functions-project.ts';

const Refusal = z.object({ code: z.string(), execution_id: z.string().optional() });

const PATIENCE = { timeout: 10_000 };

/** Answers whatever is asked of it by path, some of it badly. */
const HAZARDS = `
  let hoard = [];
  const deeds = {
    fine: () => new Response('fine'),
    loop: () => { for (;;); },
    spin: async () => { for (;;) await null; },
    objects: () => { for (;;) hoard.push({ more: new Array(10_000).fill(hoard.length) }); },
    buffers: async () => {
      for (;;) {
        hoard.push(new Uint8Array(20_000_000).fill(1));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    exit: () => Deno.exit(0),
    later: () => {
      setTimeout(() => { throw new Error('nobody catches this'); });
      return new Promise(() => {});
    },
    never: () => new Promise(() => {}),
    endless: () => new Response(new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.enqueue(new Uint8Array(1));
      },
    })),
  };
  Deno.serve((request) => deeds[new URL(request.url).pathname.split('/')[2]]());
`;

async function refusalOf(project: FunctionsProject, path: string) {
  const response = await project.call(path);
  return { status: response.status, ...Refusal.parse(await response.json()) };
}

describe.runIf(postgresAvailable)('a function that takes too much', () => {
  let project: FunctionsProject;

  beforeAll(async () => {
    project = await startFunctions({
      FUNCTIONS_CPU_SECONDS: '1',
      FUNCTIONS_MEMORY_MB: '64',
    });
    await project.deploy('hazard', HAZARDS);
    await project.deploy('neighbour', HAZARDS);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const text = async (path: string) => (await project.call(path)).text();

  test.each([
    { path: 'loop', reason: 'cpu' },
    { path: 'spin', reason: 'cpu' },
    { path: 'objects', reason: 'memory' },
    { path: 'buffers', reason: 'memory' },
  ])('$path: is killed, while its neighbours and the project go on', async ({ path, reason }) => {
    await text('neighbour/fine');
    const killed = refusalOf(project, `hazard/${path}`);
    expect(await text('neighbour/fine')).toBe('fine');
    expect((await project.client('ANON_KEY').auth.getSession()).error).toBeNull();
    const { status, code, execution_id } = await killed;
    expect({ status, code }).toEqual({ status: 546, code: 'WORKER_RESOURCE_LIMIT' });
    expect(project.logOf('hazard')).toContainEqual(
      expect.objectContaining({ message: 'ended', reason, execution_id }),
    );
    expect(await text('hazard/fine')).toBe('fine');
  });

  test.each(['exit', 'later'])('%s: ends itself, which answers 500 with the id of its log', async (path) => {
    const before = (await project.call('hazard/fine')).headers.get('x-deno-execution-id');
    expect(await refusalOf(project, `hazard/${path}`)).toEqual({
      status: 500,
      code: 'WORKER_ERROR',
      execution_id: before,
    });
    if (path === 'later')
      expect(project.logOf('hazard').map(({ message }) => message)).toContainEqual(
        expect.stringContaining('nobody catches this'),
      );
    const after = await project.call('hazard/fine');
    expect(await after.text()).toBe('fine');
    expect(after.headers.get('x-deno-execution-id')).not.toBe(before);
  });
});

describe.runIf(postgresAvailable)('a function that takes too long', () => {
  let project: FunctionsProject;

  beforeAll(async () => {
    project = await startFunctions({ FUNCTIONS_RESPONSE_SECONDS: '2', FUNCTIONS_WALL_CLOCK_SECONDS: '3' });
    await project.deploy('hazard', HAZARDS);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('never: is told so after the time that Supabase gives it', async () => {
    const late = await refusalOf(project, 'hazard/never');
    expect(late).toMatchObject({ status: 504, code: 'IDLE_TIMEOUT' });
    const next = await project.call('hazard/fine');
    expect(next.headers.get('x-deno-execution-id')).not.toBe(late.execution_id);
  });

  test('endless: is cut off after the longest time that a request may take', async () => {
    const response = await project.call('hazard/endless');
    expect(response.status).toBe(200);
    await expect(response.bytes()).rejects.toThrow('terminated');
  });
});

describe.runIf(postgresAvailable)('a function that does not start', () => {
  let project: FunctionsProject;

  beforeAll(async () => {
    project = await startFunctions({ FUNCTIONS_RESPONSE_SECONDS: '2' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test.each([
    { slug: 'syntax', source: 'Deno.serve(() => {', said: 'is not valid|Expected|expected' },
    { slug: 'missing', source: `import './absent.ts';`, said: 'Module not found' },
    { slug: 'throws', source: `throw new Error('at the start');`, said: 'at the start' },
    { slug: 'silent', source: `console.error('serves nothing');`, said: 'serves nothing' },
  ])('$slug: answers 503 and says why in the log', async ({ slug, source, said }) => {
    await project.deploy(slug, source);
    const response = await project.call(slug);
    expect([response.status, Refusal.parse(await response.json()).code]).toEqual([503, 'BOOT_ERROR']);
    expect(response.headers.get('sb-error-code')).toBe('BOOT_ERROR');
    expect(project.logOf(slug).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(new RegExp(said)),
    );
  });

  test('is tried again with pauses, and at once when a new version comes', async () => {
    await project.deploy('mended', 'throw 1;');
    const attempts = () => project.logOf('mended').filter(({ message }) => message === 'ended').length;
    await project.call('mended');
    await project.call('mended');
    const paused = await project.call('mended');
    expect([paused.status, paused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(attempts()).toBe(2);
    await project.deploy('mended', {
      version: 2,
      files: { 'index.ts': `Deno.serve(() => new Response('well'));` },
    });
    expect(await (await project.call('mended')).text()).toBe('well');
  });
});

describe.runIf(postgresAvailable)('an idle function', () => {
  test('is stopped, unless it has work left, and starts again when called', async () => {
    await using project = await startFunctions({ FUNCTIONS_IDLE_SECONDS: '1' });
    await project.deploy(
      'idle',
      `let finish;
       addEventListener('beforeunload', () => console.log('unloading'));
       Deno.serve((request) => {
         if (request.method === 'POST') EdgeRuntime.waitUntil(new Promise((resolve) => { finish = resolve; }));
         if (request.method === 'DELETE') finish();
         return new Response();
       });`,
    );
    const messages = () => project.logOf('idle').map(({ message }) => message);
    const idOf = async (method: string) =>
      (await project.call('idle', { method })).headers.get('x-deno-execution-id');
    const first = await idOf('GET');
    await expect.poll(messages, PATIENCE).toEqual(['booted', 'unloading', 'ended']);
    const second = await idOf('POST');
    expect(second).not.toBe(first);
    // Another one comes and goes meanwhile.
    await project.deploy('other', `Deno.serve(() => new Response());`);
    await project.call('other');
    const endedOthers = () => project.logOf('other').filter(({ message }) => message === 'ended').length;
    await expect.poll(endedOthers, PATIENCE).toBe(1);
    expect(await idOf('DELETE')).toBe(second);
    await expect.poll(messages, PATIENCE).toHaveLength(6);
  });

  test('makes room for another when a project has as many as it may', async () => {
    await using project = await startFunctions({ FUNCTIONS_MAX_PROCESSES: '2' });
    const slugs = ['one', 'two', 'three'];
    for (const slug of slugs)
      await project.deploy(
        slug,
        `Deno.serve((request) => request.method === 'POST' ? new Promise(() => {}) : new Response('${slug}'));`,
      );
    for (const slug of slugs) expect(await (await project.call(slug)).text()).toBe(slug);
    expect(project.logOf('one').at(-1)).toMatchObject({ message: 'ended', reason: 'stopped' });
    expect(project.logOf('two').at(-1)).toMatchObject({ message: 'booted' });
    const leaving = new AbortController();
    const busy = ['two', 'three'].map((slug) =>
      project.call(slug, { method: 'POST', signal: leaving.signal }).catch(() => 'left'),
    );
    const refused = async () => (await project.call('one')).headers.get('retry-after');
    await expect.poll(refused, PATIENCE).toBe('1');
    leaving.abort();
    expect(await Promise.all(busy)).toEqual(['left', 'left']);
    await expect.poll(async () => (await project.call('one')).text(), PATIENCE).toBe('one');
  });
});

describe.runIf(postgresAvailable)('what a function prints', () => {
  test('goes to the log line by line, cut and counted where it is too much', async () => {
    await using project = await startFunctions();
    await project.deploy(
      'loud',
      `console.log('to stdout', { a: 1 });
       console.error('to stderr');
       console.log('x'.repeat(30_000));
       Deno.stdout.writeSync(new TextEncoder().encode('no end of line'));
       Deno.serve((request) => {
         for (let line = 0; line < 500; line += 1) console.warn('line', line);
         return new Response();
       });`,
    );
    await project.call('loud');
    const lines = () => project.logOf('loud');
    await expect
      .poll(lines, PATIENCE)
      .toContainEqual(expect.objectContaining({ level: 'error', message: 'line 90' }));
    const execution_id = lines()[0]?.['execution_id'];
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: 'to stdout { a: 1 }',
        service: 'functions',
        version: 1,
        execution_id,
      }),
    );
    expect(lines()).toContainEqual(expect.objectContaining({ level: 'error', message: 'to stderr' }));
    expect(lines()).toContainEqual(expect.objectContaining({ message: 'no end of line' }));
    expect(Math.max(...lines().map(({ message }) => message.length))).toBe(10_000);
    expect(lines().filter(({ level }) => level === 'error')).toHaveLength(100);
    project.light.signal('SIGTERM');
    await project.light.ended;
    expect(lines()).toContainEqual(expect.objectContaining({ level: 'warn', lines: 401 }));
  });
});
