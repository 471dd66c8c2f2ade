import { expect, test } from 'vitest';
import { scopeOf } from './incoming.ts';
import { refuseMalformed } from './malformed.ts';

const known = {
  schemas: new Map(),
  roleSettings: new Map(),
  api: { schemas: ['public'], maxRows: 1000, extraSearchPath: ['public', 'extensions'] },
  options: {},
  fingerprint: '',
};

async function answerTo(method: string, target: string, body?: string): Promise<unknown> {
  const url = new URL(target, 'http://project.test');
  const incoming = {
    url,
    method,
    headers: new Headers(),
    body: body === undefined ? undefined : new TextEncoder().encode(body).buffer,
    caller: { key: 'publishable', role: 'anon', claims: {}, token: '' } as const,
    schema: 'public',
    path: url.pathname,
  };
  return refuseMalformed(scopeOf(incoming, known), url)?.json();
}

test.each([
  ['GET', '/notes?a%00b=eq.1', undefined, '22021'],
  ['GET', '/no%00tes', undefined, '22021'],
  ['POST', '/notes', '5', 'PGRST102'],
  ['PATCH', '/notes', ' "x"', 'PGRST102'],
  ['POST', '/notes', ' [{"a":1}]', undefined],
  ['POST', '/notes', '{}', undefined],
  ['DELETE', '/notes', undefined, undefined],
  ['POST', '/rpc/shout', '5', undefined],
])('%s %s with %s: %s', async (method, target, body, code) => {
  const answer = await answerTo(method, target, body);
  if (code === undefined) expect(answer).toBeUndefined();
  else expect(answer).toMatchObject({ code });
});
