import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Cloud, type Keys, until } from './cloud.ts';

const idleSchema = z.object({
  verdict: z.string(),
  last_use: z.object({ use: z.string() }).nullable(),
  paused: z.object({ idle_since: z.string(), last_use: z.object({ use: z.string() }) }).nullable(),
});

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.start({ BASEPLANE_IDLE_AFTER: '8s' });
});
afterAll(() => cloud.destroy());

const idleOf = async (ref: string) =>
  idleSchema.parse((await cloud.call('GET', `/platform/projects/${ref}/idle`)).body);
/** As a collector does, with all the rights there are. */
const scrape = (ref: string, { secret }: Keys) =>
  fetch(`${cloud.url}/p/${ref}/customer/v1/privileged/metrics`, {
    headers: { authorization: `Basic ${btoa(`service_role:${secret}`)}` },
  });
const ask = (ref: string, { anon }: Keys) =>
  fetch(`${cloud.url}/p/${ref}/auth/v1/health`, { headers: { apikey: anon } });

it('pauses what nobody uses and nothing else, with a warning and the evidence, and wakes it again', async () => {
  const [idle, used, exempt] = await Promise.all([
    cloud.healthy('idle'),
    cloud.healthy('used'),
    cloud.healthy('exempt'),
  ]);
  await cloud.call('PUT', `/platform/projects/${exempt.ref}/idle`, { exempt: true });
  expect((await ask(idle.ref, idle.keys)).status).toBe(200);
  const scraped = new Set<number>();
  const statuses = new Set<string | undefined>();
  await until('the idle one to be paused', async () => {
    expect((await ask(used.ref, used.keys)).status).toBe(200);
    scraped.add((await scrape(idle.ref, idle.keys)).status);
    statuses.add((await cloud.project(used.ref))?.status);
    return (await cloud.project(idle.ref))?.status === 'INACTIVE' ? true : undefined;
  });
  expect([...statuses]).toEqual(['ACTIVE_HEALTHY']);
  // To be watched all the time has neither kept it awake nor woken it.
  expect([...scraped]).toContain(200);
  expect((await scrape(idle.ref, idle.keys)).status).toBe(503);
  expect((await cloud.project(idle.ref))?.status).toBe('INACTIVE');
  expect(await idleOf(idle.ref)).toMatchObject({
    verdict: 'not_running',
    paused: { last_use: { use: 'auth' } },
  });
  expect(await idleOf(exempt.ref)).toMatchObject({ verdict: 'exempt', paused: null });
  expect((await cloud.project(exempt.ref))?.status).toBe('ACTIVE_HEALTHY');
  const outbox = join(cloud.home, 'outbox');
  const mails = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), 'utf8'));
  const warnings = mails.filter((mail) => /Your project \w+ will be paused/.test(mail));
  expect(warnings.length).toBeGreaterThan(0);
  expect(warnings.join()).not.toContain('exempt will be paused');

  expect((await ask(idle.ref, idle.keys)).status).toBe(200);
  expect((await cloud.project(idle.ref))?.status).toBe('ACTIVE_HEALTHY');
  const jobs = await cloud.call('GET', '/platform/jobs');
  expect(jobs.body).toContainEqual(expect.objectContaining({ name: 'pause-idle', state: 'ok', failures: 0 }));
});
