import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CATALOGUE } from '../../templates/catalogue.ts';
import type { ApiPorts } from '../api/call.ts';
import { idleAfter } from '../core/usage/idle-after.ts';
import { urlIn } from '../core/project/cells.port.ts';
import { CloudWatchLogs } from '../drivers/aws/logs.ts';
import { CloudFrontHostnames } from '../drivers/aws/hostnames.ts';
import { dnsNameServers } from '../drivers/dns/name-servers.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { EcsCompute } from '../drivers/aws/compute.ts';
import { AuroraBackups } from '../drivers/aws/backups.ts';
import { AuroraDatabases } from '../drivers/aws/databases.ts';
import { translating } from '../drivers/aws/errors.ts';
import { S3FunctionFiles } from '../drivers/aws/function-files.ts';
import { LogStreams } from '../drivers/aws/log-streams.ts';
import { SesNotifier } from '../drivers/aws/notifier.ts';
import { Registry } from '../drivers/aws/registry.ts';
import { SecretsManagerSecrets } from '../drivers/aws/secrets.ts';
import { PublicServices } from '../drivers/aws/services.ts';
import { StepFunctionsWorkflows } from '../drivers/aws/workflows.ts';
import { OidcIdentityProvider } from '../drivers/oidc/identity.ts';
import { InvitationStore } from '../core/organization/invitation-store.ts';
import { UserStore } from '../core/organization/user-store.ts';
import { perMinute } from './identity-settings.ts';
import { type DeployedCell, awsCells } from './compose-aws-cells.ts';
import { AWS_SCRIPTS } from './compose-aws-scripts.ts';
import { serviceKeys } from './service-keys.ts';
import {
  ByCell,
  backupsByCell,
  computeByCell,
  databasesByCell,
  functionFilesByCell,
  hostnamesByCell,
  logsByCell,
  secretsByCell,
} from './by-cell.ts';
import { composeAwsState } from './compose-aws-state.ts';
import type { AwsConfig } from './config-aws.ts';
import { systemKeyPairs, systemRandom } from './system.ts';
import { VERSION } from './version.ts';

/** What requests need, and no client of a service that only workflows call. */
export async function composeAwsApi(config: AwsConfig): Promise<ApiPorts> {
  const { deployed, ...state } = await composeAwsState(config);
  const drivers = new Map(deployed.map((cell) => [cell.aws.id, driversOf(cell)]));
  const cells = new ByCell(drivers, async (ref) => (await state.projects.find(ref))?.value.cell);
  const addresses = awsCells(deployed);
  const sfn = translating(new SFNClient(inRegion(config.home)));
  const ses = translating(new SESv2Client(inRegion(config.home)));
  const { issuer } = config;
  return {
    ...state,
    users: new UserStore(state.table),
    invitations: new InvitationStore(state.table),
    identity: issuer === undefined ? null : new OidcIdentityProvider(issuer),
    installation: {
      issuer,
      accountUrl: undefined,
      apiUrl: config.apiUrl,
      version: VERSION,
      target: 'aws',
    },
    dashboardUrl: config.dashboardUrl,
    outbox: null,
    limits: perMinute(config.rateLimit),
    notifier: new SesNotifier({ ...state, ses, sender: config.mailSender }),
    keyPairs: systemKeyPairs,
    target: 'aws',
    idleAfter: idleAfter(),
    catalogue: CATALOGUE,
    cells: addresses,
    services: new PublicServices(async (ref) => {
      const project = await state.projects.find(ref);
      if (project === undefined) throw new Error(`there is no project ${ref}`);
      return urlIn(addresses, project.value);
    }),
    secrets: secretsByCell(cells),
    databases: databasesByCell(cells),
    backups: backupsByCell(cells),
    compute: computeByCell(cells),
    functionFiles: functionFilesByCell(cells),
    hostnames: hostnamesByCell(cells),
    logs: logsByCell(cells),
    nameServers: dnsNameServers(),
    workflows: new StepFunctionsWorkflows(
      sfn,
      { arns: config.stateMachines, stepFunction: config.stepFunction },
      state.log,
    ),
  };
}

/** Requests ask how services fare; what runs, workflows say, and the text of it is a good part of a function. */
function defineNothing(): never {
  throw new Error('no request defines a task');
}

function driversOf({ aws: cell, region }: DeployedCell) {
  const there = inRegion(region);
  const secrets = new SecretsManagerSecrets({
    cell,
    secretsManager: translating(new SecretsManagerClient(there)),
    serviceKeys,
  });
  const rds = translating(new RDSClient(there));
  const databases = new AuroraDatabases({
    cell,
    clients: {
      rds,
      rdsData: translating(new RDSDataClient(there)),
    },
    secrets,
    scripts: AWS_SCRIPTS,
    random: systemRandom,
    sleep,
  });
  const cloudWatch = translating(new CloudWatchLogsClient(there));
  const compute = new EcsCompute({
    cell,
    ecs: translating(new ECSClient(there)),
    registry: new Registry(cell, translating(new ServiceDiscoveryClient(there))),
    logs: new LogStreams(cell, cloudWatch),
    secrets,
    databases,
    describeTask: defineNothing,
    sleep,
  });
  const functionFiles = new S3FunctionFiles(cell, translating(new S3Client(there)));
  const hostnames = new CloudFrontHostnames({
    cell,
    cloudFront: translating(new CloudFrontClient(inRegion('us-east-1'))),
    route53: translating(new Route53Client(there)),
    sleep,
  });
  const logs = new CloudWatchLogs(cell, cloudWatch);
  const backups = new AuroraBackups(databases.dedicated, rds);
  return { backups, secrets, databases, compute, functionFiles, hostnames, logs };
}
