import { z } from 'zod';
import { REGION_CODES, type RegionCode } from '../contract/regions.ts';
import { type CellId, cellIdSchema } from '../core/kernel/ids.ts';
import type { Table } from '../core/kernel/table.port.ts';
import type { Cell, Cells } from '../core/project/cells.port.ts';
import type { AwsCell } from '../drivers/aws/cell.ts';
import type { CellAddress } from './config-aws.ts';

const text = z.string().min(1);

/** What the deployment records of a cell: its settings, and those outputs of its stack that drivers need. */
export const cellRecordSchema = z.object({
  id: cellIdSchema,
  region: z.enum(REGION_CODES),
  rootDomain: text,
  hostedZoneId: text,
  /** Where clients of Postgres come in, if they do. */
  postgres: z.object({ host: text, port: z.int() }).optional(),
  outputs: z.object({
    ClusterArn: text,
    TaskSubnets: text.transform((list) => list.split(',')),
    ProjectSecurityGroup: text,
    ToolsSecurityGroup: text,
    ImageRegistry: text,
    ExecutionRoleArn: text,
    PermissionsBoundaryArn: text,
    SecretPrefix: text,
    NamespaceId: text,
    DatabaseClusterArn: text,
    DatabaseSecretArn: text,
    DatabaseEndpoint: text,
    DatabasePort: text.transform(Number),
    DatabaseEngineVersion: text,
    DatabaseSubnetGroup: text,
    DatabaseParameterGroup: text,
    DatabaseSecurityGroup: text,
    DistributionId: text,
    ConnectionGroupId: text,
    ConnectionEndpoint: text,
    BucketName: text,
    KeyArn: text,
    LoadBalancerDns: text,
    LoadBalancerZone: text,
    EdgeLogGroup: text,
    ProjectLogGroup: text,
  }),
});

type CellRecord = z.infer<typeof cellRecordSchema>;

/** A cell of the installation: where its drivers find what, and what of it only the tasks' descriptions need. */
export interface DeployedCell {
  readonly aws: AwsCell;
  readonly region: RegionCode;
  /** Takes the place of `public.ecr.aws` in the name of an image. */
  readonly imageRegistry: string;
  readonly postgres: { readonly host: string; readonly port: number } | undefined;
}

/** Where the deployment has put the record of a cell. */
export const cellKey = ({ id, digest }: CellAddress) => ({ pk: `CELL#${id}`, sk: digest });

export async function readCells(
  addresses: readonly CellAddress[],
  table: Table,
): Promise<readonly DeployedCell[]> {
  return Promise.all(
    addresses.map(async (address) => {
      const item = await table.get(cellKey(address));
      if (item === undefined) throw new Error(`the table has no record of the cell ${address.id}`);
      return deployedCell(cellRecordSchema.parse(item.data));
    }),
  );
}

function deployedCell({ id, region, rootDomain, hostedZoneId, postgres, outputs }: CellRecord): DeployedCell {
  const aws = {
    id,
    region,
    rootDomain,
    hostedZoneId,
    loadBalancer: { dnsName: outputs.LoadBalancerDns, hostedZoneId: outputs.LoadBalancerZone },
    hostnames: {
      distributionId: outputs.DistributionId,
      connectionGroupId: outputs.ConnectionGroupId,
      endpoint: outputs.ConnectionEndpoint,
    },
    ecsClusterArn: outputs.ClusterArn,
    taskSubnets: outputs.TaskSubnets,
    projectSecurityGroup: outputs.ProjectSecurityGroup,
    toolsSecurityGroup: outputs.ToolsSecurityGroup,
    executionRoleArn: outputs.ExecutionRoleArn,
    permissionsBoundaryArn: outputs.PermissionsBoundaryArn,
    namespaceId: outputs.NamespaceId,
    secretPrefix: outputs.SecretPrefix,
    bucket: outputs.BucketName,
    keyArn: outputs.KeyArn,
    edgeLogGroup: outputs.EdgeLogGroup,
    projectLogGroup: outputs.ProjectLogGroup,
    database: {
      clusterArn: outputs.DatabaseClusterArn,
      secretArn: outputs.DatabaseSecretArn,
      host: outputs.DatabaseEndpoint,
      port: outputs.DatabasePort,
      subnetGroup: outputs.DatabaseSubnetGroup,
      parameterGroup: outputs.DatabaseParameterGroup,
      securityGroup: outputs.DatabaseSecurityGroup,
      engineVersion: outputs.DatabaseEngineVersion,
    },
  };
  return { aws, region, imageRegistry: outputs.ImageRegistry, postgres };
}

/** Of the cells of a region the first one takes its projects, and the first of all those that name no region. */
export function awsCells(deployed: readonly DeployedCell[]): Cells {
  const known = new Map<CellId, Cell>(
    deployed.map(({ aws: { id, rootDomain }, postgres }) => [
      id,
      {
        id,
        target: 'aws',
        origin: { scheme: 'https', domain: rootDomain },
        ...(postgres && { postgres }),
      },
    ]),
  );
  return {
    get: (id) => known.get(id),
    place(region) {
      const found = deployed.find((each) => region === undefined || each.region === region);
      const cell = found && known.get(found.aws.id);
      return found && cell && { cell, region: found.region };
    },
    regions: () => [...new Set(deployed.map((each) => each.region))],
  };
}
