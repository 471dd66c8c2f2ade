import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import { awsError } from '../../../test/fakes/scripted-aws.ts';
import { expecting, isAws, translated, translating } from './errors.ts';

const CALL = { service: 'RDS', action: 'CreateDBCluster' };
const withStatus = (httpStatusCode: number) =>
  Object.assign(new Error('?'), { $metadata: { httpStatusCode } });

describe('an error of AWS', () => {
  it.each([
    awsError('ThrottlingException'),
    awsError('PriorRequestNotComplete'),
    awsError('DatabaseResumingException'),
    awsError('TimeoutError'),
    withStatus(500),
    withStatus(503),
    withStatus(429),
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  ])('that passes by itself is transient, and keeps its cause: %s', (error) => {
    const told = translated(error, CALL);
    expect(told).toBeInstanceOf(TransientError);
    expect(told).toMatchObject({ message: expect.stringContaining('RDS CreateDBCluster'), cause: error });
  });

  it.each(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'ForbiddenException'])(
    'that says %s names the action, and not the account',
    (name) => {
      const error = awsError(name, 'arn:aws:sts::123456789012:assumed-role/x is not authorized');
      const told = translated(error, CALL);
      expect(told).toBeInstanceOf(PortError);
      expect(told).toMatchObject({
        message: 'AWS did not permit the control plane RDS CreateDBCluster.',
        cause: error,
      });
    },
  );

  it.each([
    ['DBClusterQuotaExceededFault', CALL, 'DB clusters', 'Amazon RDS'],
    ['LimitExceededException', { service: 'IAM', action: 'CreateRole' }, 'Roles per account', 'AWS Identity'],
    [
      'LimitExceededException',
      { service: 'ECS', action: 'CreateService' },
      'Services per cluster',
      'Amazon Elastic',
    ],
    [
      'EntityLimitExceeded',
      { service: 'CloudFront', action: 'CreateDistributionTenant' },
      'Maximum number of distribution tenants per AWS account',
      'Amazon CloudFront',
    ],
    ['LimitExceededException', { service: 'Other', action: 'Make' }, 'Make', 'Other'],
  ])('%s names the quota and how to raise it', (name, call, quota, service) => {
    const told = translated(awsError(name), call);
    expect(told).toBeInstanceOf(PortError);
    expect(told).toMatchObject({
      message: expect.stringContaining(`"${quota}" of ${service}`),
      suggestion: expect.stringMatching(new RegExp(`Service Quotas.*${quota}`)),
    });
  });

  it('of a full hosted zone is a quota, of a bad change it is not', () => {
    const call = { service: 'Route53', action: 'ChangeResourceRecordSets' };
    const full = awsError('InvalidChangeBatch', 'Number of records limit of 10000 exceeded.');
    expect(translated(full, call)).toMatchObject({
      message: expect.stringContaining('Records per hosted zone'),
    });
    const bad = awsError('InvalidChangeBatch', 'Tried to delete a record that was not found');
    expect(translated(bad, call)).toBe(bad);
  });

  it('that nobody expects stays as it is', () => {
    const error = awsError('ValidationException');
    expect(translated(error, CALL)).toBe(error);
    expect(translated('not an error', CALL)).toBe('not an error');
  });
});

it('translates what a client throws, once it has given up', async () => {
  const client = translating(
    new SecretsManagerClient({
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
      maxAttempts: 1,
    }),
  );
  const answer = client.send(new GetSecretValueCommand({ SecretId: 's' }));
  await expect(answer).rejects.toMatchObject({
    name: 'TransientError',
    message: expect.stringMatching(/SecretsManager GetSecretValue/),
  });
  client.destroy();
});

it('expects errors by their names alone', async () => {
  expect(isAws(awsError('NoSuchKey'), 'NotFound', 'NoSuchKey')).toBe(true);
  expect(isAws({ name: 'NoSuchKey' }, 'NoSuchKey')).toBe(false);
  expect(await expecting(Promise.resolve(7), 'NoSuchKey')).toBe(7);
  expect(await expecting(Promise.reject(awsError('NoSuchKey')), 'NoSuchKey')).toBeUndefined();
  await expect(expecting(Promise.reject(awsError('Other')), 'NoSuchKey')).rejects.toThrow('Other');
});
