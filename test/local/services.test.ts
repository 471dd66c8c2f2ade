import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cloud, type Keys } from './cloud.ts';

let cloud: Cloud;
let project: { ref: string; keys: Keys };

beforeAll(async () => {
  cloud = await Cloud.start();
  project = await cloud.healthy('services');
});
afterAll(() => cloud.destroy());

it('files go up and come down through the project’s address, and survive a pause', async () => {
  const { ref, keys } = project;
  const { storage } = cloud.client(ref, keys.serviceRole);
  expect((await storage.createBucket('things')).error).toBeNull();
  expect(
    (await storage.from('things').upload('a/note.txt', 'hello', { contentType: 'text/plain' })).error,
  ).toBeNull();
  await cloud.call('POST', `/v1/projects/${ref}/pause`);
  await cloud.reaches(ref, 'INACTIVE');
  await cloud.call('POST', `/v1/projects/${ref}/restore`);
  await cloud.reaches(ref, 'ACTIVE_HEALTHY');
  const { data, error } = await storage.from('things').download('a/note.txt');
  expect(error).toBeNull();
  expect(await data?.text()).toBe('hello');
});

it('a function that is not there is a 404, and the tools are for secret keys alone', async () => {
  const { ref, keys } = project;
  const { error } = await cloud.client(ref, keys.anon).functions.invoke('nothing');
  expect(error?.context).toMatchObject({ status: 404 });
  const meta = (apikey: string) => fetch(`${cloud.url}/p/${ref}/pg/schemas`, { headers: { apikey } });
  expect((await meta(keys.serviceRole)).status).toBe(200);
  expect((await meta(keys.anon)).status).toBeGreaterThanOrEqual(401);
});

it('what its services log can be asked for', async () => {
  const { ref } = project;
  const sql =
    "select event_message from logs where source = 'function_edge_logs' and event_message like '%/functions/v1/nothing%'";
  const asked = await cloud.call(
    'GET',
    `/v1/projects/${ref}/analytics/endpoints/logs?${new URLSearchParams({ sql }).toString()}`,
  );
  expect(asked.body).toEqual({ result: [{ event_message: 'POST | 404 | /functions/v1/nothing' }] });
  const counted = await cloud.call('GET', `/v1/projects/${ref}/analytics/endpoints/usage.api-requests-count`);
  expect(counted.body).toMatchObject({ result: [{ count: expect.any(Number) }] });
  const lines = await cloud.call('GET', `/v1/projects/${ref}/analytics/endpoints/logs`);
  expect(lines.text).toContain('/storage/v1/object/things/a/note.txt');
});

it('deleting the project deletes its files', async () => {
  const { ref } = project;
  const folder = join(cloud.home, 'objects', ref);
  expect(existsSync(folder)).toBe(true);
  await cloud.call('DELETE', `/v1/projects/${ref}`);
  await cloud.reaches(ref, 'gone');
  expect(existsSync(folder)).toBe(false);
});
