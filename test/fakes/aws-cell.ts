import { cellIdSchema } from '../../functions/core/kernel/ids.ts';
import type { AwsCell } from '../../functions/drivers/aws/cell.ts';

export const CELL: AwsCell = {
  id: cellIdSchema.parse('euc1'),
  region: 'eu-central-1',
  rootDomain: 'example.com',
  hostedZoneId: 'ZONE',
  loadBalancer: { dnsName: 'edge.elb.amazonaws.com', hostedZoneId: 'ZELB' },
  hostnames: { distributionId: 'E1', connectionGroupId: 'cg_1', endpoint: 'd1.cloudfront.net' },
  ecsClusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/baseplane-euc1',
  taskSubnets: ['subnet-1', 'subnet-2'],
  projectSecurityGroup: 'sg-project',
  toolsSecurityGroup: 'sg-tools',
  executionRoleArn: 'arn:aws:iam::123456789012:role/baseplane/execution',
  permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/baseplane/boundary',
  namespaceId: 'ns-1',
  secretPrefix: 'baseplane/euc1/',
  bucket: 'baseplane-euc1',
  keyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1',
  edgeLogGroup: '/baseplane/euc1/edge',
  projectLogGroup: '/baseplane/euc1/projects',
  database: {
    clusterArn: 'arn:aws:rds:eu-central-1:123456789012:cluster:baseplane-euc1',
    secretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-1',
    host: 'baseplane-euc1.cluster-x.eu-central-1.rds.amazonaws.com',
    port: 5432,
    subnetGroup: 'subnets',
    parameterGroup: 'parameters',
    securityGroup: 'sg-database',
    engineVersion: '17.9',
  },
};
