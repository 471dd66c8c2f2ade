import { z } from 'zod';

const text = z.string().min(1);

/** What the control plane is told of a deployed cell: the stack's outputs, all of them text. */
export const cellOutputsSchema = z.object({
  ClusterArn: text,
  ClusterName: text,
  VpcId: text,
  /** Comma-separated ids of those of the load balancers. */
  PublicSubnets: text,
  /** Comma-separated ids of the private subnets that project tasks run in. */
  TaskSubnets: text,
  ProjectSecurityGroup: text,
  /** A second group, for the tasks of a project's tools. */
  ToolsSecurityGroup: text,
  /** Of the addresses that AWS services have within the network. */
  EndpointsSecurityGroup: text,
  /** Takes the place of `public.ecr.aws` in the name of an image. */
  ImageRegistry: text,
  ExecutionRoleArn: text,
  PermissionsBoundaryArn: text,
  /** The execution role reads secrets whose names begin with it. */
  SecretPrefix: text,
  /** Of the Cloud Map namespace `<cell>.internal`. */
  NamespaceId: text,
  DatabaseClusterArn: text,
  DatabaseSecretArn: text,
  DatabaseEndpoint: text,
  DatabasePort: text,
  /** Clusters of the tier `dedicated` have it too: the parameter group is for its family. */
  DatabaseEngineVersion: text,
  DatabaseSubnetGroup: text,
  DatabaseParameterGroup: text,
  DatabaseSecurityGroup: text,
  BucketName: text,
  KeyArn: text,
  LoadBalancerDns: text,
  /** The hosted zone id that an alias record to the load balancer names. */
  LoadBalancerZone: text,
  /** Custom hostnames are tenants of this distribution, and point at this endpoint. */
  DistributionId: text,
  ConnectionGroupId: text,
  ConnectionEndpoint: text,
  EdgeLogGroup: text,
  ProjectLogGroup: text,
  AlarmTopicArn: text,
});

export type CellOutputs = z.infer<typeof cellOutputsSchema>;
