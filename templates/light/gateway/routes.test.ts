import { expect, test } from 'vitest';
import type { Service } from '../server/service.ts';
import { createRoutes } from './routes.ts';

const service = (name: Service['name'], prefix: Service['prefix']): Service => ({
  name,
  prefix,
  fetch: async () => Response.json(name),
  health: async () => ({ healthy: true }),
  close: async () => undefined,
});

const routes = createRoutes([service('rest', '/rest/v1'), service('auth', '/auth/v1')]);

test.each([
  ['/rest/v1', 'rest'],
  ['/rest/v1/', 'rest'],
  ['/rest/v1/a/b', 'rest'],
  ['/auth/v1/token', 'auth'],
])('%s belongs to %s', (path, name) => {
  const route = routes(path);
  expect(route.kind === 'service' && route.service.name).toBe(name);
});

test.each([
  ['/storage/v1/bucket', 'storage'],
  ['/realtime/v1/websocket', 'realtime'],
  ['/functions/v1/hello', 'functions'],
  ['/graphql/v1', 'graphql'],
  ['/pg/tables', 'meta'],
])('%s is known, but %s is off', async (path, name) => {
  const route = routes(path);
  expect(route.kind === 'none' && [route.answer.status, await route.answer.json()]).toMatchObject([
    404,
    { message: expect.stringContaining(name) },
  ]);
});

test.each(['/', '/rest', '/rest/v10/a', '/restful', '//rest/v1/a'])('%s is no route', async (path) => {
  const route = routes(path);
  expect(route.kind === 'none' && (await route.answer.json())).toEqual({
    message: 'no Route matched with those values',
  });
});
