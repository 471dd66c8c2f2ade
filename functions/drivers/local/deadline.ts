import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;

/** Asks until the answer is true; false when `timeoutMs` have passed first. */
export async function within(
  timeoutMs: number,
  question: () => boolean | Promise<boolean>,
  everyMs = POLL_MS,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await question())) {
    if (performance.now() >= deadline) return false;
    await delay(everyMs);
  }
  return true;
}
