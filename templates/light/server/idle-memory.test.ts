import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdleMemory } from './idle-memory.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('memory is given back once, when nothing was asked for ten seconds', () => {
  let collections = 0;
  const memory = createIdleMemory(() => (collections += 1));
  memory.touch();
  vi.advanceTimersByTime(9000);
  memory.touch();
  vi.advanceTimersByTime(9000);
  expect(collections).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(collections).toBe(1);
  memory.touch();
  memory.close();
  vi.advanceTimersByTime(60_000);
  expect(collections).toBe(1);
});

test('V8 lends its collector', () => {
  const memory = createIdleMemory();
  let garbage: Buffer[] = Array.from({ length: 50 }, () => Buffer.alloc(1_000_000));
  const before = process.memoryUsage().arrayBuffers;
  expect(garbage).toHaveLength(50);
  garbage = [];
  memory.touch();
  vi.advanceTimersByTime(10_000);
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(before - 40_000_000);
});
