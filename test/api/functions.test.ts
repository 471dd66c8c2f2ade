import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import { deployment, FunctionsApi, type Sent } from './functions-api.ts';

let functions: FunctionsApi;
beforeEach(async () => {
  functions = await FunctionsApi.start();
});

const source = (text: string): Sent => ({ files: { 'index.ts': text } });

describe('a deployment', () => {
  it('is listed, served and downloaded as it was sent', async () => {
    const files = { 'supabase/functions/a b/index.ts': 'serve()', 'supabase/functions/_shared/ü.ts': '' };
    const metadata = {
      name: 'Hello',
      verify_jwt: false,
      entrypoint_path: 'supabase/functions/a b/index.ts',
      import_map_path: '',
      static_patterns: ['supabase/functions/a b/*.html'],
    };
    const fn = await functions.deployed('hello', { files, metadata });
    expect(fn).toMatchObject({
      slug: 'hello',
      name: 'Hello',
      status: 'ACTIVE',
      version: 1,
      verify_jwt: false,
    });
    const folder = `file:///tmp/user_fn_${functions.api.ref}_${fn.id}_1/source`;
    expect(fn.entrypoint_path).toBe(`${folder}/supabase/functions/a%20b/index.ts`);
    expect(fn.created_at).toBeGreaterThan(Date.parse('2026-01-01'));
    expect(await functions.list()).toEqual([fn]);
    expect((await functions.api.project('GET', '/functions/hello')).body).toEqual(
      expect.objectContaining({ ...fn, import_map: false }),
    );
    expect(functions.served['hello']).toMatchObject({ version: 1, verify_jwt: false, import_map_path: null });

    const accept = { accept: 'multipart/form-data' };
    const { body } = await functions.api.project('GET', '/functions/hello/body', undefined, accept);
    if (!(body instanceof FormData)) throw new Error('not a form');
    expect(JSON.parse(z.string().parse(body.get('metadata')))).toEqual({
      entrypoint_path: metadata.entrypoint_path,
    });
    const sent = body.getAll('file').map((file) => (file instanceof File ? file.name : file));
    expect(sent).toEqual(Object.keys(files).toSorted());
    const asJson = await functions.api.project('GET', '/functions/hello/body');
    expect(asJson.body).toMatchObject({
      metadata: { entrypoint_path: metadata.entrypoint_path },
      file: [{ content: '' }, { content: btoa('serve()') }],
    });
    expect(await functions.api.audited()).toContain('function.deploy');
  });

  it('takes metadata that comes as a file, as browsers’ Blobs do', async () => {
    const form = deployment();
    form.set('metadata', new Blob(['{"entrypoint_path":"index.ts"}'], { type: 'application/json' }));
    expect((await functions.api.project('POST', '/functions/deploy?slug=blob', form)).status).toBe(201);
  });

  it('keeps what was said of the function before, unless it says otherwise', async () => {
    await functions.deployed('hello', { metadata: { name: 'Hello', verify_jwt: false } });
    const second = await functions.deployed('hello', source('second'));
    expect(second).toMatchObject({ version: 2, name: 'Hello', verify_jwt: false });
    expect(functions.servedFile('hello')).toBe('second');
  });

  it('that does not start is refused with the reason, and what was live stays', async () => {
    const first = await functions.deployed('hello');
    const refused = await functions.deploy('hello', source('throw new Error("the reason")'));
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', message: expect.stringContaining('the reason') },
    });
    expect(await functions.list()).toEqual([first]);
    expect([functions.servedFile('hello'), functions.kept]).toEqual(['serve()', 1]);
    expect((await functions.api.audited()).filter((each) => each === 'function.deploy')).toHaveLength(1);
  });

  it('that cannot be tried now changes nothing', async () => {
    const first = await functions.deployed('hello');
    const answer = await functions.deploy('hello', source('unavailable'));
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect([await functions.list(), functions.kept]).toEqual([[first], 1]);
  });

  it('keeps ten versions, and any of them can come back', async () => {
    for (let version = 1; version <= 12; version += 1)
      await functions.deployed('hello', source(`${version}`));
    expect(functions.kept).toBe(10);
    const [{ id, name } = { id: '', name: '' }] = await functions.list();
    const back = (version: number) =>
      functions.api.project('PUT', '/functions', [{ id, slug: 'hello', name, status: 'ACTIVE', version }]);
    expect(await back(3)).toMatchObject({ status: 200, body: { functions: [{ version: 3 }] } });
    expect(functions.servedFile('hello')).toBe('3');
    expect(await back(2)).toMatchObject({ status: 400, body: { field: 'body.0.version' } });
    // The live one is kept although nine younger ones are.
    await functions.deployed('other');
    const next = await functions.deploy('hello', { ...source('13'), query: '&bundleOnly=true' });
    expect(next).toMatchObject({ status: 201, body: { version: 13 } });
    expect([functions.servedFile('hello'), functions.kept]).toEqual(['3', 11]);
  });

  it('of the same function at the same moment gets a number of its own, and the last one is served', async () => {
    const all = await Promise.all(
      ['a', 'b', 'c', 'd'].map((text) => functions.deployed('hello', source(text))),
    );
    expect(new Set(all.map(({ version }) => version))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    const [live] = await functions.list();
    expect([live?.version, functions.served['hello']?.version]).toEqual([4, 4]);
  });

  it('that was recorded and not published is published when the services start again', async () => {
    await functions.deployed('hello', source('first'));
    functions.api.world.fail(({ port, method }) =>
      port === 'functionFiles' && method === 'publish'
        ? { at: 'before', error: new TransientError('gone') }
        : undefined,
    );
    expect((await functions.deploy('hello', source('second'))).status).toBe(503);
    expect(functions.servedFile('hello')).toBe('first');
    functions.api.world.fail(() => undefined);
    await functions.api.project('POST', '/restart');
    await functions.api.world.quiet();
    expect(functions.servedFile('hello')).toBe('second');
  });
});

describe('versions that are bundled', () => {
  it('go live together, when they are named in an update', async () => {
    await functions.deployed('one', source('old'));
    const bundled = [];
    for (const slug of ['one', 'two']) {
      const query = '&bundleOnly=true';
      bundled.push(await functions.deployed(slug, { ...source(`new ${slug}`), query }));
    }
    expect((await functions.list()).map(({ slug, version }) => [slug, version])).toEqual([['one', 1]]);
    expect((await functions.api.project('GET', '/functions/two')).status).toBe(404);
    const answer = await functions.api.project('PUT', '/functions', bundled.map(asUpdate));
    expect(answer.status).toBe(200);
    expect((await functions.list()).map(({ version }) => version)).toEqual([2, 1]);
    expect([functions.servedFile('one'), functions.servedFile('two')]).toEqual(['new one', 'new two']);
  });

  it('do not go live if one of them cannot', async () => {
    const bundled = await functions.deployed('one', { query: '&bundleOnly=true' });
    const cases = [
      { ...asUpdate(bundled), slug: 'unknown' },
      { ...asUpdate(bundled), slug: 'one', id: '00000000-0000-4000-8000-000000000000' },
      asUpdate(bundled),
    ];
    for (const wrong of cases) {
      const answer = await functions.api.project('PUT', '/functions', [asUpdate(bundled), wrong]);
      expect(answer.status).toBe(400);
    }
    expect(await functions.list()).toEqual([]);
  });

  const asUpdate = ({
    id,
    slug,
    name,
    status,
    version,
    ezbr_sha256,
  }: Awaited<ReturnType<FunctionsApi['deployed']>>) => ({
    id,
    slug,
    name,
    status,
    version,
    ezbr_sha256,
  });
});

describe('a function', () => {
  it('can be made and changed by a text alone', async () => {
    const created = await functions.api.project('POST', '/functions', {
      slug: 'text',
      name: 'Text',
      body: 'one',
    });
    expect(created).toMatchObject({ status: 201, body: { version: 1, verify_jwt: true } });
    const again = await functions.api.project('POST', '/functions', { slug: 'text', name: 'T', body: 'x' });
    expect(again).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching('Duplicated function slug') },
    });
    const changed = await functions.api.project('PATCH', '/functions/text', {
      body: 'two',
      verify_jwt: false,
    });
    expect(changed).toMatchObject({ status: 200, body: { version: 2, name: 'Text', verify_jwt: false } });
    const described = await functions.api.project('PATCH', '/functions/text', { name: 'New' });
    expect(described).toMatchObject({ status: 200, body: { version: 2, name: 'New' } });
    expect([functions.servedFile('text'), functions.served['text']?.verify_jwt]).toEqual(['two', false]);
    expect((await functions.api.project('PATCH', '/functions/none', { body: 'x' })).status).toBe(404);
  });

  it('is gone when it is deleted, with all that was kept of it', async () => {
    for (const text of ['1', '2']) await functions.deployed('hello', source(text));
    expect(await functions.api.project('DELETE', '/functions/hello')).toEqual({
      status: 200,
      body: undefined,
    });
    expect([await functions.list(), functions.served, functions.kept]).toEqual([[], {}, 0]);
    for (const [method, path] of [
      ['DELETE', ''],
      ['GET', ''],
      ['GET', '/body'],
    ] as const) {
      expect((await functions.api.project(method, `/functions/hello${path}`)).status).toBe(404);
    }
    expect(await functions.deployed('hello')).toMatchObject({ version: 1 });
  });

  it('cannot be deployed while the project has no room for it', async () => {
    await functions.api.project('DELETE', '');
    expect((await functions.deploy('hello')).status).toBe(409);
    await functions.api.world.quiet();
    expect((await functions.deploy('hello')).status).toBe(404);
  });

  it('is taken by a paused project, and served when it is back', async () => {
    await functions.api.project('POST', '/pause');
    await functions.api.world.quiet();
    expect((await functions.deploy('hello', source('throw'))).status).toBe(201);
    expect(functions.servedFile('hello')).toBe('throw');
  });
});

describe('what cannot be deployed', () => {
  it.each([
    [
      'a path out of the folder',
      { files: { '../index.ts': '' }, metadata: { entrypoint_path: '../index.ts' } },
    ],
    ['an absolute path', { files: { '/index.ts': '' }, metadata: { entrypoint_path: '/index.ts' } }],
    ['a backslash', { files: { 'index.ts': '', 'a\\b': '' } }],
    ['a file below a file', { files: { 'index.ts': '', 'index.ts/a': '' } }],
    ['one path twice', { files: { 'index.ts': '', './index.ts': '' } }],
    ['a segment that no disk takes', { files: { 'index.ts': '', ['x'.repeat(300)]: '' } }],
    ['an entrypoint that was not sent', { metadata: { entrypoint_path: 'main.ts' } }],
    ['an import map that was not sent', { metadata: { import_map_path: 'deno.json' } }],
    ['a field that nobody knows', { metadata: { color: 'red' } }],
    ['no files', { files: {} }],
    [
      'too many files',
      { files: Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`f${at}`, ''])) },
    ],
  ] as const)('%s', async (_, sent: Sent) => {
    const answer = await functions.deploy('hello', sent);
    expect(answer).toMatchObject({ status: 400, body: { field: expect.stringMatching(/^body/) } });
    expect([await functions.list(), functions.kept]).toEqual([[], 0]);
  });

  it.each(['', '1x', 'a.b', '..%2fx', 'a'.repeat(129)])('under the name %j', async (slug) => {
    expect((await functions.deploy(slug)).status).toBe(400);
  });

  it('a form that is none, or nothing at all', async () => {
    const path = '/functions/deploy?slug=hello';
    const broken = { 'content-type': 'multipart/form-data; boundary=x' };
    const answers = [
      await functions.api.project('POST', path, 'no form', broken),
      await functions.api.project('POST', path, {}, { 'content-type': 'application/json' }),
      await functions.api.project('POST', path),
      await functions.api.project(
        'POST',
        '/functions',
        {},
        { 'content-type': 'application/vnd.denoland.eszip' },
      ),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 415, 415, 415]);
    expect(answers[3]?.body).toMatchObject({ message: expect.stringContaining('--use-api') });
  });

  it('more than 20 MB', async () => {
    const answer = await functions.deploy('hello', source('x'.repeat(20 * 1024 * 1024)));
    expect(answer).toMatchObject({ status: 413, body: { message: 'The body is over 20 MB.' } });
  });
});
