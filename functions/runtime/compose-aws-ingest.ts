import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ProjectStore } from '../core/project/project-store.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { CloudWatchEdgeLog } from '../drivers/aws/edge-log.ts';
import { translating } from '../drivers/aws/errors.ts';
import type { IngestPorts } from '../jobs/ingest.ts';
import { readCells } from './compose-aws-cells.ts';
import { composeAwsTable } from './compose-aws-table.ts';
import type { AwsConfig } from './config-aws.ts';

/** What it takes to read the logs of the cells' edges, each in its own region. */
export async function composeAwsIngest(config: AwsConfig): Promise<IngestPorts> {
  const ports = composeAwsTable(config);
  const deployed = await readCells(config.cells, ports.table);
  const edgeLogs = deployed.map(({ aws: cell, region }) => {
    const client = translating(new CloudWatchLogsClient(inRegion(region)));
    return [cell.id, new CloudWatchEdgeLog(cell, client)] as const;
  });
  return {
    ...ports,
    projects: new ProjectStore(ports.table),
    usage: new UsageStore(ports.table),
    edgeLogs: new Map(edgeLogs),
  };
}
