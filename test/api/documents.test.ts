import { expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../functions/api/app.ts';
import { OPERATIONS } from '../../functions/contract/index.ts';
import { World } from '../faults/world.ts';
import { undeclared } from './declared.ts';
import { ask } from './ask.ts';

const get = (path: string) => ask(createApp(new World().ports), path, {}, { ip: '127.0.0.1' });

it('serves its own description, to anyone', async () => {
  const response = await get('/openapi.json');
  expect(response.headers.get('content-type')).toBe('application/json');
  const { paths } = z.object({ paths: z.record(z.string(), z.unknown()) }).parse(await response.json());
  expect(Object.keys(paths)).toEqual([...new Set(Object.values(OPERATIONS).map(({ path }) => path))]);
});

it('shows the description to people, without a script', async () => {
  const response = await get('/docs');
  const page = await response.text();
  for (const [id, { path }] of Object.entries(OPERATIONS)) {
    expect(page).toContain(`id="${id}"`);
    expect(page).toContain(path);
  }
  expect(page).not.toContain('<script');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('answers 501 with the reason where it has declared so', async () => {
  const response = await ask(
    createApp(new World().ports),
    '/v1/oauth/token',
    { method: 'POST', body: '{"grant_type":"refresh_token"}' },
    { ip: '127.0.0.1' },
  );
  expect(response.status).toBe(501);
  expect(await response.json()).toMatchObject({
    code: 'not_implemented',
    message: expect.stringContaining('access token'),
  });
});

it.each([
  ['a field that is missing', 'GET', 200, '{"id":1}'],
  ['a field that is too much', 'PATCH', 200, '{"id":1,"ref":"a","name":"b","secret":"c"}'],
  ['a status', 'DELETE', 204, ''],
  ['an error without its code', 'GET', 404, '{"message":"no"}'],
])('%s is not as declared', (_, method, status, text) => {
  expect(undeclared(method, '/v1/projects/abcdefghijklmnopqrst', { status, text })).toBeDefined();
});
