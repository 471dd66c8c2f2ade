/** Pools ask this, or nothing at all, only to see whether a connection still lives. */
const KEEP_ALIVE = /^\s*(?:select\s+1)?\s*;?\s*$/i;
/** No question of a pool comes in more bytes, with all that a driver puts around it. */
const MAX_KEEP_ALIVE = 200;

/**
 * Whether a client that sends this works with the database. What does not say so for certain counts as work: a
 * project must not be taken for idle by mistake.
 */
export function isWork(sent: Buffer): boolean {
  if (sent.length > MAX_KEEP_ALIVE) return true;
  switch (sent.toString('latin1', 0, 1)) {
    case 'Q':
      return (
        sent.length !== sent.readUInt32BE(1) + 1 ||
        !KEEP_ALIVE.test(sent.toString('latin1', 5, sent.length - 1))
      );
    // Parse: the name of the statement, then its text.
    case 'P':
      return !KEEP_ALIVE.test(sent.toString('latin1', 5).split('\0')[1] ?? '-');
    // Sync and Terminate.
    case 'S':
    case 'X':
      return sent.length > 5;
    default:
      return true;
  }
}
