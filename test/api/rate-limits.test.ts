import { expect, it } from 'vitest';
import { World } from '../faults/world.ts';
import { People } from './people.ts';

const limit = (requests: number) => ({ requests, seconds: 60 });

it('a token that asks too often is told when to come back, and another one is not', async () => {
  const people = new People({ limits: { token: limit(5), address: limit(1000) } });
  const busy = await people.person('busy@example.com');
  const calm = await people.person('calm@example.com');
  const ask = (token: string) => people.call(token, 'GET', '/v1/profile');
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(busy.token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.body).toMatchObject({ code: 'rate_limited' });
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(55);
  expect(refused?.headers.get('x-ratelimit-limit')).toBe('5');
  expect(refused?.headers.get('x-ratelimit-remaining')).toBe('0');
  expect((await ask(calm.token)).headers.get('x-ratelimit-remaining')).toBe('4');
  people.world.pass(1000 * Number(refused?.headers.get('retry-after')));
  expect((await ask(busy.token)).status).toBe(200);
});

it('the limit is one, over all processes', async () => {
  const world = new World();
  const limits = { token: limit(5), address: limit(1000) };
  const one = new People({ limits }, world);
  const other = new People({ limits }, world);
  const { token } = await one.person('busy@example.com');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? one : other).call(token, 'GET', '/v1/profile')),
  );
  const through = answers.filter(({ status }) => status === 200).length;
  expect(through).toBeGreaterThan(0);
  expect(through).toBeLessThanOrEqual(5);
});

it('whoever has no token is limited by address, and stops nobody who has one', async () => {
  const people = new People({ limits: { token: limit(1000), address: limit(5) } });
  const { token } = await people.person('owner@example.com');
  const guess = (ip: string) => people.call(`sbp_${'0'.repeat(40)}`, 'GET', '/v1/profile', { ip });
  for (let n = 0; n < 5; n += 1) expect((await guess('203.0.113.1')).status).toBe(401);
  expect((await guess('203.0.113.1')).status).toBe(429);
  const health = await people.call(undefined, 'GET', '/platform/health', { ip: '203.0.113.1' });
  expect(health.status).toBe(429);
  expect((await guess('203.0.113.2')).status).toBe(401);
  expect((await people.call(token, 'GET', '/v1/profile', { ip: '203.0.113.1' })).status).toBe(200);
});
