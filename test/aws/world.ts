import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Table } from '../../functions/core/kernel/table.port.ts';
import type { Mail } from '../../functions/core/kernel/notifier.port.ts';
import type { ProjectPorts } from '../../functions/core/project/ports.ts';
import { type AwsDrivers, createAwsDrivers } from '../../functions/drivers/aws/aws-drivers.ts';
import type { AwsCell } from '../../functions/drivers/aws/cell.ts';
import {
  type AwsClients,
  type HomeClients,
  createAwsClients,
  createHomeClients,
} from '../../functions/drivers/aws/clients.ts';
import { SesNotifier } from '../../functions/drivers/aws/notifier.ts';
import type { DatabaseScripts } from '../../functions/drivers/aws/scripts.ts';
import { TABLE_DEFINITION } from '../../functions/drivers/dynamodb/table-definition.ts';
import { createDynamoTable } from '../../functions/drivers/dynamodb/table.ts';
import { openSqliteTable } from '../../functions/drivers/sqlite/table.ts';
import { AWS_SCRIPTS } from '../../functions/runtime/compose-aws-scripts.ts';
import { describeTask } from '../../functions/runtime/compose-aws-tasks.ts';
import { serviceKeys } from '../../functions/runtime/service-keys.ts';
import { clock, random } from '../contracts/stack-fixture.ts';
import type { CalledClients } from './around-calls.ts';
import { Clusters } from './data-api/clusters.ts';
import { startDataApi } from './data-api/server.ts';
import { addressOf } from './emulators.ts';
import { createCell, REGION, SENDER } from './moto-cell.ts';
import { schedule } from './moto-ecs.ts';
import { keepClusters } from './moto-rds.ts';
import { keepTenants } from './tenants.ts';

export interface AwsWorld extends AsyncDisposable {
  readonly cell: AwsCell;
  /** The drivers' own, which a test may put something about. */
  readonly clients: CalledClients;
  readonly drivers: AwsDrivers & Pick<ProjectPorts, 'notifier'>;
  readonly table: Table;
  readonly sent: Mail[];
  /** Generations whose tasks never come up. */
  readonly sickly: Set<string>;
  /** Clients that nothing stands about, for the test's own looks. */
  readonly admin: AwsClients & HomeClients;
}

/** Where it is the calls that count, and not what is in the databases. */
const SMALL_SCRIPTS: DatabaseScripts = {
  ...AWS_SCRIPTS,
  of: () => [{ name: 'small', sql: 'create schema if not exists small; select 1' }],
};

/**
 * A cell in moto, with real Postgres clusters behind its Data API, and the drivers of it. `small`: one Postgres for
 * all clusters with next to nothing in it, and the control plane's state in memory.
 */
export async function createWorld({ small = false }: { readonly small?: boolean } = {}): Promise<AwsWorld> {
  const moto = addressOf('MOTO_URL');
  process.env['AWS_ENDPOINT_URL'] = moto;
  const admin = { ...createAwsClients(REGION), ...createHomeClients(REGION) };
  const cell = await createCell(admin, moto, `c${randomUUID().slice(0, 8)}`);
  const data = new Clusters(admin, cell.database, { one: small });
  const dataApi = await startDataApi(data);
  process.env['AWS_ENDPOINT_URL_RDS_DATA'] = dataApi.url;
  const clients = { ...createAwsClients(REGION), ...createHomeClients(REGION) };
  const sickly = new Set<string>();
  schedule(clients.ecs, admin.ecs, { clusterArn: cell.ecsClusterArn, sickly });
  keepClusters(clients.rds, admin.rds, data);
  keepTenants(clients.cloudFront);
  const sent = outbox(clients.ses);
  const dynamodb = new DynamoDBClient({});
  const table = small ? openSqliteTable({ path: ':memory:', clock }) : await createTable(dynamodb);
  const drivers = {
    ...createAwsDrivers({
      cell,
      clients,
      scripts: small ? SMALL_SCRIPTS : AWS_SCRIPTS,
      describeTask: describeTask('123456789012.dkr.ecr.eu-central-1.amazonaws.com/cell'),
      serviceKeys,
      random,
      // What is waited for has happened in moto by the next look.
      sleep: () => Promise.resolve(),
    }),
    notifier: new SesNotifier({ ses: clients.ses, table, clock, sender: SENDER }),
  };
  return {
    cell,
    clients: { ...clients, dynamodb },
    drivers,
    table,
    sent,
    sickly,
    admin,
    async [Symbol.asyncDispose]() {
      for (const client of [...Object.values(admin), ...Object.values(clients), dynamodb]) client.destroy();
      await dataApi[Symbol.asyncDispose]();
    },
  };
}

async function createTable(client: DynamoDBClient): Promise<Table> {
  const tableName = randomUUID();
  await client.send(new CreateTableCommand({ ...TABLE_DEFINITION, TableName: tableName }));
  return createDynamoTable({ client, tableName, clock });
}

/** What SES took: moto does not give it back. */
function outbox(ses: SESv2Client): Mail[] {
  const sent: Mail[] = [];
  ses.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if ('Content' in args.input && 'Destination' in args.input) {
        const { Content, Destination } = args.input;
        const simple = Content && 'Simple' in Content ? Content.Simple : undefined;
        sent.push({
          to: Destination?.ToAddresses?.[0] ?? '',
          subject: simple?.Subject?.Data ?? '',
          text: simple?.Body?.Text?.Data ?? '',
        });
      }
      return result;
    },
    { step: 'serialize', priority: 'high', name: 'outbox' },
  );
  return sent;
}
