import type { CellId } from '../../core/kernel/ids.ts';

/** One deployed cell, as the drivers need to know it: the outputs of its stack and where it is. */
export interface AwsCell {
  readonly id: CellId;
  readonly region: string;
  /** Projects answer at `<ref>.<rootDomain>`, which Route 53 has in this zone. */
  readonly rootDomain: string;
  readonly hostedZoneId: string;
  /** What a project's record is an alias of. */
  readonly loadBalancer: { readonly dnsName: string; readonly hostedZoneId: string };
  /** What serves custom hostnames, and where their owners point them. */
  readonly hostnames: {
    readonly distributionId: string;
    readonly connectionGroupId: string;
    readonly endpoint: string;
  };
  readonly ecsClusterArn: string;
  /** Private subnets of the project tasks. */
  readonly taskSubnets: readonly string[];
  readonly projectSecurityGroup: string;
  /** Beside the project's own, for the tasks of its tools. */
  readonly toolsSecurityGroup: string;
  /** ECS starts tasks with it. */
  readonly executionRoleArn: string;
  /** All that a project's own role can ever do, and all that it is granted. */
  readonly permissionsBoundaryArn: string;
  /** Cloud Map, in which a running project has its addresses. */
  readonly namespaceId: string;
  /** The execution role reads secrets whose names begin with it. */
  readonly secretPrefix: string;
  readonly bucket: string;
  readonly keyArn: string;
  /** A line for each request to any of its projects. */
  readonly edgeLogGroup: string;
  /** Streams of a project's containers begin with its ref. */
  readonly projectLogGroup: string;
  readonly database: {
    /** The cluster that projects of the tier `pooled` share. */
    readonly clusterArn: string;
    /** Its master user's name and password. */
    readonly secretArn: string;
    readonly host: string;
    readonly port: number;
    readonly subnetGroup: string;
    readonly parameterGroup: string;
    readonly securityGroup: string;
    /** That of the parameter group's family, for clusters of the tier `dedicated`. */
    readonly engineVersion: string;
  };
}

/** Partition and account, as every ARN of the cell has them. */
export function ownerOf(cell: AwsCell): { readonly partition: string; readonly account: string } {
  const [, partition = '', , , account = ''] = cell.ecsClusterArn.split(':');
  return { partition, account };
}
