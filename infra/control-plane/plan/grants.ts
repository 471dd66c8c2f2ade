import type { FunctionName } from './entries.ts';

/** What grants are about. The names of resources follow from the settings, so that nothing waits for another. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly home: string;
  readonly tableArn: string;
  readonly stateMachineArns: Readonly<Record<'all' | 'resume', readonly string[]>>;
  readonly hostedZoneId: string;
  readonly mailSender: string;
  readonly cells: readonly CellPlace[];
}

export interface CellPlace {
  readonly id: string;
  readonly region: string;
  readonly clusterName: string;
  readonly secretPrefix: string;
  readonly databaseClusterArn: string;
  readonly databaseSecretArn: string;
  readonly subnetGroup: string;
  readonly parameterGroup: string;
  readonly bucket: string;
  readonly keyArn: string;
  readonly logGroup: string;
  readonly namespaceId: string;
  readonly executionRoleArn: string;
  readonly boundaryArn: string;
}

const inRegion = ({ partition, account }: Place, service: string, region: string) =>
  `arn:${partition}:${service}:${region}:${account}`;

const perCell = (of: (cell: CellPlace, place: Place) => readonly string[]) => (place: Place) =>
  place.cells.flatMap((cell) => of(cell, place));

/** Every set of resources that something is granted on. `anything`: AWS knows no narrower one for those actions. */
export const RESOURCES = {
  anything: () => ['*'],
  table: ({ tableArn }) => [tableArn, `${tableArn}/index/*`],
  stateMachines: ({ stateMachineArns }) => stateMachineArns.all,
  resumeMachine: ({ stateMachineArns }) => stateMachineArns.resume,
  secrets: perCell(({ region, secretPrefix }, place) => [
    `${inRegion(place, 'secretsmanager', region)}:secret:${secretPrefix}*`,
  ]),
  sharedDatabaseSecret: perCell(({ databaseSecretArn }) => [databaseSecretArn]),
  // RDS names the secrets of the clusters' master users; which is whose, their tags say.
  masterSecrets: perCell(({ region }, place) => [
    `${inRegion(place, 'secretsmanager', region)}:secret:rds!cluster-*`,
  ]),
  keys: perCell(({ keyArn }) => [keyArn]),
  clusters: perCell(({ region, databaseClusterArn }, place) => [
    databaseClusterArn,
    `${inRegion(place, 'rds', region)}:cluster:baseplane-*`,
  ]),
  projectClusters: perCell(({ region, subnetGroup, parameterGroup }, place) => [
    `${inRegion(place, 'rds', region)}:cluster:baseplane-*`,
    `${inRegion(place, 'rds', region)}:db:baseplane-*`,
    `${inRegion(place, 'rds', region)}:cluster-snapshot:*`,
    `${inRegion(place, 'rds', region)}:subgrp:${subnetGroup}`,
    `${inRegion(place, 'rds', region)}:cluster-pg:${parameterGroup}`,
  ]),
  services: perCell(({ region, clusterName }, place) => [
    `${inRegion(place, 'ecs', region)}:service/${clusterName}/baseplane-*`,
    `${inRegion(place, 'ecs', region)}:task-set/${clusterName}/baseplane-*/*`,
  ]),
  taskDefinitions: perCell(({ region }, place) => [
    `${inRegion(place, 'ecs', region)}:task-definition/baseplane-*:*`,
  ]),
  projectRoles: perCell(({ id }, { partition, account }) => [
    `arn:${partition}:iam::${account}:role/baseplane/${id}/baseplane-*`,
  ]),
  passedRoles: perCell(({ id, executionRoleArn }, { partition, account }) => [
    executionRoleArn,
    `arn:${partition}:iam::${account}:role/baseplane/${id}/baseplane-*`,
  ]),
  projectLogs: perCell(({ region, logGroup }, place) => [
    `${inRegion(place, 'logs', region)}:log-group:${logGroup}`,
    `${inRegion(place, 'logs', region)}:log-group:${logGroup}:log-stream:*`,
  ]),
  zone: ({ partition, hostedZoneId }) => [`arn:${partition}:route53:::hostedzone/${hostedZoneId}`],
  changes: ({ partition }) => [`arn:${partition}:route53:::change/*`],
  buckets: perCell(({ bucket }, { partition }) => [`arn:${partition}:s3:::${bucket}`]),
  objects: perCell(({ bucket }, { partition }) => [`arn:${partition}:s3:::${bucket}/*`]),
  functionObjects: perCell(({ bucket }, { partition }) => [`arn:${partition}:s3:::${bucket}/*/~functions/*`]),
  registry: perCell(({ region, namespaceId }, place) => [
    `${inRegion(place, 'servicediscovery', region)}:namespace/${namespaceId}`,
    `${inRegion(place, 'servicediscovery', region)}:service/*`,
  ]),
  sender: (place) => [
    `${inRegion(place, 'ses', place.home)}:identity/${place.mailSender}`,
    `${inRegion(place, 'ses', place.home)}:identity/${place.mailSender.split('@')[1]}`,
  ],
} as const satisfies Record<string, (place: Place) => readonly string[]>;

interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

export interface Grant {
  readonly actions: readonly string[];
  readonly on: keyof typeof RESOURCES;
  readonly when?: (place: Place) => readonly Condition[];
  /** Why no narrower resource can be named, where it is `anything`. */
  readonly because?: string;
}

const through =
  (...services: readonly string[]) =>
  (place: Place) => [
    {
      test: 'StringEquals',
      variable: 'kms:ViaService',
      values: place.cells.flatMap(({ region }) =>
        services.map((service) => `${service}.${region}.amazonaws.com`),
      ),
    },
  ];

/** Whatever role is made can do no more than the boundary says. */
const bounded = ({ cells }: Place) => [
  {
    test: 'StringEquals',
    variable: 'iam:PermissionsBoundary',
    values: cells.map(({ boundaryArn }) => boundaryArn),
  },
];

const onlyTheBoundary = ({ cells }: Place) => [
  { test: 'ArnEquals', variable: 'iam:PolicyARN', values: cells.map(({ boundaryArn }) => boundaryArn) },
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
  { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], on: 'keys', when: through('secretsmanager', 's3') },
];

const MAKE_SECRETS: Grant = {
  actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
  on: 'secrets',
};

const REVISE_SECRETS: Grant = {
  actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
  on: 'secrets',
};

/** Under which a database is set up, and its owner gets another password. */
const READ_MASTER_SECRETS: Grant = { actions: ['secretsmanager:GetSecretValue'], on: 'masterSecrets' };

const SQL: Grant = {
  actions: [
    'rds-data:BeginTransaction',
    'rds-data:CommitTransaction',
    'rds-data:ExecuteStatement',
    'rds-data:RollbackTransaction',
  ],
  on: 'clusters',
};

const SEE_RUNNING: readonly Grant[] = [
  { actions: ['ecs:DescribeServices'], on: 'services' },
  { actions: ['rds:DescribeDBClusters'], on: 'clusters' },
  { actions: ['rds:DescribeDBInstances'], on: 'projectClusters' },
  // Which databases the shared cluster has, its master user is asked.
  { actions: ['secretsmanager:GetSecretValue'], on: 'sharedDatabaseSecret' },
];

/** All that each function may do: the actions that it calls, and nothing beside. */
export const GRANTS: Readonly<Record<FunctionName, readonly Grant[]>> = {
  wake: [RECORDS, { actions: ['states:StartExecution'], on: 'resumeMachine' }],
  owner: [RECORDS],
  reconcile: [RECORDS, { actions: ['states:StartExecution'], on: 'stateMachines' }],
  api: [
    RECORDS,
    { actions: ['states:StartExecution'], on: 'stateMachines' },
    ...READ_SECRETS,
    MAKE_SECRETS,
    REVISE_SECRETS,
    { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], on: 'functionObjects' },
    READ_MASTER_SECRETS,
    SQL,
    ...SEE_RUNNING,
    // For roles that log in for a time, which the owner of a cluster of its own makes.
    { actions: ['secretsmanager:GetSecretValue'], on: 'masterSecrets' },
    { actions: ['ses:SendEmail'], on: 'sender' },
  ],
  step: [
    RECORDS,
    ...READ_SECRETS,
    MAKE_SECRETS,
    { actions: ['secretsmanager:DeleteSecret'], on: 'secrets' },
    READ_MASTER_SECRETS,
    SQL,
    ...SEE_RUNNING,
    {
      actions: [
        'rds:AddTagsToResource',
        'rds:CreateDBCluster',
        'rds:CreateDBInstance',
        'rds:DeleteDBCluster',
        'rds:DeleteDBClusterSnapshot',
        'rds:DeleteDBInstance',
        'rds:DescribeDBClusterSnapshots',
        'rds:ModifyDBCluster',
        'rds:StartDBCluster',
        'rds:StopDBCluster',
      ],
      on: 'projectClusters',
    },
    {
      actions: [
        'ecs:CreateService',
        'ecs:CreateTaskSet',
        'ecs:DeleteService',
        'ecs:DeleteTaskSet',
        'ecs:TagResource',
        'ecs:UpdateServicePrimaryTaskSet',
        'ecs:UpdateTaskSet',
      ],
      on: 'services',
    },
    {
      actions: ['ecs:DeleteTaskDefinitions', 'ecs:RegisterTaskDefinition', 'ecs:TagResource'],
      on: 'taskDefinitions',
    },
    {
      actions: [
        'ecs:DeregisterTaskDefinition',
        'ecs:DescribeTaskDefinition',
        'ecs:ListTaskDefinitions',
        'ecs:ListTasks',
      ],
      on: 'anything',
      because:
        'ECS takes no resource for reading, listing and deregistering task definitions, nor for listing tasks.',
    },
    { actions: ['iam:CreateRole', 'iam:TagRole'], on: 'projectRoles', when: bounded },
    { actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], on: 'projectRoles', when: onlyTheBoundary },
    { actions: ['iam:DeleteRole', 'iam:GetRole'], on: 'projectRoles' },
    { actions: ['iam:ListRoles'], on: 'anything', because: 'IAM takes no resource for listing roles.' },
    { actions: ['iam:PassRole'], on: 'passedRoles', when: toTasks },
    { actions: ['logs:DeleteLogStream', 'logs:DescribeLogStreams'], on: 'projectLogs' },
    { actions: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'], on: 'zone' },
    { actions: ['route53:GetChange'], on: 'changes' },
    { actions: ['s3:ListBucketMultipartUploads', 's3:ListBucketVersions'], on: 'buckets' },
    { actions: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion'], on: 'objects' },
    { actions: ['s3:PutObject'], on: 'functionObjects' },
    {
      actions: [
        'servicediscovery:CreateService',
        'servicediscovery:DeleteService',
        'servicediscovery:TagResource',
      ],
      on: 'registry',
    },
    {
      actions: ['servicediscovery:ListServices'],
      on: 'anything',
      because: 'Cloud Map takes no resource for listing services.',
    },
    { actions: ['ses:SendEmail'], on: 'sender' },
    { actions: ['tag:GetResources'], on: 'anything', because: 'The tagging API takes no resource.' },
  ],
};

export interface Statement {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

/** The grants of a function as statements of a policy. */
export function statementsOf(name: FunctionName, place: Place): Statement[] {
  return GRANTS[name].map(({ actions, on, when }) => ({
    actions: [...actions],
    resources: [...new Set(RESOURCES[on](place))],
    ...(when && { conditions: when(place).map((each) => ({ ...each, values: [...new Set(each.values)] })) }),
  }));
}
