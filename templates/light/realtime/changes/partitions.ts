import type { Sql } from '../../database/sql.ts';
import { describeError, type Log } from '../../server/log.ts';

/** Partitions are made for days ahead, so that a few failures in a row do no harm. */
const EVERY_MS = 6 * 60 * 60 * 1000;

/** Makes the partitions of `realtime.messages` and drops the old ones, for as long as the project runs. */
export function keepPartitions(sql: Sql, log: Log): { close(): Promise<void> } {
  const keep = async () => {
    try {
      await sql`select realtime.keep_partitions()`;
    } catch (error) {
      log('warn', 'partitions of realtime.messages were not kept', describeError(error));
    }
  };
  let keeping = keep();
  const timer = setInterval(() => {
    keeping = keep();
  }, EVERY_MS);
  timer.unref();
  return {
    close() {
      clearInterval(timer);
      return keeping;
    },
  };
}
