import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { AuroraBackups } from '../drivers/aws/backups.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { DedicatedClusters } from '../drivers/aws/dedicated-clusters.ts';
import { translating } from '../drivers/aws/errors.ts';
import type { KeepBackupsPorts } from '../jobs/keep-backups.ts';
import { ByCell, backupsByCell } from './by-cell.ts';
import type { DeployedCell } from './compose-aws-cells.ts';
import { composeAwsState } from './compose-aws-state.ts';
import type { AwsConfig } from './config-aws.ts';

/** What it takes to look after the snapshots of clusters; a database on a shared one has none. */
export async function composeAwsKeepBackups(config: AwsConfig): Promise<KeepBackupsPorts> {
  const { deployed, ...state } = await composeAwsState(config);
  const drivers = new Map(deployed.map((cell) => [cell.aws.id, driversOf(cell)]));
  const cells = new ByCell(drivers, async (ref) => (await state.projects.find(ref))?.value.cell);
  return {
    ...state,
    catalogue: CATALOGUE,
    backups: backupsByCell(cells),
    databases: { state: ({ ref, cell }) => cells.of(cell).dedicated.state(ref) },
  };
}

function driversOf({ aws: cell, region }: DeployedCell) {
  const there = inRegion(region);
  const rds = translating(new RDSClient(there));
  const rdsData = translating(new RDSDataClient(there));
  const dedicated = new DedicatedClusters(cell, { rds, rdsData });
  return { dedicated, backups: new AuroraBackups(dedicated, rds) };
}
