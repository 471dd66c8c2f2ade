import { SESv2Client } from '@aws-sdk/client-sesv2';
import { urlIn } from '../core/project/cells.port.ts';
import type { QuotaPorts } from '../core/usage/enforce-quotas.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { translating } from '../drivers/aws/errors.ts';
import { SesNotifier } from '../drivers/aws/notifier.ts';
import { PublicServices } from '../drivers/aws/services.ts';
import type { MeterPorts } from '../jobs/meter.ts';
import { awsCells } from './compose-aws-cells.ts';
import { composeAwsDatabases } from './compose-aws-databases.ts';
import type { AwsConfig } from './config-aws.ts';

/** What it takes to ask projects what they use. */
export async function composeAwsMeter(config: AwsConfig): Promise<MeterPorts> {
  const { deployed, ...ports } = await composeAwsDatabases(config);
  const addresses = awsCells(deployed);
  return {
    ...ports,
    usage: new UsageStore(ports.table),
    services: new PublicServices(async (ref) => {
      const project = await ports.projects.find(ref);
      if (project === undefined) throw new Error(`there is no project ${ref}`);
      return urlIn(addresses, project.value);
    }),
  };
}

/** What it takes to hold organizations to their plans. */
export async function composeAwsQuotas(config: AwsConfig): Promise<QuotaPorts> {
  const ports = await composeAwsDatabases(config);
  const ses = translating(new SESv2Client(inRegion(config.home)));
  return {
    ...ports,
    usage: new UsageStore(ports.table),
    refusedBy: 'stack',
    notifier: new SesNotifier({ ...ports, ses, sender: config.mailSender }),
  };
}
