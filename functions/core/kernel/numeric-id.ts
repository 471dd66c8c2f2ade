import { createHash } from 'node:crypto';

/** For clients that take ids for numbers: the same for the same id, and exact in a double. */
export function numericId(id: string): number {
  return createHash('sha256').update(id).digest().readUIntBE(0, 6);
}
