import { expect, test } from 'vitest';
import { PAUSED, REF, STARTING, startWorld, UNKNOWN, UNLUCKY } from './fixture.ts';
import { ask } from './request.ts';

const at = (ref: string): string => `${ref}.localhost`;

test('an unknown project is a 404 in JSON, by host and by path', async () => {
  const { port } = await startWorld();
  for (const [host, path] of [
    [at(UNKNOWN), '/rest/v1/t'],
    ['localhost', `/p/${UNKNOWN}/rest/v1/t`],
  ] as const) {
    const answer = await ask({ port, host, path, headers: { apikey: 'x' } });
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(answer.json()).toEqual({
      message: `There is no project ${UNKNOWN}.`,
      code: 'not_found',
      suggestion: expect.any(String),
      request_id: answer.headers['x-request-id'],
    });
  }
});

test('a paused project is a 503 that says what to do', async () => {
  const { port } = await startWorld();
  const answer = await ask({ port, host: at(PAUSED), path: '/rest/v1/t', method: 'POST', body: '{}' });
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'retry-after': '30', 'cache-control': 'no-store' },
  });
  expect(answer.json()).toMatchObject({
    message: `The project ${PAUSED} is not running: it is INACTIVE.`,
    code: 'unavailable',
    status: 'INACTIVE',
    suggestion: expect.stringContaining(`POST /v1/projects/${PAUSED}/restore`),
  });
});

test('a connection is kept for longer than those before the gateway keep theirs', async () => {
  const { port } = await startWorld();
  const answer = await fetch(`http://127.0.0.1:${port}/p/${UNKNOWN}/rest/v1/t`);
  expect(answer.headers.get('keep-alive')).toBe('timeout=75');
});

test('a starting project is a 503 that says when to ask again', async () => {
  const { port } = await startWorld();
  const answer = await ask({ port, host: at(STARTING) });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '3' } });
  expect(answer.json()).toMatchObject({ status: 'COMING_UP', suggestion: 'Try again in 3 seconds.' });
});

test('HEAD is answered without a body', async () => {
  const { port } = await startWorld();
  expect(await ask({ port, host: at(PAUSED), method: 'HEAD' })).toMatchObject({ status: 503, text: '' });
});

test('a browser gets a page that asks again by itself', async () => {
  const { port } = await startWorld();
  const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const waiting = await ask({ port, host: at(STARTING), headers });
  expect(waiting).toMatchObject({ status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(waiting.text).toContain('<meta http-equiv="refresh" content="3">');
  const unknown = await ask({ port, host: 'localhost', path: '/p/<script>/', headers });
  expect(unknown.status).toBe(404);
  expect(unknown.text).not.toMatch(/http-equiv|<script>/);
});

test('a script in a browser may read these answers from any origin', async () => {
  const { port } = await startWorld();
  const origin = { origin: 'http://app.example' };
  const asked = {
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'apikey,authorization',
  };
  for (const ref of [UNKNOWN, PAUSED]) {
    const preflight = await ask({ port, host: at(ref), method: 'OPTIONS', headers: { ...origin, ...asked } });
    expect(preflight).toMatchObject({ status: 204, text: '' });
    expect(preflight.headers['access-control-allow-origin']).toBe('*');
    expect(preflight.headers['access-control-allow-headers']).toBe('apikey,authorization');
    expect(preflight.headers['access-control-allow-methods']).toContain('PATCH');
    const answer = await ask({ port, host: at(ref), method: 'PATCH', headers: origin });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-expose-headers']).toContain('Retry-After');
  }
});

test('when the project cannot be looked up that is logged and answered 503', async () => {
  const { port, errors } = await startWorld();
  const answer = await ask({ port, host: at(UNLUCKY) });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(answer.text).not.toContain('the table is away');
  expect(errors).toEqual(['looking up a project failed']);
});

test('each request to a known project is reported once, when it is over', async () => {
  const { port, metered } = await startWorld();
  const paths = ['/rest/v1/t?x=/auth', '/auth/v1/token', '/storage', '/restless', '/'];
  const ids: unknown[] = [];
  for (const path of paths) {
    const answer = await ask({ port, host: at(REF), path, method: 'POST', body: 'x'.repeat(1000) });
    ids.push(answer.headers['x-request-id']);
  }
  await ask({ port, host: at(PAUSED), path: '/rest/v1' });
  await ask({ port, host: at(UNKNOWN) });
  await ask({ port, host: 'localhost', path: '/v1/projects' });
  expect(metered.map(({ ref, service, status }) => [ref, service, status])).toEqual([
    [REF, 'rest', 200],
    [REF, 'auth', 200],
    [REF, 'storage', 200],
    [REF, 'other', 200],
    [REF, 'other', 200],
    [PAUSED, 'rest', 503],
  ]);
  expect(metered.slice(0, 5).map((report) => report.request_id)).toEqual(ids);
  for (const { bytes_in, bytes_out, duration_ms } of metered.slice(0, 5)) {
    expect(bytes_in).toBeGreaterThan(1200);
    expect(bytes_in).toBeLessThan(2000);
    expect(bytes_out).toBeGreaterThan(1500);
    expect(bytes_out).toBeLessThan(3000);
    expect(duration_ms).toBeGreaterThan(0);
  }
  expect(metered[5]).toMatchObject({ bytes_in: 0, bytes_out: expect.any(Number) });
});
