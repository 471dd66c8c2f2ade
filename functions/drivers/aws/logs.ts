import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilteredLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { z } from 'zod';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { type LogEntry, type LogRange, type Logs, MAX_LOG_ENTRIES } from '../../core/project/logs.port.ts';
import type { AwsCell } from './cell.ts';

/** What one call gives at most. */
const PAGE = 10_000;

const line = z.looseObject({
  message: z.string().optional(),
  msg: z.string().optional(),
  level: z.string().default('info'),
});

const plain = z.union([z.string(), z.number(), z.boolean()]);

/** What CloudWatch keeps of the project's containers. */
export class CloudWatchLogs implements Logs {
  readonly #cell: AwsCell;
  readonly #client: CloudWatchLogsClient;

  constructor(cell: AwsCell, client: CloudWatchLogsClient) {
    this.#cell = cell;
    this.#client = client;
  }

  async read(ref: ProjectRef, { from, to }: LogRange): Promise<readonly LogEntry[]> {
    const found: LogEntry[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await this.#client.send(
        new FilterLogEventsCommand({
          logGroupName: this.#cell.projectLogGroup,
          logStreamNamePrefix: `${ref}/`,
          startTime: from.getTime(),
          endTime: to.getTime() - 1,
          limit: PAGE,
          nextToken,
        }),
      );
      found.push(...(answer.events ?? []).map(entryOf));
      // CloudWatch gives the oldest first: what is wanted of too many is the end.
      found.splice(0, found.length - MAX_LOG_ENTRIES);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return found.toSorted((a, b) => (a.time < b.time ? -1 : 1));
  }
}

/** Streams are called `<ref>/<container>/<task>`; what a container prints is JSON or plain text. */
function entryOf({ timestamp = 0, logStreamName = '', message = '' }: FilteredLogEvent): LogEntry {
  const time = new Date(timestamp).toISOString();
  const source = logStreamName.split('/')[1] ?? '';
  const parsed = line.safeParse(jsonOf(message));
  if (!parsed.success) return { time, source, level: 'info', message, fields: {} };
  const { message: text, msg, level, ...more } = parsed.data;
  const fields = Object.entries(more).flatMap(([key, value]) => {
    const simple = plain.safeParse(value);
    return simple.success ? [[key, simple.data] as const] : [];
  });
  return { time, source, level, message: text ?? msg ?? '', fields: Object.fromEntries(fields) };
}

function jsonOf(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
