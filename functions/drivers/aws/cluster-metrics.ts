import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { ClusterMetrics } from '../../core/project/cluster-metrics.port.ts';
import { resourceName } from './names.ts';

/** What one call takes. With 60 values for each, an hour of them is within the 100,800 values that it gives. */
const QUERIES_AT_ONCE = 500;

/** Aurora tells its capacity once a minute, and nothing while it is stopped. */
const PERIOD_SECONDS = 60;

/** What CloudWatch has of Aurora clusters. */
export class CloudWatchClusterMetrics implements ClusterMetrics {
  readonly #client: CloudWatchClient;

  constructor(client: CloudWatchClient) {
    this.#client = client;
  }

  async capacity(
    refs: readonly ProjectRef[],
    range: { readonly from: Date; readonly to: Date },
  ): Promise<ReadonlyMap<ProjectRef, number>> {
    const found = new Map<ProjectRef, number>();
    for (let start = 0; start < refs.length; start += QUERIES_AT_ONCE) {
      const asked = refs.slice(start, start + QUERIES_AT_ONCE);
      for (const { Id = '', Values = [] } of await this.#ask(asked.map(queryOf), range)) {
        const ref = asked[Number(Id.slice(1))];
        if (ref === undefined || Values.length === 0) continue;
        const seconds = Values.reduce((sum, units) => sum + units, 0) * PERIOD_SECONDS;
        found.set(ref, (found.get(ref) ?? 0) + seconds);
      }
    }
    return new Map(Array.from(found, ([ref, seconds]) => [ref, Math.round(seconds)]));
  }

  async #ask(
    MetricDataQueries: MetricDataQuery[],
    { from, to }: { readonly from: Date; readonly to: Date },
  ): Promise<readonly MetricDataResult[]> {
    const results: MetricDataResult[] = [];
    let NextToken: string | undefined;
    do {
      const asked = { MetricDataQueries, StartTime: from, EndTime: to, NextToken };
      const answer = await this.#client.send(new GetMetricDataCommand(asked));
      results.push(...(answer.MetricDataResults ?? []));
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    return results;
  }
}

function queryOf(ref: ProjectRef, index: number): MetricDataQuery {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/RDS',
        MetricName: 'ServerlessDatabaseCapacity',
        Dimensions: [{ Name: 'DBClusterIdentifier', Value: resourceName(ref) }],
      },
      Period: PERIOD_SECONDS,
      Stat: 'Average',
    },
  };
}
