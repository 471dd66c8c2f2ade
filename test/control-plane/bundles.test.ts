import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle } from '../../infra/control-plane/bundles/bundle.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/control-plane/plan/entries.ts';
import { GRANTS } from '../../infra/control-plane/plan/grants.ts';
import { coldStart } from './cold-start.ts';
import { actionsOf } from './iam-actions.ts';

/** What a cold start has to load. Half of it are clients of AWS's services, S3's among the largest. */
const MAX_BYTES = 1024 * 1024;

const STATE = ['dynamodb'];
const TRANSITIONS = [...STATE, 'sfn'];
const PROJECTS = [
  ...TRANSITIONS,
  'cloudwatch-logs',
  'ecs',
  'rds',
  'rds-data',
  'secrets-manager',
  'servicediscovery',
];

/** What it takes to run SQL as the owner of a database. */
const DATABASES = [...STATE, 'rds', 'rds-data', 'secrets-manager'];

const EVERYTHING = [...PROJECTS, 'cloudfront', 'iam', 'resource-groups-tagging-api', 'route-53', 's3'];

/** The SDK clients that each function has use for. */
const CLIENTS: Readonly<Record<FunctionName, readonly string[]>> = {
  owner: STATE,
  wake: [...TRANSITIONS, 'rds'],
  reconcile: TRANSITIONS,
  billing: [...STATE, 'sesv2'],
  metrics: STATE,
  reportUsage: [...STATE, 'sesv2'],
  pauseIdle: [...TRANSITIONS, 'sesv2'],
  ingest: [...STATE, 'cloudwatch-logs'],
  meter: [...DATABASES, 'cloudwatch'],
  quotas: [...DATABASES, 'sesv2'],
  keepBackups: [...STATE, 'rds', 'rds-data'],
  rotateSecrets: [...DATABASES, 'sfn'],
  api: [...PROJECTS, 'cloudfront', 'route-53', 's3', 'sesv2'],
  step: [...EVERYTHING, 'sesv2'],
  sweep: EVERYTHING,
};

/** What SDK clients bring along for endpoint discovery and for directory buckets, neither of which is ours. */
const OF_THE_SDK = new Set(['DescribeEndpoints', 'CreateSession']);

/** Where a function has drivers whole and makes some of their calls only: those, by client. */
const MAKES: Readonly<Partial<Record<FunctionName, Readonly<Record<string, readonly string[]>>>>> = {
  api: {
    cloudfront: [
      'CreateDistributionTenant',
      'DeleteDistributionTenant',
      'GetDistributionTenantByDomain',
      'UpdateDistributionTenant',
    ],
    'cloudwatch-logs': ['FilterLogEvents'],
    ecs: ['DescribeServices'],
    rds: [
      'CreateDBClusterSnapshot',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
      'DescribeDBInstances',
    ],
    'route-53': ['ChangeResourceRecordSets'],
    'secrets-manager': ['CreateSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
    servicediscovery: [],
  },
  keepBackups: {
    rds: [
      'CreateDBClusterSnapshot',
      'DeleteDBClusterSnapshot',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
      'DescribeDBInstances',
    ],
    'rds-data': [],
  },
  step: {
    iam: ['AttachRolePolicy', 'CreateRole', 'DeleteRole', 'DetachRolePolicy', 'GetRole'],
    rds: [
      'CreateDBCluster',
      'CreateDBInstance',
      'DeleteDBCluster',
      'DeleteDBClusterSnapshot',
      'DeleteDBInstance',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
      'DescribeDBInstances',
      'EnableHttpEndpoint',
      'ModifyDBCluster',
      'RestoreDBClusterFromSnapshot',
      'RestoreDBClusterToPointInTime',
      'StartDBCluster',
      'StopDBCluster',
    ],
    cloudfront: [
      'DeleteDistributionTenant',
      'GetDistributionTenantByDomain',
      'ListDistributionTenants',
      'UpdateDistributionTenant',
    ],
    s3: [
      'AbortMultipartUpload',
      'CopyObject',
      'DeleteObject',
      'DeleteObjects',
      'GetObject',
      'ListMultipartUploads',
      'ListObjectVersions',
      'ListObjectsV2',
      'PutObject',
    ],
    'secrets-manager': ['CreateSecret', 'DeleteSecret', 'GetSecretValue'],
  },
  ingest: {
    'cloudwatch-logs': ['FilterLogEvents'],
  },
  meter: {
    cloudwatch: ['GetMetricData'],
    rds: [],
    'secrets-manager': ['GetSecretValue'],
  },
  rotateSecrets: {
    rds: ['DescribeDBClusters', 'DescribeDBInstances'],
    'rds-data': ['ExecuteStatement'],
    'secrets-manager': ['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
  },
  quotas: {
    rds: [],
    'secrets-manager': ['GetSecretValue'],
  },
  sweep: {
    cloudfront: [
      'DeleteDistributionTenant',
      'GetDistributionTenantByDomain',
      'ListDistributionTenants',
      'UpdateDistributionTenant',
    ],
    ecs: [
      'DeleteService',
      'DeleteTaskDefinitions',
      'DeleteTaskSet',
      'DeregisterTaskDefinition',
      'DescribeServices',
      'ListTaskDefinitions',
      'ListTasks',
      'UpdateTaskSet',
    ],
    iam: ['DeleteRole', 'DetachRolePolicy', 'ListRoles'],
    rds: [
      'DeleteDBCluster',
      'DeleteDBClusterSnapshot',
      'DeleteDBInstance',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
      'DescribeDBInstances',
      'ModifyDBCluster',
      'StartDBCluster',
    ],
    'rds-data': ['ExecuteStatement'],
    s3: ['AbortMultipartUpload', 'DeleteObjects', 'ListMultipartUploads', 'ListObjectVersions'],
    'secrets-manager': ['DeleteSecret', 'GetSecretValue'],
    servicediscovery: ['DeleteService', 'ListServices'],
  },
};

const work = mkdtempSync(join(tmpdir(), 'baseplane-bundles-'));
afterAll(() => rmSync(work, { recursive: true }));

describe.each(FUNCTION_NAMES)('the code of the function %s', (name) => {
  const folder = join(work, name);
  const made = bundle(name, folder);

  it('is under 1 MB, minified', async () => {
    expect((await made).bytes).toBeLessThan(MAX_BYTES);
  });

  it('has the SDK clients that it calls and no other', async () => {
    const { inputs } = await made;
    const clients = Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (/@aws-sdk\/client-([a-z0-9-]+)\//.exec(file)?.[1] ?? []) : [],
    );
    expect([...new Set(clients)].toSorted()).toEqual(CLIENTS[name].toSorted());
  });

  it('is granted what its calls ask for, all of it and nothing else', async () => {
    const { inputs } = await made;
    const calls = Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => {
      const [, client, command] = /@aws-sdk\/client-([a-z0-9-]+)\/.*\/(\w+)Command\.js$/.exec(file) ?? [];
      return bytesInOutput > 0 && client !== undefined && command !== undefined ? [{ client, command }] : [];
    });
    const wanted = calls.filter(
      ({ client, command }) => !OF_THE_SDK.has(command) && (MAKES[name]?.[client]?.includes(command) ?? true),
    );
    const asked = new Set(wanted.flatMap(actionsOf));
    const granted = new Set(GRANTS[name].flatMap(({ actions }) => actions));
    expect([...granted].toSorted()).toEqual([...asked].toSorted());
  });

  it('comes up with the settings that it is given', async () => {
    await made;
    expect(await coldStart(folder)).toMatchObject({ handler: 'function' });
  });
});
