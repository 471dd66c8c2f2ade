import { expect, it } from 'vitest';
import { stateOf } from './cluster-state.ts';

it.each([
  ['available', 'available', 'available'],
  ['backing-up', 'available', 'available'],
  ['available', undefined, 'creating'],
  ['available', 'creating', 'creating'],
  ['creating', 'creating', 'creating'],
  ['starting', 'starting', 'starting'],
  ['available', 'rebooting', 'starting'],
  ['stopping', 'stopping', 'stopping'],
  ['stopped', 'stopped', 'stopped'],
  ['stopping', 'stopped', 'stopping'],
  ['deleting', 'available', 'stopping'],
  ['available', 'failed', 'failed'],
  ['inaccessible-encryption-credentials', 'stopped', 'failed'],
  ['a status of next year', 'available', 'starting'],
] as const)('a cluster that is %s with an instance that is %s is %s', (cluster, instance, state) => {
  expect(stateOf(cluster, instance)).toBe(state);
});
