import type { RotatePorts } from '../jobs/rotate-secrets.ts';
import { composeAwsDatabases } from './compose-aws-databases.ts';
import { composeAwsTransitions } from './compose-aws-transitions.ts';
import type { AwsConfig } from './config-aws.ts';
import { systemKeyPairs } from './system.ts';

/** What it takes to replace secrets: themselves, the databases that know them, and the workflow of a new stack. */
export async function composeAwsRotateSecrets(config: AwsConfig): Promise<RotatePorts> {
  const { workflows } = composeAwsTransitions(config);
  return { ...(await composeAwsDatabases(config)), workflows, keyPairs: systemKeyPairs };
}
