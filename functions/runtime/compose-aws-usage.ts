import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { urlIn } from '../core/project/cells.port.ts';
import type { QuotaPorts } from '../core/usage/enforce-quotas.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { AuroraDatabases } from '../drivers/aws/databases.ts';
import { translating } from '../drivers/aws/errors.ts';
import { SesNotifier } from '../drivers/aws/notifier.ts';
import { SecretsManagerSecrets } from '../drivers/aws/secrets.ts';
import { PublicServices } from '../drivers/aws/services.ts';
import type { MeterPorts } from '../jobs/meter.ts';
import { ByCell, databasesByCell, secretsByCell } from './by-cell.ts';
import { type DeployedCell, awsCells } from './compose-aws-cells.ts';
import { AWS_SCRIPTS } from './compose-aws-scripts.ts';
import { serviceKeys } from './compose-aws-tasks.ts';
import { composeAwsState } from './compose-aws-state.ts';
import type { AwsConfig } from './config-aws.ts';
import { systemRandom } from './system.ts';

/** What it takes to ask projects what they use. */
export async function composeAwsMeter(config: AwsConfig): Promise<MeterPorts> {
  const { deployed, ...state } = await composeAwsState(config);
  const cells = new ByCell(
    new Map(deployed.map((cell) => [cell.aws.id, driversOf(cell)])),
    async (ref) => (await state.projects.find(ref))?.value.cell,
  );
  const addresses = awsCells(deployed);
  return {
    ...state,
    usage: new UsageStore(state.table),
    catalogue: CATALOGUE,
    secrets: secretsByCell(cells),
    databases: databasesByCell(cells),
    services: new PublicServices(async (ref) => {
      const project = await state.projects.find(ref);
      if (project === undefined) throw new Error(`there is no project ${ref}`);
      return urlIn(addresses, project.value);
    }),
  };
}

/** What it takes to hold organizations to their plans. */
export async function composeAwsQuotas(config: AwsConfig): Promise<QuotaPorts> {
  const { deployed, ...state } = await composeAwsState(config);
  const cells = new ByCell(
    new Map(deployed.map((cell) => [cell.aws.id, driversOf(cell)])),
    async (ref) => (await state.projects.find(ref))?.value.cell,
  );
  const ses = translating(new SESv2Client(inRegion(config.home)));
  return {
    ...state,
    usage: new UsageStore(state.table),
    databases: databasesByCell(cells),
    notifier: new SesNotifier({ ...state, ses, sender: config.mailSender }),
  };
}

function driversOf({ aws: cell, region }: DeployedCell) {
  const there = inRegion(region);
  const secretsManager = translating(new SecretsManagerClient(there));
  const secrets = new SecretsManagerSecrets({ cell, secretsManager, serviceKeys });
  const clients = {
    rds: translating(new RDSClient(there)),
    rdsData: translating(new RDSDataClient(there)),
  };
  const databases = new AuroraDatabases({
    cell,
    clients,
    secrets,
    scripts: AWS_SCRIPTS,
    random: systemRandom,
  });
  return { secrets, databases };
}
