import { beforeEach, expect, it } from 'vitest';
import { ProjectApi } from './project-api.ts';

let api: ProjectApi;

const request = (service: string, path: string, status: number, duration_ms: number) => ({
  source: 'light',
  level: 'info',
  message: 'request',
  fields: { service, method: 'GET', path, status, duration_ms },
});

beforeEach(async () => {
  api = await ProjectApi.start();
  const time = api.world.ports.clock.now().toISOString();
  const old = new Date(Date.parse(time) - 2 * 3_600_000).toISOString();
  api.world.logs.push(
    { time: old, ...request('rest', '/rest/v1/old', 200, 1) },
    { time, ...request('rest', '/rest/v1/people', 200, 3) },
    { time, ...request('auth', '/auth/v1/token', 503, 5) },
    { time, source: 'postgres', level: 'error', message: 'relation "x" does not exist', fields: {} },
    { time, source: 'light', level: 'warn', message: 'signal', fields: { service: 'auth' } },
  );
  // What is asked of includes no line of the very instant of asking.
  api.world.pass(1000);
});

const ask = (endpoint: string, query: Readonly<Record<string, string>> = {}) =>
  api.project('GET', `/analytics/endpoints/${endpoint}?${new URLSearchParams(query).toString()}`);

it('the logs of the last hour answer a query, by Supabase’s names', async () => {
  const sql = 'select source, event_message as text from logs order by source asc';
  expect((await ask('logs', { sql })).body).toEqual({
    result: [
      { source: 'auth_logs', text: 'signal' },
      { source: 'edge_logs', text: 'GET | 200 | /rest/v1/people' },
      { source: 'edge_logs', text: 'GET | 503 | /auth/v1/token' },
      { source: 'postgres_logs', text: 'relation "x" does not exist' },
    ],
  });
  const errors = "select id from logs where log_attributes['parsed.error_severity'] = 'ERROR'";
  expect((await ask('logs.all', { sql: errors })).body).toMatchObject({
    result: [{ id: expect.any(String) }],
  });
});

it('a time of the past can be asked for, and no more than a day of it', async () => {
  const end = api.world.ports.clock.now();
  const at = (hours: number) => new Date(end.getTime() - hours * 3_600_000).toISOString();
  const old = await ask('logs', { iso_timestamp_start: at(3), iso_timestamp_end: at(1) });
  expect(old.body).toMatchObject({ result: [{ event_message: 'GET | 200 | /rest/v1/old' }] });
  const long = await ask('logs', { iso_timestamp_start: at(30), iso_timestamp_end: at(1) });
  expect(long).toMatchObject({ status: 400, body: { field: 'query.iso_timestamp_end' } });
});

it('what is no query of logs is refused, saying where', async () => {
  expect(await ask('logs', { sql: 'select count() from logs' })).toMatchObject({
    status: 400,
    body: { code: 'query_failed', field: 'query.sql', message: expect.stringContaining('"count"') },
  });
});

it('requests are counted by service and altogether', async () => {
  expect((await ask('usage.api-counts', { interval: '15min' })).body).toMatchObject({
    result: [{ total_rest_requests: 1, total_auth_requests: 1, total_storage_requests: 0 }],
  });
  expect((await ask('usage.api-requests-count')).body).toEqual({ result: [{ count: 2 }] });
});

it('the calls of a function are counted by how they ended', async () => {
  const unknown = { interval: '1hr', function_id: 'none' };
  expect((await ask('functions.combined-stats', unknown)).body).toEqual({ result: [] });
});
