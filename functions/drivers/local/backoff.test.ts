import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const drawing = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) });

describe('the wait after a crash', () => {
  it.each([
    [1, 125, 250],
    [2, 250, 500],
    [5, 2000, 4000],
    [8, 15_000, 30_000],
    [100, 15_000, 30_000],
  ])('number %i is from %i to %i ms', (attempt, least, most) => {
    expect(backoffMs(attempt, drawing(0))).toBe(least);
    expect(backoffMs(attempt, drawing(255))).toBe(most);
    expect(backoffMs(attempt, drawing(128))).toBeGreaterThan(least);
  });
});
