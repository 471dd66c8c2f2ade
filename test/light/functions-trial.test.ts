import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceKey } from '../../functions/core/functions/service-key.ts';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type FunctionsProject, startFunctions } from './functions-project.ts';

const PATIENCE = { timeout: 10_000 };

const TELL = `Deno.serve(() => new Response(Deno.env.get('GREETING') ?? 'nothing'));`;

describe.runIf(postgresAvailable)('functions that change', () => {
  let project: FunctionsProject;

  beforeAll(async () => {
    project = await startFunctions({}, { GREETING: 'good day' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const text = async (path: string) => (await project.call(path)).text();

  const trial = (
    candidate: Record<string, string>,
    service_password = project.setting('POSTGRES_PASSWORD'),
  ) => {
    const ref = projectRefSchema.parse(project.setting('PROJECT_REF'));
    const key = serviceKey(ref, { service_password }, 'function trial').toString('hex');
    const query = new URLSearchParams(candidate).toString();
    return project.call(`_internal/trial?${query}`, { headers: { 'x-trial-key': key } });
  };

  const candidate = (slug: string, more: Record<string, string> = {}) => ({
    slug,
    bundle: 'source',
    entrypoint_path: 'index.ts',
    ...more,
  });

  test('have new secrets at their next call, without one that fails', async () => {
    await project.deploy('tell', TELL);
    expect(await text('tell')).toBe('good day');
    const changed = new AbortController();
    const seen: string[] = [];
    const caller = async () => {
      while (!changed.signal.aborted) {
        const response = await project.call('tell');
        expect(response.status).toBe(200);
        seen.push(await response.text());
      }
    };
    const callers = Promise.all([caller(), caller()]);
    await expect.poll(() => seen.length > 0, PATIENCE).toBe(true);
    await project.setSecrets({ GREETING: 'good evening' });
    expect(await text('tell')).toBe('good evening');
    await project.setSecrets({});
    expect(await text('tell')).toBe('nothing');
    changed.abort();
    await callers;
    expect(new Set(seen)).toEqual(new Set(['good day', 'good evening', 'nothing']));
  });

  test('do not run with secrets that are not theirs', async () => {
    await project.deploy('foreign', TELL);
    await project.setSecrets({ GREETING: 'x' }, 'another password');
    const response = await project.call('foreign');
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'BOOT_ERROR' }]);
    await project.setSecrets({ GREETING: 'again' });
    expect(await text('foreign')).toBe('again');
    const said = () => project.logOf('foreign')[0]?.message;
    await expect.poll(said, PATIENCE).toBe('the secrets cannot be opened');
  });

  test('can be tried while the version before is served, and leave nothing behind', async () => {
    await project.deploy('tried', `Deno.serve(() => new Response('served'));`);
    expect(await text('tried')).toBe('served');
    await project.place('tried', 'next', { 'index.ts': `Deno.serve(() => new Response('next'));` });
    const [good, bad] = [
      await trial(candidate('tried', { bundle: 'next' })),
      await trial(candidate('tried', { bundle: 'none' })),
    ];
    expect([good.status, await good.json()]).toEqual([200, { booted: true }]);
    expect([bad.status, await bad.json()]).toMatchObject([503, { code: 'BOOT_ERROR' }]);
    expect(await text('tried')).toBe('served');
    const ended = () => project.logOf('tried').filter(({ message }) => message === 'ended');
    await expect.poll(ended, PATIENCE).toMatchObject([{ version: 0, reason: 'stopped' }]);
  });

  test.each([
    ['prints', `console.error('first'); console.error('second'); Deno.exit(1);`, 'first\nsecond'],
    ['throws', `throw new Error('the reason');`, 'Error: the reason\n    at index.ts:1:7'],
    [
      'takes too much memory',
      `const all = []; for (;;) all.push(new Array(1e6).fill(all.length));`,
      'memory',
    ],
    ['serves nothing and ends', `Deno.exit(0);`, 'did not come to serve'],
  ])('are refused with what the function says that %s', async (_, source, reason) => {
    await project.place('refused', 'source', { 'index.ts': source });
    const response = await trial(candidate('refused'));
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({ message: expect.stringContaining(reason) });
    expect((await project.call('refused')).status).toBe(404);
  });

  test('are tried for the control plane, and for nobody else', async () => {
    await project.deploy('open', TELL);
    expect((await trial(candidate('open'), 'another')).status).toBe(404);
    const authorization = `Bearer ${project.setting('SERVICE_ROLE_KEY')}`;
    const service = await project.call('_internal/trial', { headers: { authorization } });
    expect([service.status, await service.json()]).toMatchObject([404, { code: 'NOT_FOUND' }]);
    for (const wrong of [
      {},
      candidate('../open'),
      candidate('open', { bundle: '../../other' }),
      candidate('open', { entrypoint_path: '../function.json' }),
    ])
      expect((await trial(wrong)).status).toBe(422);
  });
});
