import { expect, test } from 'vitest';
import type { RequestArrival } from '../../infra/local/gateway.ts';
import { REF, startWorld } from './fixture.ts';
import { ask } from './request.ts';

const KEYLESS = { path: '/rest/v1/t', hasKey: false };

test.each<[string, Record<string, string>, Pick<RequestArrival, 'path' | 'hasKey'>]>([
  ['/rest/v1/t?select=*', {}, KEYLESS],
  ['/rest/v1/t?select=*', { apikey: '' }, KEYLESS],
  ['/rest/v1/t?apikey=', {}, KEYLESS],
  ['/rest/v1/t?myapikey=x', {}, KEYLESS],
  ['/rest/v1/t', { apikey: 'x' }, { ...KEYLESS, hasKey: true }],
  ['/rest/v1/t', { apikey: '', authorization: 'Bearer x' }, { ...KEYLESS, hasKey: true }],
  ['/realtime/v1/websocket?vsn=1.0.0&apikey=x', {}, { path: '/realtime/v1/websocket', hasKey: true }],
  ['//?x?apikey=1', {}, { path: '//', hasKey: false }],
])('of %s with %j it is told whether it is meant', async (path, headers, expected) => {
  const { port, arrivals } = await startWorld();
  await ask({ port, host: `${REF}.localhost`, path, headers });
  await ask({ port, host: 'localhost', path: `/p/${REF}${path}`, headers });
  expect(arrivals).toMatchObject([expected, expected]);
  expect(arrivals.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
});
