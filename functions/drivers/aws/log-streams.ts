import {
  type CloudWatchLogsClient,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { AwsCell } from './cell.ts';
import { expecting } from './errors.ts';

/** Streams that one call deletes, of which CloudWatch takes 15 a second. What is left is found again, by the proof. */
const AT_ONCE = 300;

/** What a project's containers printed: `<ref>/<container>/<task>`, in a group of all projects. */
export class LogStreams {
  readonly #cell: AwsCell;
  readonly #client: CloudWatchLogsClient;

  constructor(cell: AwsCell, client: CloudWatchLogsClient) {
    this.#cell = cell;
    this.#client = client;
  }

  /** One page of them. */
  async list(ref: ProjectRef): Promise<readonly string[]> {
    const { logStreams = [] } = await this.#client.send(
      new DescribeLogStreamsCommand({
        logGroupName: this.#cell.projectLogGroup,
        logStreamNamePrefix: `${ref}/`,
      }),
    );
    return logStreams.flatMap(({ logStreamName }) => logStreamName ?? []);
  }

  async delete(ref: ProjectRef): Promise<void> {
    const logGroupName = this.#cell.projectLogGroup;
    for (let deleted = 0; deleted < AT_ONCE;) {
      const names = await this.list(ref);
      if (names.length === 0) return;
      for (const logStreamName of names) {
        const command = new DeleteLogStreamCommand({ logGroupName, logStreamName });
        await expecting(this.#client.send(command), 'ResourceNotFoundException');
      }
      deleted += names.length;
    }
  }
}
