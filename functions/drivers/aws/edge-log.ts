import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { EdgeLog, LogPage, LogWindow } from '../../core/usage/edge-log.port.ts';
import type { AwsCell } from './cell.ts';
import { isAws } from './errors.ts';

/** What CloudWatch keeps of the edge's access log. Its pages have 10,000 lines or 1 MB at most, and may be empty. */
export class CloudWatchEdgeLog implements EdgeLog {
  readonly #cell: AwsCell;
  readonly #client: CloudWatchLogsClient;

  constructor(cell: AwsCell, client: CloudWatchLogsClient) {
    this.#cell = cell;
    this.#client = client;
  }

  async read(window: LogWindow, page: string | undefined): Promise<LogPage> {
    try {
      return await this.#ask(window, page);
    } catch (error) {
      // A token lives for a day.
      if (page === undefined || !isAws(error, 'InvalidParameterException')) throw error;
      return this.#ask(window, undefined);
    }
  }

  async #ask({ from, to }: LogWindow, nextToken: string | undefined): Promise<LogPage> {
    const answer = await this.#client.send(
      new FilterLogEventsCommand({
        logGroupName: this.#cell.edgeLogGroup,
        startTime: from.getTime(),
        // Of these two times the second one counts as within, too.
        endTime: to.getTime() - 1,
        nextToken,
      }),
    );
    const lines = (answer.events ?? []).map(({ timestamp = 0, message = '' }) => ({
      at: new Date(timestamp),
      text: message,
    }));
    return { lines, next: answer.nextToken };
  }
}
