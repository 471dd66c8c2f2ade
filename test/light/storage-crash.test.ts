import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { type LightProcess, startLight } from './process.ts';
import { type StorageProject, startStorage } from './storage-project.ts';
import { rawConnection } from './storage-raw.ts';

const SETTINGS = [
  'PROJECT_REF',
  'API_EXTERNAL_URL',
  'JWT_SECRET',
  'ANON_KEY',
  'SERVICE_ROLE_KEY',
  'POSTGRES_HOST',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD',
  'LISTEN',
  'SERVICES',
  'STORAGE_PATH',
  'STORAGE_SWEEP_AFTER',
];

const DAY_SECONDS = 86_400;

describe.runIf(postgresAvailable)('storage after a crash', () => {
  let project: StorageProject;
  let running: { light: LightProcess; url: string; service: SupabaseClient };
  const bucket = () => running.service.storage.from('docs');
  const authorization = () => `Bearer ${project.setting('SERVICE_ROLE_KEY')}`;

  beforeAll(async () => {
    project = await startStorage({ STORAGE_SWEEP_AFTER: '1' });
    running = { light: project.light, url: project.url, service: project.client('SERVICE_ROLE_KEY') };
    await running.service.storage.createBucket('docs');
    await bucket().upload('kept', 'kept');
  });

  afterAll(async () => {
    await running.light[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  async function crash(): Promise<void> {
    running.light.signal('SIGKILL');
    await running.light.ended;
  }

  async function restart(): Promise<void> {
    const light = startLight();
    light.configure(Object.fromEntries(SETTINGS.map((name) => [name, project.setting(name)])));
    const url = `http://${await light.ready()}`;
    const service = createClient(url, project.setting('SERVICE_ROLE_KEY'), {
      auth: { persistSession: false },
    });
    running = { light, url, service };
  }

  async function tus(method: string, path: string, headers: Record<string, string>, body?: Buffer) {
    return fetch(new URL(path, `${running.url}/storage/v1/upload/resumable`), {
      method,
      headers: { authorization: authorization(), 'tus-resumable': '1.0.0', ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
  }

  /** Begins an upload and answers with its path. */
  async function begin(name: string, length: number): Promise<string> {
    const metadata = `bucketName ${btoa('docs')},objectName ${btoa(name)}`;
    const begun = await tus('POST', 'resumable', {
      'upload-length': String(length),
      'upload-metadata': metadata,
    });
    return new URL(begun.headers.get('location') ?? '', `${running.url}/storage/v1/upload/resumable`)
      .pathname;
  }

  const offset = { 'content-type': 'application/offset+octet-stream' };

  test('an upload it cut off has neither a row nor a file', async () => {
    const before = await project.files();
    const connection = rawConnection(running.url);
    connection.write(
      `POST /storage/v1/object/docs/cut-off HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization()}\r\ncontent-length: 2000000\r\n\r\n`,
    );
    connection.write(randomBytes(1_000_000));
    await expect.poll(async () => (await project.files()).length).toBe(before.length + 1);
    await crash();
    expect(await project.files()).toHaveLength(before.length + 1);
    await restart();
    await expect.poll(() => project.files(), { timeout: 10_000 }).toEqual(before);
    expect((await bucket().exists('cut-off')).data).toBe(false);
    expect(await (await bucket().download('kept')).data?.text()).toBe('kept');
  });

  test('files without a row go, whatever left them; files with one stay', async () => {
    await bucket().upload('stays', 'stays');
    const before = await project.files();
    await crash();
    const orphans = Array.from({ length: 3 }, () => randomUUID()).map((version) =>
      join(project.path, 'objects', version.slice(0, 2), version),
    );
    for (const path of orphans) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'orphan');
    }
    await restart();
    await expect
      .poll(async () => (await project.files()).toSorted(), { timeout: 10_000 })
      .toEqual(before.toSorted());
    expect(await (await bucket().download('stays')).data?.text()).toBe('stays');
  });

  test('a resumable upload goes on', async () => {
    const content = randomBytes(3_000_000);
    const path = await begin('resumed', content.length);
    const first = await tus(
      'PATCH',
      path,
      { ...offset, 'upload-offset': '0' },
      content.subarray(0, 1_000_000),
    );
    expect(first.status).toBe(204);
    await crash();
    await restart();
    const head = await tus('HEAD', path, {});
    expect(head.headers.get('upload-offset')).toBe('1000000');
    const rest = await tus(
      'PATCH',
      path,
      { ...offset, 'upload-offset': '1000000' },
      content.subarray(1_000_000),
    );
    expect(rest.status).toBe(204);
    const { data } = await bucket().download('resumed');
    expect(Buffer.from(await (data ?? new Blob([])).arrayBuffer()).equals(content)).toBe(true);
  });

  test('one whose last byte had arrived becomes the object its client was promised', async () => {
    const path = await begin('whole', 5);
    await crash();
    await writeFile(join(project.path, 'uploads', `${basename(path)}.data`), 'whole');
    await restart();
    await expect.poll(async () => (await bucket().exists('whole')).data).toBe(true);
    expect(await (await bucket().download('whole')).data?.text()).toBe('whole');
  });

  test('one that nobody resumed for a day is given up', async () => {
    const before = await project.files();
    const path = await begin('forgotten', 5);
    await crash();
    const yesterday = Date.now() / 1000 - DAY_SECONDS - 60;
    await utimes(join(project.path, 'uploads', `${basename(path)}.note`), yesterday, yesterday);
    await restart();
    await expect.poll(() => project.files(), { timeout: 10_000 }).toEqual(before);
    expect((await tus('HEAD', path, {})).status).toBe(404);
  });
});
