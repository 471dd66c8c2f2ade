import { expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { World } from '../faults/world.ts';
import { ask } from './ask.ts';

async function regions(query: string) {
  const world = new World();
  const { owner } = await world.create();
  const token = await issueToken(owner.user, 'test', world.ports);
  const response = await ask(
    createApp(world.ports),
    `/v1/projects/available-regions?organization_slug=${owner.organization}${query}`,
    { headers: { authorization: `Bearer ${token}` } },
    { ip: '127.0.0.1' },
  );
  return { status: response.status, body: await response.json() };
}

it('recommends the regions of the continent that was asked for', async () => {
  const { status, body } = await regions('&continent=EU');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    recommendations: {
      smartGroup: { code: 'emea', type: 'smartGroup' },
      specific: expect.arrayContaining([
        { name: 'Central EU (Frankfurt)', code: 'eu-central-1', type: 'specific', provider: 'AWS' },
      ]),
    },
    all: { smartGroup: [{ code: 'americas' }, { code: 'emea' }, { code: 'apac' }] },
  });
});

it('recommends those around the standard region otherwise', async () => {
  const { body } = await regions('');
  expect(body).toMatchObject({ recommendations: { smartGroup: { code: 'americas' } } });
});

it('names the parameter that it does not know', async () => {
  expect(await regions('&continent=XX')).toMatchObject({ status: 400, body: { field: 'query.continent' } });
});
