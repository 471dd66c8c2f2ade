import { expect, test } from 'vitest';
import { Rate } from './rate.ts';

/** A rate of 10 a second, and a clock that the test sets. */
function rateOfTen() {
  let now = 5_000_500;
  return { rate: new Rate(10, () => now), pass: (ms: number) => (now += ms) };
}

test('as many as the limit are taken in the first second, and no more', () => {
  const { rate } = rateOfTen();
  expect(Array.from({ length: 12 }, () => rate.take())).toEqual([
    ...Array.from({ length: 10 }, () => true),
    false,
    false,
  ]);
  expect(rate.allows(0)).toBe(true);
});

test('what was not used is there later, for a minute', () => {
  const { rate, pass } = rateOfTen();
  expect(rate.take()).toBe(true);
  pass(29_000);
  expect(rate.take(299)).toBe(true);
  expect(rate.take()).toBe(false);
  pass(3_600_000);
  expect(rate.take(601)).toBe(false);
  expect(rate.take(600)).toBe(true);
  pass(59_000);
  expect(rate.take()).toBe(false);
  pass(1000);
  expect(rate.take(600)).toBe(true);
});

test('what is refused does not count', () => {
  const { rate, pass } = rateOfTen();
  expect(rate.take(11)).toBe(false);
  expect(rate.take(10)).toBe(true);
  pass(1000);
  expect(rate.perSecond()).toBe(10);
  pass(1000);
  expect(rate.perSecond()).toBe(0);
});
