import { setTimeout as sleep } from 'node:timers/promises';
import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { AuroraDatabases } from '../drivers/aws/databases.ts';
import { translating } from '../drivers/aws/errors.ts';
import { SecretsManagerSecrets } from '../drivers/aws/secrets.ts';
import { ByCell, databasesByCell, secretsByCell } from './by-cell.ts';
import type { DeployedCell } from './compose-aws-cells.ts';
import { AWS_SCRIPTS } from './compose-aws-scripts.ts';
import { composeAwsState } from './compose-aws-state.ts';
import { serviceKeys } from './service-keys.ts';
import type { AwsConfig } from './config-aws.ts';
import { systemRandom } from './system.ts';

/** The control plane's state with the secrets and the databases of all cells, for the jobs that take no more. */
export async function composeAwsDatabases(config: AwsConfig) {
  const { deployed, ...state } = await composeAwsState(config);
  const cells = new ByCell(
    new Map(deployed.map((cell) => [cell.aws.id, driversOf(cell)])),
    async (ref) => (await state.projects.find(ref))?.value.cell,
  );
  return {
    ...state,
    deployed,
    catalogue: CATALOGUE,
    secrets: secretsByCell(cells),
    databases: databasesByCell(cells),
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
    sleep,
  });
  return { secrets, databases };
}
