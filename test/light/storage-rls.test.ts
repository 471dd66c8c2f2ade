import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { sign } from './running-project.ts';
import { type StorageProject, startStorage } from './storage-project.ts';

/** Everybody sees what is in `shared`; users do as they like in the folder of their id; `closed` has no policy. */
const POLICIES = `
  create policy "anybody reads shared" on storage.objects for select
    using (bucket_id = 'docs' and (storage.foldername(name))[1] = 'shared');
  create policy "own folder" on storage.objects for all to authenticated
    using (bucket_id = 'docs' and (storage.foldername(name))[1] = auth.uid()::text)
    with check (bucket_id = 'docs' and (storage.foldername(name))[1] = auth.uid()::text);
  create policy "drop box" on storage.objects for insert
    with check (bucket_id = 'docs' and (storage.foldername(name))[1] = 'dropbox' and storage.extension(name) = 'txt');
  create policy "buckets of their owner" on storage.buckets for all to authenticated
    using (owner_id = auth.uid()::text) with check (owner_id = auth.uid()::text);
`;

type Who = 'anon' | 'ada' | 'bob' | 'service';
type Verdict = 'yes' | 'no';
type Operation = (client: SupabaseClient, folder: string) => Promise<{ error: unknown }>;

const bucket = (client: SupabaseClient) => client.storage.from('docs');

/** Each on an object that is there under `folder`, or on a name that is free. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  download: (client, folder) => bucket(client).download(`${folder}/kept.txt`),
  info: (client, folder) => bucket(client).info(`${folder}/kept.txt`),
  list: async (client, folder) => {
    const { data, error } = await bucket(client).list(folder);
    return { error: error ?? (data?.some(({ name }) => name === 'kept.txt') ? null : 'not listed') };
  },
  'list v2': async (client, folder) => {
    const { data, error } = await bucket(client).listV2({ prefix: `${folder}/` });
    return {
      error: error ?? (data?.objects.some(({ name }) => name === `${folder}/kept.txt`) ? null : 'not listed'),
    };
  },
  'sign a link': (client, folder) => bucket(client).createSignedUrl(`${folder}/kept.txt`, 60),
  'sign links': async (client, folder) => {
    const { data, error } = await bucket(client).createSignedUrls([`${folder}/kept.txt`], 60);
    return { error: error ?? data?.[0]?.error };
  },
  upload: (client, folder) => bucket(client).upload(`${folder}/${randomUUID()}.txt`, 'new'),
  'sign an upload': (client, folder) => bucket(client).createSignedUploadUrl(`${folder}/${randomUUID()}.txt`),
  replace: (client, folder) => bucket(client).upload(`${folder}/kept.txt`, 'other', { upsert: true }),
  update: (client, folder) => bucket(client).update(`${folder}/kept.txt`, 'other'),
  copy: (client, folder) => bucket(client).copy(`${folder}/kept.txt`, `${folder}/${randomUUID()}.txt`),
  move: (client, folder) => bucket(client).move(`${folder}/moved.txt`, `${folder}/${randomUUID()}.txt`),
  remove: async (client, folder) => {
    const { data, error } = await bucket(client).remove([`${folder}/removed.txt`]);
    return { error: error ?? (data?.length === 1 ? null : 'not removed') };
  },
};

const READ = ['download', 'info', 'list', 'list v2', 'sign a link', 'sign links'];
const INSERT = ['upload', 'sign an upload'];

/** By folder and caller, which operations row-level security allows. */
const ALLOWED: Readonly<Record<string, Readonly<Record<Who, readonly string[]>>>> = {
  shared: { anon: READ, ada: READ, bob: READ, service: Object.keys(OPERATIONS) },
  ada: { anon: [], ada: Object.keys(OPERATIONS), bob: [], service: Object.keys(OPERATIONS) },
  dropbox: { anon: INSERT, ada: INSERT, bob: INSERT, service: Object.keys(OPERATIONS) },
  closed: { anon: [], ada: [], bob: [], service: Object.keys(OPERATIONS) },
};

describe.runIf(postgresAvailable)('row-level security of storage', () => {
  let project: StorageProject;
  let clients: Readonly<Record<Who, SupabaseClient>>;
  let adaId: string;
  let ids: Readonly<Record<string, string>>;

  beforeAll(async () => {
    project = await startStorage();
    await project.database.sql(POLICIES);
    const service = project.client('SERVICE_ROLE_KEY');
    const [ada, bob] = [await project.signUp('ada@storage.test'), await project.signUp('bob@storage.test')];
    clients = { anon: project.client('ANON_KEY'), ada: ada.client, bob: bob.client, service };
    adaId = ada.id;
    ids = { ada: ada.id };
    await service.storage.createBucket('docs');
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const cases = Object.entries(ALLOWED).flatMap(([folder, byCaller]) =>
    (['anon', 'ada', 'bob', 'service'] as const).flatMap((who) =>
      Object.keys(OPERATIONS).map((name) => {
        const verdict: Verdict = byCaller[who].includes(name) ? 'yes' : 'no';
        return { folder, who, name, verdict };
      }),
    ),
  );

  test.each(cases)('$who, $name in $folder: $verdict', async ({ folder, who, name, verdict }) => {
    const path = ids[folder] ?? folder;
    for (const file of ['kept.txt', 'moved.txt', 'removed.txt'])
      await bucket(clients.service).upload(`${path}/${file}`, 'there', { upsert: true });
    const { error } = (await OPERATIONS[name]?.(clients[who], path)) ?? { error: 'no such operation' };
    expect(error === null ? 'yes' : 'no').toBe(verdict);
    // Whoever may not write has changed nothing.
    if (verdict === 'no')
      for (const file of ['kept.txt', 'moved.txt', 'removed.txt']) {
        const { data } = await bucket(clients.service).download(`${path}/${file}`);
        expect(await data?.text()).toBe('there');
      }
  });

  test('what one may insert but not read is inserted, and read by nobody but service_role', async () => {
    const path = `dropbox/${randomUUID()}.txt`;
    expect((await bucket(clients.bob).upload(path, 'secret')).error).toBeNull();
    expect((await bucket(clients.bob).download(path)).error).not.toBeNull();
    expect(await (await bucket(clients.service).download(path)).data?.text()).toBe('secret');
    const refused = await bucket(clients.bob).upload(`dropbox/${randomUUID()}.exe`, 'x');
    expect(refused.error).toMatchObject({
      statusCode: '403',
      code: 'AccessDenied',
      message: 'new row violates row-level security policy',
    });
  });

  test('to somewhere else means to be allowed there too', async () => {
    for (const [method, error] of [
      ['copy', 'AccessDenied'],
      ['move', 'AccessDenied'],
    ] as const) {
      const moved = await bucket(clients.ada)[method](`${adaId}/kept.txt`, `closed/${randomUUID()}.txt`);
      expect(moved.error).toMatchObject({ code: error });
    }
    expect((await bucket(clients.bob).copy(`${adaId}/kept.txt`, 'dropbox/stolen.txt')).error).toMatchObject({
      code: 'NoSuchKey',
    });
  });

  test('the uploader owns the object, also when service_role or another user replaces it', async () => {
    const path = `${adaId}/${randomUUID()}.txt`;
    await bucket(clients.ada).upload(path, 'hers');
    await bucket(clients.service).upload(path, 'replaced', { upsert: true });
    const owner = await project.database.as('supabase_storage_admin', async (db) => {
      const { rows } = await db.query('select owner, owner_id from storage.objects where name = $1', [path]);
      return rows;
    });
    expect(owner).toEqual([{ owner: adaId, owner_id: adaId }]);
  });

  test('buckets are seen and changed by whom their policies name', async () => {
    expect((await clients.anon.storage.createBucket('anonymous')).error).toMatchObject({
      code: 'AccessDenied',
    });
    expect((await clients.ada.storage.createBucket('adas')).error).toBeNull();
    expect((await clients.ada.storage.listBuckets()).data?.map(({ id }) => id)).toEqual(['adas']);
    expect((await clients.bob.storage.listBuckets()).data).toEqual([]);
    for (const { error } of [
      await clients.bob.storage.getBucket('adas'),
      await clients.bob.storage.updateBucket('adas', { public: true }),
      await clients.bob.storage.emptyBucket('adas'),
      await clients.bob.storage.deleteBucket('adas'),
    ])
      expect(error).toMatchObject({ code: 'NoSuchBucket', statusCode: '404', status: 400 });
    expect((await clients.ada.storage.updateBucket('adas', { public: true })).error).toBeNull();
    expect((await clients.ada.storage.deleteBucket('adas')).error).toBeNull();
  });

  test('policies know the operation, the path and the claims of the request', async () => {
    await project.database.sql(`
      create policy "by operation" on storage.objects for insert to authenticated with check (
        bucket_id = 'docs' and name like 'asked/%' and storage.operation() = 'storage.object.upload'
        and current_setting('request.method') = 'POST' and current_setting('request.path') like '/storage/v1/object/docs/asked/%'
        and auth.jwt() ->> 'email' = 'ada@storage.test' and current_setting('request.headers')::json ->> 'authorization' is null
        and (metadata ->> 'mimetype') = 'text/asked'
      )`);
    const options = { contentType: 'text/asked' };
    expect((await bucket(clients.ada).upload('asked/a', 'x', options)).error).toBeNull();
    expect((await bucket(clients.ada).upload('asked/b', 'x')).error).toMatchObject({ code: 'AccessDenied' });
    expect((await bucket(clients.bob).upload('asked/c', 'x', options)).error).toMatchObject({
      code: 'AccessDenied',
    });
    expect((await bucket(clients.ada).createSignedUploadUrl('asked/d')).error).toMatchObject({
      code: 'AccessDenied',
    });
  });

  test('a role that the project made is served, one it may not take is not', async () => {
    await project.database.sql(`
      create role archivist nologin;
      grant archivist to authenticator;
      grant usage on schema storage to archivist;
      grant select on storage.objects, storage.buckets to archivist;
      create policy "archivists read" on storage.objects for select to archivist using (true)`);
    const as = async (role: string) => {
      const token = await sign({ role, sub: randomUUID() }, project.setting('JWT_SECRET'));
      return project.storage('GET', `/object/authenticated/docs/${adaId}/kept.txt`, { token });
    };
    expect((await as('archivist')).status).toBe(200);
    for (const role of ['postgres', 'supabase_storage_admin', 'nobody']) {
      const refused = await as(role);
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { message: expect.stringContaining('role') },
      ]);
    }
  });
});
