import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { Cloud, type Keys, until } from './cloud.ts';

const eventsSchema = z.array(z.object({ execution: z.string(), workflow: z.string() }));

let cloud: Cloud;
let ref: string;
let keys: Keys;

beforeAll(async () => {
  cloud = await Cloud.start();
  ({ ref, keys } = await cloud.healthy('sleeper'));
  await cloud.sql(ref, 'create table t (id int primary key, note text); insert into t values (1)');
});

afterAll(() => cloud.destroy());

async function pause(): Promise<void> {
  await cloud.call('POST', `/v1/projects/${ref}/pause`);
  await cloud.reaches(ref, 'INACTIVE');
}

/** Executions of the workflow that the project has had. */
async function executions(workflow: string): Promise<number> {
  const answer = await cloud.call('GET', `/platform/projects/${ref}/events`);
  const events = eventsSchema.parse(answer.body);
  return new Set(events.filter((each) => each.workflow === workflow).map(({ execution }) => execution)).size;
}

const statusNow = async () => (await cloud.project(ref))?.status;

describe('a paused project', () => {
  it('answers fifty first requests at once, woken by one of them', async () => {
    await pause();
    const before = await executions('resume');
    const client = cloud.client(ref, keys.serviceRole);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        at % 2 === 0
          ? client.from('t').select('id').eq('id', 1)
          : client
              .from('t')
              .insert({ id: 100 + at, note: 'x'.repeat(20_000) })
              .select('id'),
      ),
    );
    expect(answers.map(({ data, error }) => error ?? data?.[0]?.id)).toEqual(
      answers.map((_, at) => (at % 2 === 0 ? 1 : 100 + at)),
    );
    expect(await executions('resume')).toBe(before + 1);
    const { rows } = z
      .object({ rows: z.array(z.object({ length: z.number() })) })
      .parse({ rows: await cloud.sql(ref, 'select distinct length(note) from t where id > 100') });
    expect(rows).toEqual([{ length: 20_000 }]);
  });

  it('is woken by a WebSocket', async () => {
    await pause();
    const url = `${cloud.url.replace('http', 'ws')}/p/${ref}/realtime/v1/websocket?apikey=${keys.anon}&vsn=1.0.0`;
    const socket = new WebSocket(url);
    const answer = new Promise<string>((resolve, reject) => {
      socket.once('open', () => {
        socket.send(JSON.stringify({ topic: 'phoenix', event: 'heartbeat', payload: {}, ref: '1' }));
      });
      socket.once('message', (data: Buffer) => resolve(data.toString()));
      socket.once('unexpected-response', (_request, response) => resolve(`HTTP ${response.statusCode}`));
      socket.once('error', reject);
    });
    expect(await answer).toContain('phx_reply');
    expect(await statusNow()).toBe('ACTIVE_HEALTHY');
    socket.terminate();
    const health = await cloud.call('GET', `/v1/projects/${ref}/health?services=realtime`);
    expect(health.body).toMatchObject([{ name: 'realtime', status: 'ACTIVE_HEALTHY' }]);
  });

  it('is woken as soon as its pause is over, by what comes during the pause', async () => {
    const before = await executions('resume');
    await cloud.call('POST', `/v1/projects/${ref}/pause`);
    expect(await statusNow()).toBe('PAUSING');
    const { data } = await cloud.client(ref, keys.serviceRole).from('t').select('id').eq('id', 1);
    expect(data).toEqual([{ id: 1 }]);
    expect(await executions('resume')).toBe(before + 1);
  });

  it('sleeps on through what crawlers ask for, and says so', async () => {
    await pause();
    const before = await executions('resume');
    for (const path of ['', 'wp-login.php', 'robots.txt', 'restless']) {
      const answer = await fetch(`${cloud.url}/p/${ref}/${path}`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ status: 'INACTIVE', code: 'unavailable' });
    }
    const page = await fetch(`${cloud.url}/p/${ref}/`, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toContain('http-equiv="refresh"');
    expect(await statusNow()).toBe('INACTIVE');
    expect(await executions('resume')).toBe(before);
    const unknown = await fetch(`${cloud.url}/p/aaaaaaaaaaaaaaaaaaaa/rest/v1/`, { headers: { apikey: 'x' } });
    expect(unknown.status).toBe(404);
  });

  it('sleeps on while its numbers are asked for, and says so at once', async () => {
    const watch = () => {
      const authorization = `Basic ${btoa(`service_role:${keys.secret}`)}`;
      return fetch(`${cloud.url}/p/${ref}/customer/v1/privileged/metrics`, { headers: { authorization } });
    };
    expect(await statusNow()).toBe('INACTIVE');
    const asleep = await watch();
    expect([asleep.status, await asleep.json()]).toMatchObject([503, { status: 'INACTIVE' }]);
    const [woken, watched] = await Promise.all([
      cloud.client(ref, keys.serviceRole).from('t').select('id').eq('id', 1),
      watch(),
    ]);
    expect([woken.data, watched.status]).toEqual([[{ id: 1 }], 503]);
    expect(await (await watch()).text()).toContain(`supabase_project_ref="${ref}"`);
  });

  it('is woken for a client that goes away, too, and nothing is left of that', async () => {
    await pause();
    const socket = connect(cloud.port, '127.0.0.1');
    socket.write(`GET /p/${ref}/rest/v1/t HTTP/1.1\r\nHost: localhost\r\napikey: ${keys.anon}\r\n\r\n`);
    await until('the wake', async () => ((await statusNow()) === 'INACTIVE' ? undefined : true));
    socket.resetAndDestroy();
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    const { status } = await cloud.client(ref, keys.serviceRole).from('t').select('id');
    expect(status).toBe(200);
  });
});

it('a request that comes while its project is created is held until it can be answered', async () => {
  const { ref: fresh } = await cloud.create('fresh');
  const answer = await fetch(`${cloud.url}/p/${fresh}/auth/v1/health`, { headers: { apikey: 'unknown' } });
  expect(answer.status).not.toBe(503);
  expect(answer.status).not.toBe(404);
});

it('stopping lets go of who waits', async () => {
  const other = await Cloud.start();
  const { ref: waiting } = await other.create('never ready');
  const answer = fetch(`${other.url}/p/${waiting}/rest/v1/`).catch(() => undefined);
  await other.end();
  expect((await answer)?.status).not.toBe(200);
  await other.destroy();
});
