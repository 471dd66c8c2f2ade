import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from '../../database/sql.ts';

const PAUSE_MS = 2;

/** A standby that has to confirm may hold a commit up for longer; then rows are judged as they are. */
const LONGEST_MS = 5000;

/**
 * Waits until others see what the transactions have done. The log has a commit a moment before they do, and whoever
 * looked for its rows in that moment would not find them.
 */
export async function untilSeen(sql: Sql, transactions: readonly number[]): Promise<void> {
  const began = performance.now();
  while (!(await areSeen(sql, transactions)) && performance.now() - began < LONGEST_MS) await delay(PAUSE_MS);
}

/** The log has the lower half of a transaction's number; the upper one is that which brings it next to the newest. */
async function areSeen(sql: Sql, transactions: readonly number[]): Promise<boolean> {
  const [row] = await sql<{ seen: boolean }[]>`
    with now as (select pg_current_snapshot() as snapshot)
    select bool_and(pg_visible_in_snapshot(whole::text::xid8, snapshot)) as seen
    from now, unnest(${transactions}::int8[]) as half,
      lateral (
        select half + 4294967296 * round((pg_snapshot_xmax(snapshot)::text::numeric - half) / 4294967296) as whole
      ) as number`;
  return row?.seen !== false;
}
