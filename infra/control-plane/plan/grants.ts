import type { FunctionName } from './entries.ts';
import { type CellPlace, OF_CELL, OWN, type Place } from './resources.ts';

interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

export interface Grant {
  readonly actions: readonly string[];
  readonly on: keyof typeof OWN | keyof typeof OF_CELL;
  readonly when?: (cell: CellPlace) => readonly Condition[];
  /** Why no narrower resource can be named, where it is `anything`. */
  readonly because?: string;
}

const through = (services: readonly string[], { region }: CellPlace) => [
  {
    test: 'StringEquals',
    variable: 'kms:ViaService',
    values: services.map((service) => `${service}.${region}.amazonaws.com`),
  },
];
const forSecrets = (cell: CellPlace) => through(['secretsmanager'], cell);
const forSecretsAndFiles = (cell: CellPlace) => through(['secretsmanager', 's3', 'rds'], cell);
const forDatabases = (cell: CellPlace) => through(['rds'], cell);

/** Whatever role is made can do no more than the boundary says. */
const bounded = ({ boundaryArn }: CellPlace) => [
  { test: 'StringEquals', variable: 'iam:PermissionsBoundary', values: [boundaryArn] },
];

const onlyTheBoundary = ({ boundaryArn }: CellPlace) => [
  { test: 'ArnEquals', variable: 'iam:PolicyARN', values: [boundaryArn] },
];

const toTasks = () => [
  { test: 'StringEquals', variable: 'iam:PassedToService', values: ['ecs-tasks.amazonaws.com'] },
];

/** A transaction of DynamoDB is granted by what it is made of. */
const RECORDS: Grant = {
  actions: [
    'dynamodb:ConditionCheckItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
  ],
  on: 'table',
};

const READ_SECRETS: readonly Grant[] = [
  { actions: ['secretsmanager:GetSecretValue'], on: 'secrets' },
  // Of the functions' files too.
  { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], on: 'keys', when: forSecretsAndFiles },
];

const MAKE_SECRETS: Grant = {
  actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
  on: 'secrets',
};

const REVISE_SECRETS: Grant = {
  actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
  on: 'secrets',
};

/** As their owner, whose password is among the project's secrets. */
const ASK_DATABASES: readonly Grant[] = [
  { actions: ['secretsmanager:GetSecretValue'], on: 'secrets' },
  { actions: ['kms:Decrypt'], on: 'keys', when: forSecrets },
  { actions: ['rds-data:ExecuteStatement'], on: 'clusters' },
];

/** Under which a database is set up, its owner gets another password, and roles that log in for a time are made. */
const READ_MASTER_SECRETS: Grant = { actions: ['secretsmanager:GetSecretValue'], on: 'masterSecrets' };

/** A query may be a transaction: that of a person, and what the control plane asks for with parameters. */
const PEOPLES_SQL: Grant = {
  actions: ['rds-data:BeginTransaction', 'rds-data:CommitTransaction', 'rds-data:RollbackTransaction'],
  on: 'clusters',
};

/** A snapshot is begun by a request, or by the schedule. */
const TAKE_BACKUPS: Grant = {
  actions: ['rds:AddTagsToResource', 'rds:CreateDBClusterSnapshot', 'rds:DescribeDBClusterSnapshots'],
  on: 'projectClusters',
};

const SEE_RUNNING: readonly Grant[] = [
  { actions: ['ecs:DescribeServices'], on: 'services' },
  { actions: ['rds:DescribeDBClusters'], on: 'clusters' },
  { actions: ['rds:DescribeDBInstances'], on: 'projectClusters' },
  { actions: ['rds-data:ExecuteStatement'], on: 'clusters' },
  // Which databases the shared cluster has, its master user is asked.
  { actions: ['secretsmanager:GetSecretValue'], on: 'sharedDatabaseSecret' },
];

/** Names beside a project's own are distribution tenants; those under the root domain have records as well. */
const GIVE_UP_NAMES: Grant = {
  actions: [
    'cloudfront:DeleteDistributionTenant',
    'cloudfront:GetDistributionTenantByDomain',
    'cloudfront:UpdateDistributionTenant',
  ],
  on: 'tenants',
};

const TAKE_NAMES: readonly Grant[] = [
  GIVE_UP_NAMES,
  { actions: ['cloudfront:CreateDistributionTenant', 'cloudfront:TagResource'], on: 'tenants' },
  { actions: ['route53:ChangeResourceRecordSets'], on: 'zone' },
];

const FIND: readonly Grant[] = [
  {
    actions: ['ecs:ListTaskDefinitions', 'ecs:ListTasks'],
    on: 'anything',
    because: 'ECS takes no resource for listing task definitions and tasks.',
  },
  { actions: ['route53:ListResourceRecordSets'], on: 'zone' },
  { actions: ['s3:ListBucketMultipartUploads', 's3:ListBucketVersions'], on: 'buckets' },
  {
    actions: ['servicediscovery:ListServices'],
    on: 'anything',
    because: 'Cloud Map takes no resource for listing services.',
  },
  {
    actions: ['cloudfront:ListDistributionTenants'],
    on: 'anything',
    because: 'CloudFront takes no resource for listing tenants.',
  },
  { actions: ['tag:GetResources'], on: 'anything', because: 'The tagging API takes no resource.' },
  { actions: ['logs:DescribeLogStreams'], on: 'projectLogs' },
  { actions: ['rds:DescribeDBClusterSnapshots'], on: 'projectClusters' },
  // Those that a recovery has left beside a project's own are found among all.
  { actions: ['rds:DescribeDBClusters'], on: 'allClusters' },
];

/** A stopped cluster has to be started before it can be deleted. */
const DELETE: readonly Grant[] = [
  GIVE_UP_NAMES,
  { actions: ['secretsmanager:DeleteSecret'], on: 'secrets' },
  {
    actions: [
      'rds:DeleteDBCluster',
      'rds:DeleteDBClusterSnapshot',
      'rds:DeleteDBInstance',
      'rds:ModifyDBCluster',
      'rds:StartDBCluster',
    ],
    on: 'projectClusters',
  },
  { actions: ['ecs:DeleteService', 'ecs:DeleteTaskSet', 'ecs:UpdateTaskSet'], on: 'services' },
  { actions: ['ecs:DeleteTaskDefinitions'], on: 'taskDefinitions' },
  {
    actions: ['ecs:DeregisterTaskDefinition'],
    on: 'anything',
    because: 'ECS takes no resource for deregistering task definitions.',
  },
  { actions: ['iam:DetachRolePolicy'], on: 'projectRoles', when: onlyTheBoundary },
  { actions: ['iam:DeleteRole'], on: 'projectRoles' },
  { actions: ['logs:DeleteLogStream'], on: 'projectLogs' },
  { actions: ['route53:ChangeResourceRecordSets'], on: 'zone' },
  { actions: ['route53:GetChange'], on: 'changes' },
  { actions: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion'], on: 'objects' },
  { actions: ['servicediscovery:DeleteService'], on: 'registry' },
];

const MAKE: readonly Grant[] = [
  {
    actions: [
      'rds:AddTagsToResource',
      'rds:CreateDBCluster',
      'rds:CreateDBInstance',
      'rds:EnableHttpEndpoint',
      'rds:RestoreDBClusterFromSnapshot',
      'rds:RestoreDBClusterToPointInTime',
      'rds:StopDBCluster',
    ],
    on: 'projectClusters',
  },
  // RDS encrypts a cluster, and the secret that it makes of its master user, on behalf of who asks for it.
  { actions: ['kms:CreateGrant', 'kms:DescribeKey'], on: 'keys', when: forDatabases },
  { actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'], on: 'masterSecrets' },
  {
    actions: ['ecs:CreateService', 'ecs:CreateTaskSet', 'ecs:TagResource', 'ecs:UpdateServicePrimaryTaskSet'],
    on: 'services',
  },
  { actions: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'], on: 'taskDefinitions' },
  {
    actions: ['ecs:DescribeTaskDefinition'],
    on: 'anything',
    because: 'ECS takes no resource for reading task definitions.',
  },
  { actions: ['iam:CreateRole', 'iam:TagRole'], on: 'projectRoles', when: bounded },
  { actions: ['iam:AttachRolePolicy'], on: 'projectRoles', when: onlyTheBoundary },
  { actions: ['iam:GetRole'], on: 'projectRoles' },
  { actions: ['iam:PassRole'], on: 'passedRoles', when: toTasks },
  { actions: ['servicediscovery:CreateService', 'servicediscovery:TagResource'], on: 'registry' },
];

const SEND_MAILS: Grant = { actions: ['ses:SendEmail'], on: 'sender' };

const START: Grant = { actions: ['states:StartExecution'], on: 'stateMachines' };

/** All that each function may do: the actions that it calls, and nothing beside. */
export const GRANTS: Readonly<Record<FunctionName, readonly Grant[]>> = {
  wake: [
    RECORDS,
    { actions: ['states:StartExecution'], on: 'resumeMachine' },
    // Where the cluster of a project that has its own takes connections.
    { actions: ['rds:DescribeDBClusters'], on: 'clusters' },
  ],
  owner: [RECORDS],
  metrics: [RECORDS],
  // Whoever has not paid is told.
  billing: [RECORDS, SEND_MAILS],
  reportUsage: [RECORDS, SEND_MAILS],
  ingest: [RECORDS, { actions: ['logs:FilterLogEvents'], on: 'edgeLog' }],
  // It asks databases and, at their own addresses, services.
  meter: [
    RECORDS,
    ...ASK_DATABASES,
    PEOPLES_SQL,
    {
      actions: ['cloudwatch:GetMetricData'],
      on: 'anything',
      because: 'CloudWatch takes no resource for reading metrics.',
    },
  ],
  quotas: [RECORDS, ...ASK_DATABASES, PEOPLES_SQL, SEND_MAILS],
  reconcile: [RECORDS, START],
  pauseIdle: [RECORDS, { actions: ['states:StartExecution'], on: 'pauseMachine' }, SEND_MAILS],
  keepBackups: [
    RECORDS,
    TAKE_BACKUPS,
    { actions: ['rds:DeleteDBClusterSnapshot', 'rds:DescribeDBInstances'], on: 'projectClusters' },
    { actions: ['rds:DescribeDBClusters'], on: 'clusters' },
  ],
  // A password in the database and in the secret, a key in the secret, and the stack that has them.
  rotateSecrets: [
    RECORDS,
    { actions: ['states:StartExecution'], on: 'redeployMachine' },
    { actions: ['secretsmanager:GetSecretValue'], on: 'secrets' },
    { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], on: 'keys', when: forSecrets },
    REVISE_SECRETS,
    READ_MASTER_SECRETS,
    { actions: ['secretsmanager:GetSecretValue'], on: 'sharedDatabaseSecret' },
    { actions: ['rds:DescribeDBClusters', 'rds-data:ExecuteStatement'], on: 'clusters' },
    { actions: ['rds:DescribeDBInstances'], on: 'projectClusters' },
  ],
  api: [
    RECORDS,
    START,
    ...READ_SECRETS,
    MAKE_SECRETS,
    REVISE_SECRETS,
    { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], on: 'functionObjects' },
    // For roles that log in for a time, which the owner of a cluster of its own makes.
    READ_MASTER_SECRETS,
    ...TAKE_NAMES,
    { actions: ['logs:FilterLogEvents'], on: 'projectLogs' },
    PEOPLES_SQL,
    ...SEE_RUNNING,
    TAKE_BACKUPS,
    SEND_MAILS,
  ],
  step: [
    RECORDS,
    START,
    ...READ_SECRETS,
    MAKE_SECRETS,
    READ_MASTER_SECRETS,
    // The migrations of branches.
    PEOPLES_SQL,
    ...SEE_RUNNING,
    ...FIND,
    ...MAKE,
    ...DELETE,
    // A branch with data gets its project's files, too.
    { actions: ['s3:GetObject', 's3:PutObject'], on: 'objects' },
    { actions: ['s3:ListBucket'], on: 'buckets' },
    SEND_MAILS,
  ],
  sweep: [
    RECORDS,
    START,
    // Databases become read-only again as their owner.
    { actions: ['secretsmanager:GetSecretValue'], on: 'secrets' },
    { actions: ['kms:Decrypt'], on: 'keys', when: forSecrets },
    ...SEE_RUNNING,
    ...FIND,
    { actions: ['iam:ListRoles'], on: 'anything', because: 'IAM takes no resource for listing roles.' },
    ...DELETE,
  ],
};

export interface Statement {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

/** The grants of a function on what is the installation's, as statements of a policy. */
export function ownStatements(name: FunctionName, place: Place): Statement[] {
  return GRANTS[name].flatMap(({ actions, on }) =>
    isKey(OWN, on) ? { actions: [...actions], resources: [...OWN[on](place)] } : [],
  );
}

/** Its grants on what is one cell's. Those on the same are one: IAM takes 6,144 characters of a policy. */
export function cellStatements(name: FunctionName, place: Place, cell: CellPlace): Statement[] {
  const alike = Map.groupBy(GRANTS[name], ({ on, when }) => `${on} ${when?.name}`);
  return [...alike.values()].flatMap((grants) => {
    const [first] = grants;
    if (first === undefined || !isKey(OF_CELL, first.on)) return [];
    const { on, when } = first;
    return {
      actions: grants.flatMap(({ actions }) => actions),
      resources: [...OF_CELL[on](cell, place)],
      ...(when && { conditions: when(cell).map((each) => ({ ...each, values: [...each.values] })) }),
    };
  });
}

/** Whether it has anything to do with cells. */
export const isOnCells = (name: FunctionName) => GRANTS[name].some(({ on }) => isKey(OF_CELL, on));

const isKey = <T extends object>(of: T, name: PropertyKey): name is keyof T => name in of;

/** As IAM takes it. */
export const policyOf = (statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ actions, resources, conditions = [] }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(conditions.length > 0 && {
        Condition: Object.fromEntries(
          conditions.map(({ test, variable, values }) => [test, { [variable]: values }]),
        ),
      }),
    })),
  });
