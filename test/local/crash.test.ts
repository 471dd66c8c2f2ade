import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud, until } from './cloud.ts';
import { processesOf } from './machine.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.start({ BASEPLANE_POOL: '1' });
});
afterAll(() => cloud.destroy());

/** Moments after the request, in ms: before anything has happened, in every phase of it, and after it is over. */
const MOMENTS = [0, 40, 130, 450, 1100];

async function killAndRestart(): Promise<void> {
  await cloud.end('SIGKILL');
  await cloud.launch();
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('after kill -9 of the control plane', () => {
  it.each(MOMENTS)('%i ms into a creation, the project comes up all the same', async (moment) => {
    const { ref } = await cloud.create(`created ${moment}`);
    await wait(moment);
    await killAndRestart();
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    await until('its database to answer', async () => {
      const answer = await cloud.call('POST', `/v1/projects/${ref}/database/query`, {
        query: 'select 1 as one',
      });
      return answer.status === 201 ? true : undefined;
    });
    const keys = await cloud.keys(ref);
    await until('its data plane to answer', async () => {
      const answer = await fetch(`${cloud.url}/p/${ref}/auth/v1/health`, { headers: { apikey: keys.anon } });
      return answer.status === 200 ? true : undefined;
    });
    await cloud.call('DELETE', `/v1/projects/${ref}`);
    await cloud.reaches(ref, 'gone');
  });

  it.each(MOMENTS)('%i ms into a pause and a deletion, both are finished', async (moment) => {
    const [paused, deleted] = await Promise.all([
      cloud.healthy(`paused ${moment}`),
      cloud.healthy(`deleted ${moment}`),
    ]);
    await cloud.sql(paused.ref, 'create table kept as select 1 as id');
    await Promise.all([
      cloud.call('POST', `/v1/projects/${paused.ref}/pause`),
      cloud.call('DELETE', `/v1/projects/${deleted.ref}`),
    ]);
    await wait(moment);
    await killAndRestart();
    await cloud.reaches(paused.ref, 'INACTIVE');
    await cloud.reaches(deleted.ref, 'gone');
    expect((await cloud.call('GET', `/platform/projects/${deleted.ref}/certificate`)).status).toBe(200);
    await cloud.call('POST', `/v1/projects/${paused.ref}/restore`);
    await cloud.reaches(paused.ref, 'ACTIVE_HEALTHY');
    expect(await cloud.sql(paused.ref, 'select id from kept')).toEqual([{ id: 1 }]);
    await cloud.call('DELETE', `/v1/projects/${paused.ref}`);
    await cloud.reaches(paused.ref, 'gone');
  });

  it('a project that ran runs again, with its data', async () => {
    const { ref, keys } = await cloud.healthy('running');
    await cloud.sql(ref, 'create table kept as select 42 as id');
    await killAndRestart();
    const client = cloud.client(ref, keys.serviceRole);
    const data = await until(
      'it to answer',
      async () => (await client.from('kept').select()).data ?? undefined,
    );
    expect(data).toEqual([{ id: 42 }]);
    await cloud.call('DELETE', `/v1/projects/${ref}`);
    await cloud.reaches(ref, 'gone');
  });

  it('nothing is left over: no project, no process but the pool, no directory', async () => {
    expect((await cloud.call('GET', '/v1/projects')).body).toEqual([]);
    const left = await until('only the pool to be left', async () => {
      const clusters = readdirSync(join(cloud.home, 'clusters'));
      return clusters.length <= 1 ? clusters : undefined;
    });
    const strangers = processesOf(cloud.home).filter(
      ({ pid, args }) => pid !== cloud.pid && !left.some((id) => args.includes(id)),
    );
    expect(strangers).toEqual([]);
    expect(readdirSync(join(cloud.home, 'secrets'))).toEqual([]);
    expect(readdirSync(join(cloud.home, 'projects'))).toEqual([]);
  });
});

describe('when it is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends every process, and the next start has everything',
    async (signal) => {
      const { ref } = await cloud.healthy(`kept over ${signal}`);
      expect(await cloud.end(signal)).toBe(0);
      expect(processesOf(cloud.home)).toEqual([]);
      await cloud.launch();
      expect((await cloud.project(ref))?.status).toBe('ACTIVE_HEALTHY');
      await until('its database to answer', async () => {
        const answer = await cloud.call('POST', `/v1/projects/${ref}/database/query`, {
          query: 'select 1 as one',
        });
        return answer.status === 201 ? true : undefined;
      });
    },
  );
});
