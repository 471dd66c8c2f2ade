import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoTable } from '../drivers/dynamodb/table.ts';
import type { AwsConfig } from './config-aws.ts';
import { jsonLog, systemClock, systemRandom } from './system.ts';

/** The control plane's own state. */
export function composeAwsTable({ home, table: tableName }: AwsConfig) {
  const clock = systemClock;
  return {
    table: createDynamoTable({ client: new DynamoDBClient({ region: home }), tableName, clock }),
    clock,
    random: systemRandom,
    log: jsonLog((line) => process.stdout.write(line), clock),
  };
}
