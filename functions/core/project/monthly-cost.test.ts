import { expect, it } from 'vitest';
import { CATALOGUE } from '../../../templates/catalogue.ts';
import { monthlyCost } from './monthly-cost.ts';

const costs = (target: 'aws' | 'local') =>
  Object.fromEntries(CATALOGUE.templates.map((each) => [each.name, monthlyCost(each, target)]));

it('is what the deployment guide says of a project that is always awake', () => {
  expect(costs('aws')).toMatchObject({ light: 761, full: 1742, 'with-messaging': 761 });
});

it('is that of the secret alone where nothing runs beside the shared database', () => {
  expect(costs('aws')).toMatchObject({ base: 40 });
});

it('is nothing on a machine that is there anyway', () => {
  expect(new Set(Object.values(costs('local')))).toEqual(new Set([0]));
});
