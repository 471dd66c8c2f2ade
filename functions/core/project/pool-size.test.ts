import { expect, it } from 'vitest';
import { DEMAND_MS, poolSize } from './pool-size.ts';

const SECOND = 1000;
const BOUNDS = { floor: 2, ceiling: 6 };

it.each([
  ['the floor where nobody creates anything', [], 2],
  ['the floor where they come one by one', [0, 120 * SECOND, 240 * SECOND], 2],
  ['as many as came at once', [0, 100 * SECOND, 101 * SECOND, 102 * SECOND, 130 * SECOND], 4],
  ['no more than the ceiling', Array.from({ length: 20 }, (_, at) => at * SECOND), 6],
])('is %s', (_, taken, size) => {
  expect(poolSize(taken, 300 * SECOND, BOUNDS)).toBe(size);
});

it('forgets what is long ago', () => {
  const burst = [0, 1, 2, 3, 4];
  expect(poolSize(burst, DEMAND_MS - 1, BOUNDS)).toBe(5);
  expect(poolSize(burst, DEMAND_MS + 5, BOUNDS)).toBe(2);
});

it('is none where there may be none, whatever the demand', () => {
  expect(poolSize([0, 1, 2], 10, { floor: 0, ceiling: 0 })).toBe(0);
});
