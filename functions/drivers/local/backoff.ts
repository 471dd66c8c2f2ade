import type { Random } from '../../core/kernel/random.port.ts';

const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How long to wait before start number `attempt` (from 1) after a crash: doubling, and anywhere in the upper half of
 * it, so that the projects of a machine that was briefly out of memory do not all come back in the same instant.
 */
export function backoffMs(attempt: number, random: Random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  const [byte = 0] = random.bytes(1);
  return Math.round((ceiling * (1 + byte / 255)) / 2);
}
