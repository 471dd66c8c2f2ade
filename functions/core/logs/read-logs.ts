import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Clock } from '../kernel/clock.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { LogRange, Logs } from '../project/logs.port.ts';
import { type LogRow, logRow } from './log-row.ts';
import { queryLogs } from './log-sql.ts';
import type { Value } from './log-sql-expression.ts';
import { LogSqlError } from './log-sql-tokens.ts';

export interface LogPorts {
  readonly logs: Logs;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const EVERYTHING = 'select * from logs order by timestamp desc limit 100';

export interface LogQuestion {
  readonly sql: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

/** Answers a query over the project's logs: of the last hour where no time is given, and of a day at most. */
export async function readLogs(
  ref: ProjectRef,
  { sql = EVERYTHING, from, to }: LogQuestion,
  ports: LogPorts,
): Promise<Result<Record<string, Value>[], DomainError>> {
  const until = to ?? new Date((from?.getTime() ?? ports.clock.now().getTime() - HOUR_MS) + HOUR_MS);
  const range = { from: from ?? new Date(until.getTime() - HOUR_MS), to: until };
  const span = range.to.getTime() - range.from.getTime();
  if (span < 0 || span > DAY_MS) {
    return fail('validation_failed', 'query.iso_timestamp_end: must be within a day after the start', {
      field: 'query.iso_timestamp_end',
    });
  }
  const rows = await rowsIn(ref, range, ports);
  try {
    return ok(queryLogs(sql, rows));
  } catch (error) {
    if (!(error instanceof LogSqlError)) throw error;
    return fail('query_failed', `query.sql: ${error.message}`, {
      field: 'query.sql',
      suggestion: 'Ask "select … from logs [where …] [order by …] [limit …]" in ClickHouse’s SQL.',
    });
  }
}

export async function rowsIn(
  ref: ProjectRef,
  range: LogRange,
  { logs }: Pick<LogPorts, 'logs'>,
): Promise<readonly LogRow[]> {
  return (await logs.read(ref, range)).map(logRow);
}
