import { expect, test } from 'vitest';
import { createThrottle } from './throttle.ts';

test('a key is exhausted by its own failures, until the window is over', () => {
  let time = 0;
  const throttle = createThrottle(2, 1000, () => time);
  throttle.countFailure('a');
  time = 900;
  throttle.countFailure('a');
  expect([throttle.isExhausted('a'), throttle.isExhausted('b')]).toEqual([true, false]);
  time = 1000;
  expect(throttle.isExhausted('a')).toBe(false);
  throttle.countFailure('a');
  expect(throttle.isExhausted('a')).toBe(false);
});
