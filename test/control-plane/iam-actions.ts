/** A call as the SDK names it: its client's package without the prefix, and its command. */
export interface SdkCall {
  readonly client: string;
  readonly command: string;
}

/** How IAM calls the services, where it does not call them as the SDK does. */
const IN_IAM: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  'resource-groups-tagging-api': 'tag',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
  sesv2: 'ses',
  sfn: 'states',
};

const iamService = (client: string) => IN_IAM[client] ?? client;

/** The calls that IAM knows by other names, and those that it asks for more than one action. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:TransactWriteItems': ['dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
};

/** For a database that is encrypted, and for the secret of its master user, which RDS makes as who asks for it. */
const FOR_A_CLUSTER = ['rds:AddTagsToResource', 'kms:CreateGrant', 'kms:DescribeKey'];
const FOR_ITS_SECRET = [
  'secretsmanager:CreateSecret',
  'secretsmanager:TagResource',
  'kms:Decrypt',
  'kms:GenerateDataKey',
];

/** What a call asks for besides itself: its object is tagged, encrypted, or acts under a role. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  'cloudfront:CreateDistributionTenant': ['cloudfront:TagResource'],
  'ecs:CreateService': ['ecs:TagResource'],
  'ecs:CreateTaskSet': ['ecs:TagResource'],
  'ecs:RegisterTaskDefinition': ['ecs:TagResource', 'iam:PassRole'],
  'iam:CreateRole': ['iam:TagRole'],
  'rds:CreateDBCluster': [...FOR_A_CLUSTER, ...FOR_ITS_SECRET],
  'rds:CreateDBClusterSnapshot': ['rds:AddTagsToResource'],
  'rds:CreateDBInstance': ['rds:AddTagsToResource'],
  'rds:RestoreDBClusterFromSnapshot': FOR_A_CLUSTER,
  'rds:RestoreDBClusterToPointInTime': FOR_A_CLUSTER,
  's3:CopyObject': ['kms:Decrypt', 'kms:GenerateDataKey'],
  's3:GetObject': ['kms:Decrypt'],
  's3:PutObject': ['kms:GenerateDataKey'],
  'secretsmanager:CreateSecret': ['secretsmanager:TagResource', 'kms:GenerateDataKey', 'kms:Decrypt'],
  'secretsmanager:GetSecretValue': ['kms:Decrypt'],
  'secretsmanager:PutSecretValue': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'servicediscovery:CreateService': ['servicediscovery:TagResource'],
};

/** The actions that IAM has to permit for a call. */
export function actionsOf({ client, command }: SdkCall): readonly string[] {
  const call = `${iamService(client)}:${command}`;
  return [...(OTHERWISE[call] ?? [call]), ...(BESIDES[call] ?? [])];
}
