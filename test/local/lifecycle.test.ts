import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud, until } from './cloud.ts';
import { processesOf } from './machine.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.start();
});
afterAll(() => cloud.destroy());

describe('the life of a project', () => {
  let ref = '';

  it('begins with a POST and is healthy after every step is done', async () => {
    const created = await cloud.create('life');
    ref = created.ref;
    expect(created).toMatchObject({ name: 'life', status: 'COMING_UP' });
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    const events = await until('the last step to be over', async () => {
      const seen = await cloud.call('GET', `/platform/projects/${ref}/events`);
      // Between two steps none is running.
      const last = seen.text.includes('"catch-up"') && !seen.text.includes('"running"');
      return last ? seen : undefined;
    });
    expect(events.body).toEqual(
      [
        'create-secrets',
        'create-database',
        'await-database',
        'bootstrap-database',
        'configure-database',
        'prepare-stack',
        'deploy-stack',
        'await-healthy',
        'publish-route',
        'settle',
        'notify',
        'catch-up',
      ].map((step) =>
        expect.objectContaining({ workflow: 'provision', step, status: 'done', message: null }),
      ),
    );
  });

  it('tells of the health of its services', async () => {
    const all = await cloud.call('GET', `/v1/projects/${ref}/health`);
    expect(all.body).toEqual(
      ['auth', 'db', 'realtime', 'rest', 'storage'].map((name) =>
        expect.objectContaining({ name, healthy: true, status: 'ACTIVE_HEALTHY' }),
      ),
    );
    const some = await cloud.call('GET', `/v1/projects/${ref}/health?services=rest,db&services=pooler`);
    expect(some.body).toMatchObject([
      { name: 'rest', healthy: true },
      { name: 'db' },
      { name: 'pooler', healthy: false },
    ]);
  });

  it('survives a pause with its data, and runs no process meanwhile', async () => {
    await cloud.sql(ref, 'create table kept (id int primary key); insert into kept values (7)');
    const cluster = realpathSync(join(cloud.home, 'projects', ref));
    expect(processesOf(cluster).length).toBeGreaterThanOrEqual(2);
    expect((await cloud.call('POST', `/v1/projects/${ref}/pause`)).status).toBe(200);
    await cloud.reaches(ref, 'INACTIVE');
    // What a crawler asks for wakes nothing.
    const closed = await fetch(`${cloud.url}/p/${ref}/robots.txt`);
    expect(closed.status).toBe(503);
    expect(closed.headers.has('retry-after')).toBe(false);
    expect(await closed.json()).toMatchObject({ code: 'unavailable', status: 'INACTIVE' });
    expect(processesOf(cluster)).toEqual([]);

    expect((await cloud.call('POST', `/v1/projects/${ref}/restore`)).status).toBe(200);
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    expect(await cloud.sql(ref, 'select id from kept')).toEqual([{ id: 7 }]);
    const { data } = await cloud
      .client(ref, (await cloud.keys(ref)).serviceRole)
      .from('kept')
      .select();
    expect(data).toEqual([{ id: 7 }]);
  });

  it('is restarted without a failed request', async () => {
    const client = cloud.client(ref, (await cloud.keys(ref)).serviceRole);
    expect((await cloud.call('POST', `/v1/projects/${ref}/restart`)).status).toBe(200);
    await until('the restart to be over', async () => {
      const { error } = await client.from('kept').select();
      expect(error).toBeNull();
      return (await cloud.project(ref))?.status === 'ACTIVE_HEALTHY' ? true : undefined;
    });
    const steps = await cloud.call('GET', `/platform/projects/${ref}/events`);
    expect(steps.body).toContainEqual(
      expect.objectContaining({ workflow: 'redeploy', step: 'settle', status: 'done' }),
    );
  });

  it('answers at its vanity subdomain as well, until that is given up', async () => {
    const path = `/v1/projects/${ref}/vanity-subdomain`;
    const { anon } = await cloud.keys(ref);
    const health = async (): Promise<number | undefined> => {
      const headers = { host: 'shop.localhost', apikey: anon };
      const request = get({ port: cloud.port, path: '/auth/v1/health', headers });
      const [response]: readonly IncomingMessage[] = await once(request, 'response');
      response?.resume();
      return response?.statusCode;
    };
    expect(await health()).toBe(404);
    const active = await cloud.call('POST', `${path}/activate`, { vanity_subdomain: 'shop' });
    expect(active.body).toEqual({ custom_domain: 'shop.localhost' });
    expect(await health()).toBe(200);
    await cloud.call('DELETE', path);
    expect(await health()).toBe(404);
  });

  it('refuses what its status does not permit, and says what to do', async () => {
    const refused = await cloud.call('POST', `/v1/projects/${ref}/restore`);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'illegal_transition', suggestion: expect.any(String) });
  });

  it('ends with nothing left but a certificate', async () => {
    const deleted = await cloud.call('DELETE', `/v1/projects/${ref}`);
    expect(deleted).toMatchObject({ status: 200, body: { ref, name: 'life', id: expect.any(Number) } });
    await until('the project to be gone', async () =>
      (await cloud.project(ref)) === undefined ? true : undefined,
    );
    const certificate = await cloud.call('GET', `/platform/projects/${ref}/certificate`);
    expect(certificate.body).toMatchObject({ ref, name: 'life', remnants: 0 });
    expect(certificate.text).toContain('"what":"database"');
    const files = readdirSync(cloud.home, { recursive: true }).map((name) => join(cloud.home, String(name)));
    expect(files.filter((name) => name.includes(ref))).toEqual([]);
    expect(processesOf(cloud.home).filter(({ args }) => args.includes(ref))).toEqual([]);
    expect((await fetch(`${cloud.url}/p/${ref}/rest/v1/`)).status).toBe(404);
    expect((await cloud.call('GET', `/platform/projects/${ref}/events`)).status).toBe(404);
  });

  it('leaves its name free', async () => {
    const again = await cloud.create('life');
    expect((await cloud.call('POST', '/v1/projects', { name: ' LIFE ' })).body).toMatchObject({
      code: 'conflict',
      field: 'body.name',
    });
    await cloud.call('DELETE', `/v1/projects/${again.ref}`);
    await until('it to be gone', async () =>
      (await cloud.project(again.ref)) === undefined ? true : undefined,
    );
  });
});

describe('other templates', () => {
  it('a base project is a database and nothing else', async () => {
    const { ref } = await cloud.healthy('only a database', { template: 'base' });
    expect(await cloud.sql(ref, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await fetch(`${cloud.url}/p/${ref}/rest/v1/`)).status).toBe(404);
  });

  it('with-postgrest serves REST and no Auth', async () => {
    const { ref, keys } = await cloud.healthy('rest alone', { template: 'with-postgrest' });
    await cloud.sql(ref, 'create table here (id int)');
    expect((await cloud.client(ref, keys.serviceRole).from('here').select()).error).toBeNull();
    const auth = await fetch(`${cloud.url}/p/${ref}/auth/v1/health`, { headers: { apikey: keys.anon } });
    expect(auth.status).toBe(404);
  });
});
