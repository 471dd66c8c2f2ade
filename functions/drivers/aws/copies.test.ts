import { expect, it } from 'vitest';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { awsError, type Script, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { AwsCopies } from './copies.ts';
import { DedicatedClusters } from './dedicated-clusters.ts';

const from = newStack({ tier: 'dedicated' });
const to = newStack({ tier: 'dedicated' });
const name = `baseplane-${to.ref}`;

function copiesWith(script: Script) {
  const aws = scriptedAws(script);
  const { rds, rdsData, s3 } = aws.clients;
  const dedicated = new DedicatedClusters(CELL, { rds, rdsData });
  return { aws, copies: new AwsCopies({ cell: CELL, dedicated, rds, s3 }) };
}

it('clones the cluster as it is at the moment, under the branch’s own name, tags and settings', async () => {
  const { aws, copies } = copiesWith({ 'RDS DescribeDBClusters': awsError('DBClusterNotFoundFault') });
  expect(await copies.database(to, from)).toBe(false);
  const [input] = aws.inputs('RDS RestoreDBClusterToPointInTime');
  expect(input).toMatchObject({
    DBClusterIdentifier: name,
    SourceDBClusterIdentifier: `baseplane-${from.ref}`,
    RestoreType: 'copy-on-write',
    UseLatestRestorableTime: true,
    DeletionProtection: true,
    KmsKeyId: CELL.keyArn,
  });
  expect(input).toHaveProperty('Tags', expect.arrayContaining([{ Key: 'baseplane:project', Value: to.ref }]));
  expect(input).not.toHaveProperty('RestoreToTime');
});

/** A clone, as far as it has come. */
const clone = {
  DBClusterIdentifier: name,
  DBClusterArn: 'arn:clone',
  Status: 'available',
  MasterUserSecret: { SecretArn: 'arn:secret', SecretStatus: 'active' },
  HttpEndpointEnabled: true,
};
const instance = { DBInstances: [{ DBInstanceIdentifier: name, DBInstanceStatus: 'available' }] };
const { MasterUserSecret: _, HttpEndpointEnabled: __, ...bare } = clone;

it.each([
  ['an instance', bare, {}, 'RDS CreateDBInstance'],
  ['a secret of its master user’s', bare, instance, 'RDS ModifyDBCluster'],
  ['the Data API', { ...clone, HttpEndpointEnabled: false }, instance, 'RDS EnableHttpEndpoint'],
] as const)('gives a clone %s, and no SQL before it is whole', async (_what, cluster, instances, call) => {
  const { aws, copies } = copiesWith({
    'RDS DescribeDBClusters': { DBClusters: [cluster] },
    'RDS DescribeDBInstances': instances,
  });
  expect(await copies.database(to, from)).toBe(false);
  expect(aws.inputs(call)).toHaveLength(1);
  expect(aws.inputs('RDSData ExecuteStatement')).toEqual([]);
});

it('makes a whole clone nobody’s before it says that it is done', async () => {
  const { aws, copies } = copiesWith({
    'RDS DescribeDBClusters': { DBClusters: [clone] },
    'RDS DescribeDBInstances': instance,
  });
  expect(await copies.database(to, from)).toBe(true);
  const sql = aws.inputs('RDSData ExecuteStatement').map((input) => JSON.stringify(input));
  expect(sql.some((each) => each.includes('password null') && each.includes('arn:clone'))).toBe(true);
  expect(sql.some((each) => each.includes('auth.sessions'))).toBe(true);
});

it('says so where Aurora could not clone it', async () => {
  const { copies } = copiesWith({
    'RDS DescribeDBClusters': { DBClusters: [{ ...clone, Status: 'failed' }] },
  });
  await expect(copies.database(to, from)).rejects.toMatchObject({ name: 'PortError' });
});

function textOf(input: object, name: string): string {
  const value: unknown = Object.entries(input).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
}

/** A bucket as S3 lists it, two keys a page. */
function bucket(keys: Set<string>): Script {
  return {
    'S3 ListObjectsV2': (input) => {
      const [Prefix, StartAfter] = ['Prefix', 'StartAfter'].map((name) => textOf(input, name));
      const found = [...keys]
        .filter((key) => key.startsWith(Prefix ?? '') && key > (StartAfter ?? ''))
        .toSorted();
      return { Contents: found.slice(0, 2).map((Key) => ({ Key })), IsTruncated: found.length > 2 };
    },
    'S3 CopyObject': (input) => {
      keys.add(textOf(input, 'Key'));
      return {};
    },
  };
}

const own = (keys: ReadonlySet<string>) =>
  [...keys]
    .filter((key) => key.startsWith(`${to.ref}/`))
    .map((key) => key.slice(21))
    .toSorted();

it('copies the files that are missing, and no functions', async () => {
  const files = ['a/1', 'a/b c/ü', 'b/2', 'b/3', 'z/4'];
  const keys = new Set([...files, '~functions/f/x.json'].map((each) => `${from.ref}/${each}`));
  keys.add(`${to.ref}/a/1`);
  const { aws, copies } = copiesWith(bucket(keys));
  expect(await copies.files(to, from)).toBe(true);
  expect(own(keys)).toEqual(files);
  expect(aws.inputs('S3 CopyObject')).toHaveLength(4);
  expect(aws.inputs('S3 CopyObject')).toContainEqual({
    Bucket: CELL.bucket,
    Key: `${to.ref}/a/b c/ü`,
    CopySource: `${CELL.bucket}/${from.ref}/a/b%20c/%C3%BC`,
  });
  expect(await copies.files(to, from)).toBe(true);
  expect(aws.inputs('S3 CopyObject')).toHaveLength(4);
});

it('copies a good many at a time, and goes on where it was', async () => {
  const files = Array.from({ length: 20 }, (_each, index) => `a/${String(index).padStart(2, '0')}`);
  const keys = new Set(files.map((each) => `${from.ref}/${each}`));
  const { copies } = copiesWith(bucket(keys));
  expect(await copies.files(to, from)).toBe(false);
  expect(own(keys).length).toBeLessThan(20);
  expect(await copies.files(to, from)).toBe(true);
  expect(own(keys)).toEqual(files);
});
