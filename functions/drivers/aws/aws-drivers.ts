import type { Random } from '../../core/kernel/random.port.ts';
import type { ProjectPorts } from '../../core/project/ports.ts';
import type { ProjectSecret } from '../../core/project/project-secret.ts';
import { AuroraBackups } from './backups.ts';
import type { AwsCell } from './cell.ts';
import type { AwsClients } from './clients.ts';
import { EcsCompute } from './compute.ts';
import { AwsCopies } from './copies.ts';
import { AuroraDatabases } from './databases.ts';
import { S3FunctionFiles } from './function-files.ts';
import { ofCloudFront } from './inventory/cloudfront.ts';
import { ofCloudMap } from './inventory/cloud-map.ts';
import { ofEcs } from './inventory/ecs.ts';
import { ofIam } from './inventory/iam.ts';
import { AwsInventory } from './inventory/inventory.ts';
import { ofLogs } from './inventory/logs.ts';
import { ofRoute53 } from './inventory/route53.ts';
import { ofS3 } from './inventory/s3.ts';
import { ofSharedCluster } from './inventory/shared-cluster.ts';
import { tagged } from './inventory/tagged.ts';
import { CloudFrontHostnames } from './hostnames.ts';
import { LogStreams } from './log-streams.ts';
import { S3Objects } from './objects.ts';
import type { Sleep } from './patience.ts';
import { Registry } from './registry.ts';
import { Route53Routes } from './routes.ts';
import type { DatabaseScripts } from './scripts.ts';
import { SecretsManagerSecrets } from './secrets.ts';
import type { DescribeTask } from './task-context.ts';
import { TaskRole } from './task-role.ts';

export interface AwsOptions {
  readonly cell: AwsCell;
  readonly clients: AwsClients;
  readonly scripts: DatabaseScripts;
  readonly describeTask: DescribeTask;
  /** Keys of which only a project's containers know; they follow from its secret. */
  readonly serviceKeys: (secret: ProjectSecret) => Readonly<Record<string, string>>;
  readonly random: Random;
  readonly sleep: Sleep;
}

export type AwsDrivers = Pick<
  ProjectPorts,
  | 'backups'
  | 'compute'
  | 'copies'
  | 'databases'
  | 'functionFiles'
  | 'hostnames'
  | 'inventory'
  | 'objects'
  | 'routes'
  | 'secrets'
>;

/** The drivers of one cell. Mails and workflows are the control plane's own. */
export function createAwsDrivers(options: AwsOptions): AwsDrivers {
  const { cell, clients, random, scripts, sleep } = options;
  const { cloudFront, ecs, iam, route53, s3, secretsManager, tagging } = clients;
  const logs = new LogStreams(cell, clients.logs);
  const registry = new Registry(cell, clients.serviceDiscovery);
  const role = new TaskRole(cell, iam);
  const routes = new Route53Routes({ cell, route53, sleep });
  const hostnames = new CloudFrontHostnames({ cell, cloudFront, route53, sleep });
  const secrets = new SecretsManagerSecrets({ cell, secretsManager, serviceKeys: options.serviceKeys });
  const databases = new AuroraDatabases({ cell, clients, secrets, scripts, random, sleep });
  const { describeTask } = options;
  return {
    backups: new AuroraBackups(databases.dedicated, clients.rds),
    copies: new AwsCopies({ cell, dedicated: databases.dedicated, rds: clients.rds, s3 }),
    databases,
    secrets,
    routes,
    hostnames,
    compute: new EcsCompute({ cell, ecs, registry, logs, secrets, databases, describeTask, sleep }),
    objects: new S3Objects({ cell, s3, role }),
    functionFiles: new S3FunctionFiles(cell, s3),
    inventory: new AwsInventory([
      tagged(cell, tagging, ofEcs(cell, ecs)),
      ofIam(cell, iam),
      ofCloudFront(hostnames),
      ofRoute53(cell, route53, routes),
      ofS3(cell, s3),
      ofCloudMap(registry),
      ofSharedCluster(databases.pooled),
      ofLogs(logs),
    ]),
  };
}
