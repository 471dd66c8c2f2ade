import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrganizationStore } from '../core/organization/organization-store.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import { createDynamoTable } from '../drivers/dynamodb/table.ts';
import { readCells } from './compose-aws-cells.ts';
import type { AwsConfig } from './config-aws.ts';
import { jsonLog, systemClock, systemRandom } from './system.ts';

/** The control plane's own state, and the cells that it is told of there. */
export async function composeAwsState({ home, table: tableName, cells }: AwsConfig) {
  const clock = systemClock;
  const table = createDynamoTable({ client: new DynamoDBClient({ region: home }), tableName, clock });
  return {
    table,
    projects: new ProjectStore(table),
    organizations: new OrganizationStore(table),
    deployed: await readCells(cells, table),
    clock,
    random: systemRandom,
    log: jsonLog((line) => process.stdout.write(line), clock),
  };
}
