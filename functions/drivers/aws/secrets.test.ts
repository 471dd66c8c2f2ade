import { expect, it } from 'vitest';
import { z } from 'zod';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { awsError, scriptedAws, type Script } from '../../../test/fakes/scripted-aws.ts';
import { newSecret, newStack } from '../../../test/contracts/stack-fixture.ts';
import { databaseName } from './names.ts';
import { SecretsManagerSecrets } from './secrets.ts';

const stack = newStack();
const secret = newSecret(stack);
const CREATE = 'SecretsManager CreateSecret';

function secretsWith(script: Script) {
  const aws = scriptedAws(script);
  const { secretsManager } = aws.clients;
  const internalKeys = () => ({ meta_key: 'derived' });
  return { aws, secrets: new SecretsManagerSecrets({ cell: CELL, secretsManager, internalKeys }) };
}

const created = z.object({ SecretString: z.string() }).loose();
const stored = { login: { username: 'u', cluster_arn: 'c', dbname: 'd' } };
const kept = { ARN: 'arn:kept', SecretString: JSON.stringify({ ...secret, ...stored.login }) };

it('keeps it under the cell’s prefix and key, tagged', async () => {
  const { aws, secrets } = secretsWith({});
  expect(await secrets.create(stack, secret)).toEqual(secret);
  expect(aws.inputs(CREATE)).toMatchObject([
    {
      Name: `baseplane/euc1/${stack.ref}`,
      KmsKeyId: CELL.keyArn,
      Tags: [
        { Key: 'baseplane:project', Value: stack.ref },
        { Key: 'baseplane:org', Value: 'acme' },
        { Key: 'baseplane:cell', Value: 'euc1' },
      ],
    },
  ]);
});

it.each([
  ['pooled', `postgres_${databaseName(stack.ref)}`, databaseName(stack.ref), CELL.database.clusterArn],
  [
    'dedicated',
    'postgres',
    'postgres',
    `arn:aws:rds:eu-central-1:123456789012:cluster:baseplane-${stack.ref}`,
  ],
] as const)(
  'makes it a login of the Data API for a %s database',
  async (tier, username, dbname, cluster_arn) => {
    const { aws, secrets } = secretsWith({});
    await secrets.create({ ...stack, tier }, secret);
    const [input] = aws.inputs(CREATE);
    expect(JSON.parse(created.parse(input).SecretString)).toEqual({
      ...secret,
      meta_key: 'derived',
      username,
      password: secret.db_password,
      dbname,
      cluster_arn,
    });
  },
);

it('answers the one that is there', async () => {
  const exists = { [CREATE]: awsError('ResourceExistsException'), 'SecretsManager GetSecretValue': kept };
  expect(await secretsWith(exists).secrets.create(stack, newSecret(stack))).toEqual(secret);
  expect(await secretsWith(exists).secrets.find(stack.ref)).toEqual({ arn: 'arn:kept', secret, ...stored });
});

it('waits where one of that name is being deleted, or cannot be read yet', async () => {
  const deleted = awsError(
    'InvalidRequestException',
    'a secret with this name is already scheduled for deletion.',
  );
  const unread = {
    [CREATE]: awsError('ResourceExistsException'),
    'SecretsManager GetSecretValue': awsError('ResourceNotFoundException'),
  };
  for (const script of [{ [CREATE]: deleted }, unread]) {
    const creating = secretsWith(script).secrets.create(stack, secret);
    await expect(creating).rejects.toMatchObject({ name: 'TransientError' });
  }
  expect(
    await secretsWith({ 'SecretsManager GetSecretValue': deleted }).secrets.read(stack.ref),
  ).toBeUndefined();
});

it('deletes it at once and for good', async () => {
  const { aws, secrets } = secretsWith({});
  await secrets.delete(stack.ref);
  expect(aws.inputs('SecretsManager DeleteSecret')).toEqual([
    { SecretId: `baseplane/euc1/${stack.ref}`, ForceDeleteWithoutRecovery: true },
  ]);
  await secretsWith({ 'SecretsManager DeleteSecret': awsError('ResourceNotFoundException') }).secrets.delete(
    stack.ref,
  );
});
