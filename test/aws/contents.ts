import { DescribeServicesCommand, ListServicesCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import {
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
} from '@aws-sdk/client-rds';
import { ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { ListServicesCommand as ListRegistriesCommand } from '@aws-sdk/client-servicediscovery';
import type { AwsWorld } from './world.ts';

/** Everything that the emulators and Postgres have of a cell, by their own lists, which know of no project. */
export async function contentsOf({ cell, admin }: AwsWorld): Promise<readonly string[]> {
  const { ecs, iam, logs, rds, route53, s3, secretsManager, serviceDiscovery } = admin;
  const cluster = cell.ecsClusterArn;
  const Bucket = cell.bucket;
  const found = await Promise.all([
    services(admin, cluster),
    ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' })).then(({ taskArns }) => taskArns),
    ecs
      .send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }))
      .then(({ taskDefinitionArns }) => taskDefinitionArns),
    ecs
      .send(new ListTaskDefinitionsCommand({ status: 'INACTIVE' }))
      .then(({ taskDefinitionArns }) => taskDefinitionArns),
    iam
      .send(new ListRolesCommand({ PathPrefix: '/baseplane/' }))
      .then(({ Roles }) => Roles?.map(({ Arn }) => Arn)),
    logs
      .send(new DescribeLogStreamsCommand({ logGroupName: cell.projectLogGroup }))
      .then(({ logStreams }) => logStreams?.map(({ arn }) => arn)),
    rds
      .send(new DescribeDBClustersCommand({}))
      .then(({ DBClusters }) => DBClusters?.map((each) => each.DBClusterArn)),
    rds
      .send(new DescribeDBInstancesCommand({}))
      .then(({ DBInstances }) => DBInstances?.map((each) => each.DBInstanceArn)),
    rds
      .send(new DescribeDBClusterSnapshotsCommand({}))
      .then(({ DBClusterSnapshots }) => DBClusterSnapshots?.map((each) => each.DBClusterSnapshotArn)),
    route53
      .send(new ListResourceRecordSetsCommand({ HostedZoneId: cell.hostedZoneId }))
      .then(({ ResourceRecordSets }) => ResourceRecordSets?.map(({ Name, Type }) => `${Type} ${Name}`)),
    s3
      .send(new ListObjectVersionsCommand({ Bucket }))
      .then(({ Versions = [], DeleteMarkers = [] }) => [...Versions, ...DeleteMarkers].map(({ Key }) => Key)),
    s3
      .send(new ListMultipartUploadsCommand({ Bucket }))
      .then(({ Uploads }) => Uploads?.map(({ Key }) => `unfinished ${Key}`)),
    secretsManager
      .send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [cell.secretPrefix] }] }))
      .then(({ SecretList }) => SecretList?.map(({ Name }) => Name)),
    serviceDiscovery
      .send(new ListRegistriesCommand({}))
      .then(({ Services }) => Services?.map(({ Arn }) => Arn)),
    rows(admin, cell.database, "select 'database ' || datname from pg_database"),
    rows(admin, cell.database, "select 'role ' || rolname from pg_roles where rolname like '%\\_p%'"),
  ]);
  return found
    .flat()
    .flatMap((name) => name ?? [])
    .toSorted();
}

/** ECS remembers services that were deleted. */
async function services({ ecs }: AwsWorld['admin'], cluster: string): Promise<readonly string[]> {
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
  if (serviceArns.length === 0) return [];
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
  return services.flatMap(({ status, serviceArn }) => (status === 'INACTIVE' ? [] : (serviceArn ?? [])));
}

async function rows(
  { rdsData }: AwsWorld['admin'],
  { clusterArn: resourceArn, secretArn }: AwsWorld['cell']['database'],
  sql: string,
): Promise<readonly string[]> {
  const command = new ExecuteStatementCommand({ resourceArn, secretArn, database: 'postgres', sql });
  const { records = [] } = await rdsData.send(command);
  return records.flatMap(([field]) => field?.stringValue ?? []);
}
