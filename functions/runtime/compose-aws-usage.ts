import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { urlIn } from '../core/project/cells.port.ts';
import type { QuotaPorts } from '../core/usage/enforce-quotas.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { CloudWatchClusterMetrics } from '../drivers/aws/cluster-metrics.ts';
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
  const metrics = new Map(
    deployed.map(({ aws, region }) => {
      const client = translating(new CloudWatchClient(inRegion(region)));
      return [aws.id, new CloudWatchClusterMetrics(client)] as const;
    }),
  );
  return {
    ...ports,
    usage: new UsageStore(ports.table),
    clusterMetrics: (cell) => {
      const found = metrics.get(cell);
      if (found === undefined) throw new Error(`the installation has no cell ${cell}`);
      return found;
    },
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
