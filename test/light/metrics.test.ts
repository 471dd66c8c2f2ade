import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REALTIME_SUBSCRIBE_STATES } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNTED, countersIn } from '../../functions/core/usage/runtime-counters.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type FunctionsProject, startFunctions } from './functions-project.ts';

describe.runIf(postgresAvailable)('the numbers of a running project', () => {
  let project: FunctionsProject;
  let files: string;

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'metrics-'));
    project = await startFunctions({
      SERVICES: 'rest,auth,functions,realtime,storage',
      STORAGE_PATH: files,
    });
    await project.database.sql('create table public.counted (id int primary key)');
    await project.deploy(
      'counted',
      `Deno.serve(async (request) => {
         const until = performance.now() + 300;
         while (performance.now() < until);
         return new Response('', { status: Number(await request.text()) });
       });`,
    );
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await rm(files, { recursive: true, force: true });
  });

  const page = (headers: Record<string, string>, path = '/metrics') =>
    fetch(`${project.url}${path}`, { headers });

  async function samples(): Promise<Map<string, number>> {
    const text = await (await page({ apikey: project.setting('SECRET_KEYS') })).text();
    return new Map(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  }

  test('are for secret keys alone', async () => {
    expect((await page({})).status).toBe(401);
    expect((await page({ apikey: project.setting('ANON_KEY') })).status).toBe(403);
    expect((await page({ apikey: project.setting('PUBLISHABLE_KEYS') })).status).toBe(403);
    const { token } = await project.signUp('curious@metrics.test');
    const user = { apikey: project.setting('ANON_KEY'), authorization: `Bearer ${token}` };
    expect((await page(user)).status).toBe(403);
    const shown = await page({ authorization: `Bearer ${project.setting('SERVICE_ROLE_KEY')}` });
    expect([shown.status, shown.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
  });

  test('are in the format that Prometheus reads', async () => {
    const text = await (await page({ apikey: project.setting('SECRET_KEYS') })).text();
    const name = '[a-z_:][a-z0-9_:]*';
    const line = new RegExp(
      `^(# HELP ${name} .+|# TYPE ${name} (counter|gauge|histogram)|${name}(\\{(${name}="[^"]*",?)+\\})? [-+0-9.e]+)$`,
    );
    expect(text.endsWith('\n')).toBe(true);
    expect(
      text
        .trimEnd()
        .split('\n')
        .filter((each) => !line.test(each)),
    ).toEqual([]);
  });

  test('count requests by service and status, and how long they took', async () => {
    const before = await samples();
    const client = project.client('ANON_KEY');
    await client.from('counted').select();
    await client.from('counted').select();
    await client.from('absent').select();
    const after = await samples();
    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(more('light_requests_total{service="rest",status="2xx"}')).toBe(2);
    expect(more('light_requests_total{service="rest",status="4xx"}')).toBe(1);
    expect(more('light_request_duration_seconds_count{service="rest"}')).toBe(3);
    expect(more('light_request_duration_seconds_bucket{service="rest",le="+Inf"}')).toBe(3);
    expect(more('light_request_duration_seconds_sum{service="rest"}')).toBeGreaterThan(0);
    expect(after.get('light_requests_in_flight{service="gateway"}')).toBe(1);
    expect(after.get('light_requests_in_flight{service="rest"}')).toBe(0);
  });

  test('count what functions do and take', async () => {
    const codes = [200, 201, 404, 503];
    for (const code of codes) await project.call('counted', { method: 'POST', body: String(code) });
    await project.call('unknown');
    const now = await samples();
    expect(now.get('light_function_invocations_total{function="counted",status="2xx"}')).toBe(2);
    expect(now.get('light_function_invocations_total{function="counted",status="4xx"}')).toBe(1);
    expect(now.get('light_function_invocations_total{function="counted",status="5xx"}')).toBe(1);
    expect(now.get('light_function_duration_seconds_total{function="counted"}')).toBeGreaterThan(1.2);
    expect(now.get('light_function_starts_total{function="counted"}')).toBe(1);
    expect(now.get('light_function_processes')).toBe(1);
    expect([...now.keys()].filter((name) => name.includes('unknown'))).toEqual([]);
    const cpu = async () => (await samples()).get('light_function_cpu_seconds_total{function="counted"}');
    // On a busy machine a second of waiting is less of computing.
    await expect.poll(cpu, { timeout: 10_000 }).toBeGreaterThan(0.2);
  });

  test('tell what the process has and takes', async () => {
    await project.client('ANON_KEY').from('counted').select();
    const now = await samples();
    expect(now.get('process_resident_memory_bytes')).toBeGreaterThan(20_000_000);
    expect(now.get('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(now.get('process_start_time_seconds')).toBeGreaterThan(1_700_000_000);
    expect(now.get('light_http_connections')).toBeGreaterThan(0);
    expect(now.get('light_database_connections{role="light_user"}')).toBeGreaterThan(0);
  });

  test('have all that is metered, by the names that it is read by', async () => {
    const read = async () => (await page({ apikey: project.setting('SECRET_KEYS') })).text();
    const names = COUNTED.flatMap(({ metrics }) => metrics);
    const lines = (await read()).split('\n');
    expect(names.filter((name) => !lines.some((line) => line.startsWith(`# TYPE ${name} `)))).toEqual([]);

    const client = project.client('ANON_KEY');
    const channel = client.channel('metered', { config: { broadcast: { self: true, ack: true } } });
    const echo = Promise.withResolvers<void>();
    channel.on('broadcast', { event: 'said' }, () => echo.resolve());
    await new Promise<void>((resolve) => {
      channel.subscribe((status) => {
        if (status === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) resolve();
      });
    });
    await channel.send({ type: 'broadcast', event: 'said', payload: {} });
    await echo.promise;
    expect(countersIn(await read())?.totals).toMatchObject({
      // Once as it was sent, once as it came back.
      realtime_messages: 2,
      realtime_peak_connections: 1,
      function_invocations: expect.any(Number),
    });
    await client.removeAllChannels();
  });

  test('beside the health of each service', async () => {
    const health = async (service: string) => {
      const response = await page({}, `/health?service=${service}`);
      return [response.status, await response.json()];
    };
    const healthy = { healthy: true };
    expect(await health('functions')).toEqual([
      200,
      { status: 'healthy', services: { functions: healthy, db: healthy } },
    ]);
    expect(await health('db')).toEqual([200, { status: 'healthy', services: { db: healthy } }]);
    expect(await health('teapot')).toMatchObject([404, { message: expect.stringContaining('teapot') }]);
  });
});
