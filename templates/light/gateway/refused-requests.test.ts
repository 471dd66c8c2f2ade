import { Duplex } from 'node:stream';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createRequestMeter } from '../server/request-meter.ts';
import { Metrics } from '../server/metrics.ts';
import type { Service } from '../server/service.ts';
import { createUpgrade } from '../server/upgrade.ts';
import { SettingReader } from '../settings/reader.ts';
import { createGateway } from './gateway.ts';
import { readRefusedRequests } from './refused-requests.ts';
import { createRoutes } from './routes.ts';

const BECAUSE = 'The monthly quota is used up.';
const caller = { key: 'publishable', role: 'anon', claims: { role: 'anon' }, token: 'token' } as const;

function projectThatRefuses(refused: unknown) {
  const settings = new SettingReader({ REFUSED_REQUESTS: refused });
  const refusalOf = readRefusedRequests(settings);
  const upgraded: string[] = [];
  const services = (['storage', 'realtime'] as const).map((name): Service => ({
    name,
    prefix: `/${name}/v1`,
    fetch: async () => new Response(name),
    upgrade: () => void upgraded.push(name),
    health: async () => ({ healthy: true }),
    close: async () => {},
  }));
  const parts = {
    routes: createRoutes(services),
    authenticate: async () => ({ ok: true, caller }) as const,
    refusalOf,
    log: () => {},
  };
  const handle = createGateway({
    ...parts,
    pages: { '/health': async () => new Response('well') },
    onUse: () => {},
    meter: createRequestMeter(new Metrics()),
  });
  return { settings, handle, upgrade: createUpgrade(parts), upgraded };
}

test('what is refused answers 402 and why, to a browser too, and anything else as ever', async () => {
  const { handle } = projectThatRefuses([
    { methods: ['POST', 'PUT'], path: '^/storage/v1/object/(?!list/)', because: BECAUSE },
  ]);
  const ask = async (method: string, path: string) => {
    const answer = await handle(new Request(`http://project${path}`, { method }));
    return answer instanceof Response ? answer : new Response(answer.body, answer);
  };
  const refused = await ask('POST', '/storage/v1/object/b/a.txt?x=/object/list/');
  expect(await refused.json()).toEqual({ message: BECAUSE, code: 'quota_exceeded' });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([402, '*']);
  for (const [method = '', path = ''] of [
    ['GET', '/storage/v1/object/b/a.txt'],
    ['POST', '/storage/v1/object/list/b'],
    ['OPTIONS', '/storage/v1/object/b/a.txt'],
  ])
    expect((await ask(method, path)).ok).toBe(true);
});

test('where everything is refused, the project’s health is still told', async () => {
  const { handle, upgrade, upgraded } = projectThatRefuses(
    JSON.stringify([{ methods: null, path: '^/', because: BECAUSE }]),
  );
  expect((await handle(new Request('http://project/nothing'))).status).toBe(402);
  expect((await handle(new Request('http://project/health'))).status).toBe(200);
  const request = new IncomingMessage(new Socket());
  request.url = '/realtime/v1/websocket';
  let written = '';
  const socket = new Duplex({
    read: () => {},
    write: (chunk, _, done) => {
      written += String(chunk);
      done();
    },
  });
  await upgrade(request, socket, Buffer.of());
  expect(written).toContain('402 Payment Required');
  expect(upgraded).toEqual([]);
});

test.each([['{'], [[{ methods: null, path: '(', because: BECAUSE }]], [[{ path: '^/' }]]])(
  'a setting like %s is refused',
  (refused) => {
    expect(projectThatRefuses(refused).settings.problems).toEqual([
      expect.stringContaining('REFUSED_REQUESTS'),
    ]);
  },
);
