/** Counts failures under a key and says when there were too many of them within the window. */
export interface Throttle {
  isExhausted(key: string): boolean;
  countFailure(key: string): void;
}

export function createThrottle(limit: number, windowMs: number, now: () => number): Throttle {
  const failures = new Map<string, { count: number; since: number }>();
  const current = (key: string) => {
    const entry = failures.get(key);
    return entry !== undefined && now() - entry.since < windowMs ? entry : undefined;
  };
  return {
    isExhausted: (key) => (current(key)?.count ?? 0) >= limit,
    countFailure(key) {
      for (const [known, { since }] of failures) if (now() - since >= windowMs) failures.delete(known);
      const { count, since } = current(key) ?? { count: 0, since: now() };
      failures.set(key, { count: count + 1, since });
    },
  };
}
