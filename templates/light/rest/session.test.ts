import { expect, test } from 'vitest';
import type { RequestScope } from './request-scope.ts';
import { sessionSettings } from './session.ts';

const scope: RequestScope = {
  caller: { key: 'publishable', role: 'authenticated', claims: { sub: 'u1', email: 'a@b.test' }, token: 'x' },
  method: 'POST',
  path: '/notes',
  headers: { cookie: 'a=1; b=x=y;; c', 'x-client-info': 'me' },
  body: '',
  schema: 'we"ird',
  known: {
    schemas: new Map(),
    roleSettings: new Map(),
    api: { schemas: ['public'], maxRows: 1000, extraSearchPath: ['public', 'extensions'] },
    options: {},
    fingerprint: '',
  },
  wishes: { form: undefined, plan: undefined },
  found: {},
};

test('a request’s transaction gets PostgREST’s settings', () => {
  const settings = Object.fromEntries(sessionSettings(scope, { statement_timeout: '8s' }));
  expect(settings).toMatchObject({
    role: 'authenticated',
    search_path: '"we""ird", "public", "extensions"',
    'request.jwt.claims': '{"sub":"u1","email":"a@b.test","role":"authenticated"}',
    'request.jwt.claim.sub': 'u1',
    'request.method': 'POST',
    'request.path': '/notes',
    'request.headers': JSON.stringify(scope.headers),
    'request.cookies': '{"a":"1","b":"x=y","c":""}',
    statement_timeout: '8s',
    transaction_read_only: 'off',
  });
});

test.each(['GET', 'HEAD'])('%s reads only, and nothing is set after that', (method) => {
  expect(sessionSettings({ ...scope, method }, { work_mem: '1MB' }).at(-1)).toEqual([
    'transaction_read_only',
    'on',
  ]);
});

test('without claims the settings are empty, not those of the request before', () => {
  const anonymous = { ...scope, caller: { ...scope.caller, role: 'anon', claims: {} } };
  expect(Object.fromEntries(sessionSettings(anonymous))).toMatchObject({
    'request.jwt.claim.sub': '',
    'request.jwt.claim.email': '',
    'response.status': '',
    'response.headers': '',
  });
});

test('times are in the zone the client prefers, if there is such a zone', () => {
  const zoneFor = (prefer: string) => {
    const settings = sessionSettings({ ...scope, headers: { prefer } });
    return settings.find(([name]) => name === 'TimeZone')?.[1];
  };
  expect(zoneFor('count=exact, timezone=America/New_York')).toBe('America/New_York');
  expect(zoneFor('timezone=Nowhere/Land')).toBeUndefined();
  expect(zoneFor('return=minimal')).toBeUndefined();
});
