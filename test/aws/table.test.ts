import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll } from 'vitest';
import { TABLE_DEFINITION } from '../../functions/drivers/dynamodb/table-definition.ts';
import { createDynamoTable } from '../../functions/drivers/dynamodb/table.ts';
import { tableContract } from '../contracts/table.contract.ts';
import { addressOf } from './emulators.ts';

for (const emulator of ['MOTO_URL', 'MINISTACK_URL'] as const) {
  const client = new DynamoDBClient({ endpoint: addressOf(emulator) });
  afterAll(() => client.destroy());

  tableContract(
    `DynamoDB of ${emulator.split('_')[0]}`,
    async (clock) => {
      const TableName = randomUUID();
      await client.send(new CreateTableCommand({ ...TABLE_DEFINITION, TableName }));
      return {
        table: createDynamoTable({ client, tableName: TableName, clock }),
        close: async () => void (await client.send(new DeleteTableCommand({ TableName }))),
      };
    },
    { modelRuns: 20 },
  );
}
