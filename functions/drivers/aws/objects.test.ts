import { expect, it } from 'vitest';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { awsError, type Script, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { S3Objects } from './objects.ts';
import { TaskRole } from './task-role.ts';

const stack = newStack();
const prefix = { Bucket: CELL.bucket, Prefix: `${stack.ref}/` };

function objectsWith(script: Script) {
  const aws = scriptedAws(script);
  const role = new TaskRole(CELL, aws.clients.iam);
  return { aws, objects: new S3Objects({ cell: CELL, s3: aws.clients.s3, role }) };
}

it('makes a role that can do what the boundary says, for this project’s tasks only', async () => {
  const { aws, objects } = objectsWith({ 'IAM CreateRole': awsError('EntityAlreadyExistsException') });
  await objects.prepare(stack);
  const RoleName = `baseplane-${stack.ref}`;
  expect(aws.inputs('IAM CreateRole')).toMatchObject([
    {
      RoleName,
      Path: '/baseplane/euc1/',
      PermissionsBoundary: CELL.permissionsBoundaryArn,
      AssumeRolePolicyDocument: expect.stringContaining('"aws:SourceAccount":"123456789012"'),
      Tags: [
        { Key: 'baseplane:project', Value: stack.ref },
        { Key: 'baseplane:org' },
        { Key: 'baseplane:cell' },
      ],
    },
  ]);
  expect(aws.inputs('IAM AttachRolePolicy')).toEqual([{ RoleName, PolicyArn: CELL.permissionsBoundaryArn }]);
});

it('waits where IAM has not spread the role yet', async () => {
  const { objects } = objectsWith({ 'IAM AttachRolePolicy': awsError('NoSuchEntityException') });
  await expect(objects.prepare(stack)).rejects.toMatchObject({ name: 'TransientError' });
});

it('deletes every version, delete marker and unfinished upload, page by page, and then the role', async () => {
  const { aws, objects } = objectsWith({
    'S3 ListMultipartUploads': [{ Uploads: [{ Key: 'u', UploadId: '1' }] }, {}],
    'S3 AbortMultipartUpload': awsError('NoSuchUpload'),
    'S3 ListObjectVersions': [
      { Versions: [{ Key: 'a', VersionId: '1' }], DeleteMarkers: [{ Key: 'b', VersionId: '2' }] },
      { Versions: [{ Key: 'c', VersionId: '3' }] },
      {},
    ],
  });
  await objects.delete(stack);
  expect(aws.inputs('S3 ListObjectVersions')).toEqual([prefix, prefix, prefix]);
  expect(aws.inputs('S3 AbortMultipartUpload')).toEqual([{ Bucket: CELL.bucket, Key: 'u', UploadId: '1' }]);
  expect(aws.inputs('S3 DeleteObjects')).toEqual([
    {
      Bucket: CELL.bucket,
      Delete: {
        Quiet: true,
        Objects: [
          { Key: 'a', VersionId: '1' },
          { Key: 'b', VersionId: '2' },
        ],
      },
    },
    { Bucket: CELL.bucket, Delete: { Quiet: true, Objects: [{ Key: 'c', VersionId: '3' }] } },
  ]);
  expect(aws.calls.slice(-2).map(({ name }) => name)).toEqual(['IAM DetachRolePolicy', 'IAM DeleteRole']);
});

it('stops after half a minute’s worth of pages, for the proof to find the rest', async () => {
  const { aws, objects } = objectsWith({
    'S3 ListObjectVersions': { Versions: [{ Key: 'a', VersionId: '1' }] },
  });
  await objects.delete(stack);
  expect(aws.inputs('S3 DeleteObjects').length).toBe(30);
});

it('says what S3 did not delete', async () => {
  const { objects } = objectsWith({
    'S3 ListObjectVersions': { Versions: [{ Key: 'a', VersionId: '1' }] },
    'S3 DeleteObjects': { Errors: [{ Key: 'a', Code: 'InternalError' }] },
  });
  await expect(objects.delete(stack)).rejects.toMatchObject({
    name: 'TransientError',
    message: expect.stringContaining('InternalError'),
  });
});
