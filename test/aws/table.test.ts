import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll } from 'vitest';
import { TABLE_DEFINITION } from '../../functions/drivers/dynamodb/table-definition.ts';
import { createDynamoTable } from '../../functions/drivers/dynamodb/table.ts';
import { tableContract } from '../contracts/table.contract.ts';

const endpoint = process.env['MOTO_URL'];
if (endpoint === undefined)
  throw new Error('Run these tests with npm run test:aws, which starts the emulators.');
const client = new DynamoDBClient({ endpoint });
afterAll(() => client.destroy());

tableContract(
  'DynamoDB',
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
