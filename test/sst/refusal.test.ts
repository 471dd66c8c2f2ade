import { expect, it } from 'vitest';
import { deployment } from './deployment.ts';

const RIGHT = {
  BASEPLANE_ROOT_DOMAIN: 'example.com',
  BASEPLANE_HOSTED_ZONE_ID: 'Z0123456789ABC',
  BASEPLANE_CELLS: 'euc1:eu-central-1',
  BASEPLANE_ALARM_EMAIL: 'ops@example.com',
};

const without = (name: keyof typeof RIGHT) =>
  Object.fromEntries(Object.entries(RIGHT).filter(([each]) => each !== name));

it.each([
  ['without the root domain', without('BASEPLANE_ROOT_DOMAIN'), 'BASEPLANE_ROOT_DOMAIN'],
  ['without an address for alarms', without('BASEPLANE_ALARM_EMAIL'), 'BASEPLANE_ALARM_EMAIL'],
  ['with a setting that there is not', { ...RIGHT, BASEPLANE_ROTO_DOMAIN: 'x' }, 'BASEPLANE_ROTO_DOMAIN'],
])('a deployment %s is refused before anything is created', async (_, settings, said) => {
  const { made, failure } = await deployment('production', settings);
  expect(String(failure)).toContain(said);
  expect(made.map(({ type }) => type)).toEqual(['pulumi:pulumi:Stack']);
});
