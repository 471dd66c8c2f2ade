import type { Stack } from './stack.ts';

/**
 * Copies of what another project of the same cell holds, for one that has nothing yet; the other goes on serving. Each
 * answers false as long as it is under way: ask again. What is there already is left as it is.
 * @throws {TransientError} what it takes could not answer now
 * @throws {PortError} it refused, and a person has to act
 */
export interface Copies {
  /**
   * Where the other can have backups. The copy lets nobody in who knew a password of the other's, has no session of its
   * users, and does nothing by itself that the other does: no scheduled job, no webhook, no subscription. It has to be
   * bootstrapped, and may be stopped.
   */
  database(stack: Stack, from: Stack): Promise<boolean>;
  /** The files in Storage. */
  files(stack: Stack, from: Stack): Promise<boolean>;
}
