import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { CreateDBSubnetGroupCommand } from '@aws-sdk/client-rds';
import { CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreatePrivateDnsNamespaceCommand, ListNamespacesCommand } from '@aws-sdk/client-servicediscovery';
import { CreateEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { z } from 'zod';
import { cellIdSchema } from '../../functions/core/kernel/ids.ts';
import type { AwsCell } from '../../functions/drivers/aws/cell.ts';
import type { AwsClients, HomeClients } from '../../functions/drivers/aws/clients.ts';
import { MASTER } from './data-api/clusters.ts';

export const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
export const SENDER = 'noreply@example.com';

/** What the cell's template makes, made in moto as far as the drivers meet it. */
export async function createCell(
  clients: AwsClients & HomeClients,
  moto: string,
  id: string,
): Promise<AwsCell> {
  const { vpc, subnets, securityGroup } = await createNetwork(moto);
  const name = `baseplane-${id}`;
  const domain = `${id}.example.com`;
  const { cluster } = await clients.ecs.send(new CreateClusterCommand({ clusterName: name }));
  const zone = await clients.route53.send(new CreateHostedZoneCommand({ Name: domain, CallerReference: id }));
  const location = { LocationConstraint: REGION } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: location }));
  const versioned = { Bucket: name, VersioningConfiguration: { Status: 'Enabled' as const } };
  await clients.s3.send(new PutBucketVersioningCommand(versioned));
  await clients.serviceDiscovery.send(
    new CreatePrivateDnsNamespaceCommand({ Name: `${id}.internal`, Vpc: vpc }),
  );
  const { Namespaces = [] } = await clients.serviceDiscovery.send(new ListNamespacesCommand({}));
  const projectLogGroup = `/baseplane/${id}/projects`;
  const edgeLogGroup = `/baseplane/${id}/edge`;
  for (const logGroupName of [projectLogGroup, edgeLogGroup])
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName }));
  const Statement = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*` }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const boundary = await clients.iam.send(
    new CreatePolicyCommand({ PolicyName: `${name}-boundary`, Path: '/baseplane/', PolicyDocument }),
  );
  const admin = await clients.secretsManager.send(
    new CreateSecretCommand({ Name: `${name}-database`, SecretString: JSON.stringify(MASTER) }),
  );
  await clients.rds.send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: name,
      DBSubnetGroupDescription: 'databases',
      SubnetIds: subnets,
    }),
  );
  await clients.ses.send(new CreateEmailIdentityCommand({ EmailIdentity: SENDER }));
  return {
    id: cellIdSchema.parse(id),
    region: REGION,
    rootDomain: domain,
    hostedZoneId: zone.HostedZone?.Id?.replace('/hostedzone/', '') ?? '',
    loadBalancer: { dnsName: `${name}.${REGION}.elb.amazonaws.com`, hostedZoneId: 'Z215JYRZR1TBD5' },
    hostnames: { distributionId: `E${id}`, connectionGroupId: `cg_${id}`, endpoint: 'd1.cloudfront.net' },
    ecsClusterArn: cluster?.clusterArn ?? '',
    taskSubnets: subnets,
    projectSecurityGroup: securityGroup,
    toolsSecurityGroup: securityGroup,
    executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/baseplane/${name}-execution`,
    permissionsBoundaryArn: boundary.Policy?.Arn ?? '',
    namespaceId: Namespaces.find(({ Name }) => Name === `${id}.internal`)?.Id ?? '',
    secretPrefix: `baseplane/${id}/`,
    bucket: name,
    keyArn: await createKey(moto),
    edgeLogGroup,
    projectLogGroup,
    database: {
      clusterArn: `arn:aws:rds:${REGION}:${ACCOUNT}:cluster:${name}`,
      secretArn: admin.ARN ?? '',
      host: `${name}.cluster-abc.${REGION}.rds.amazonaws.com`,
      port: 5432,
      subnetGroup: name,
      parameterGroup: 'default.aurora-postgresql17',
      securityGroup,
      engineVersion: '17.9',
    },
  };
}

/** By the service's own protocol, for the product needs no client of it. */
async function createKey(moto: string): Promise<string> {
  const answer = await fetch(moto, {
    method: 'POST',
    body: '{}',
    headers: { 'x-amz-target': 'TrentService.CreateKey', authorization: credential('kms') },
  });
  const { KeyMetadata } = z.object({ KeyMetadata: z.object({ Arn: z.string() }) }).parse(await answer.json());
  return KeyMetadata.Arn;
}

const credential = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=testing/20260101/${REGION}/${service}/aws4_request`;

/** Likewise. */
async function createNetwork(moto: string) {
  const ask = async (Action: string, settings: Readonly<Record<string, string>>, tag: string) => {
    const answer = await fetch(moto, {
      method: 'POST',
      body: new URLSearchParams({ Action, Version: '2016-11-15', ...settings }),
      headers: { authorization: credential('ec2') },
    });
    return new RegExp(`<${tag}>([^<]+)<`).exec(await answer.text())?.[1] ?? '';
  };
  const vpc = await ask('CreateVpc', { CidrBlock: '10.0.0.0/16' }, 'vpcId');
  // Without it moto cannot give a task its address.
  await ask('ModifyVpcAttribute', { VpcId: vpc, 'EnableDnsHostnames.Value': 'true' }, 'return');
  const subnets = await Promise.all(
    ['a', 'b'].map((zone, index) => {
      const place = { CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: `${REGION}${zone}` };
      return ask('CreateSubnet', { VpcId: vpc, ...place }, 'subnetId');
    }),
  );
  const ofVpc = { 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': vpc };
  return { vpc, subnets, securityGroup: await ask('DescribeSecurityGroups', ofVpc, 'groupId') };
}
