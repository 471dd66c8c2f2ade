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
  const serviceKeys = () => ({ meta_key: 'derived' });
  return { aws, secrets: new SecretsManagerSecrets({ cell: CELL, secretsManager, serviceKeys }) };
}

const created = z.object({ SecretString: z.string() }).loose();
const stored = { login: { username: 'u', cluster_arn: 'c', dbname: 'd' } };
const kept = {
  ARN: 'arn:kept',
  VersionId: 'v1',
  SecretString: JSON.stringify({ ...secret, ...stored.login }),
};

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

it('has the secret settings at its top, too, where ECS finds them', async () => {
  const { aws, secrets } = secretsWith({});
  await secrets.create(stack, { ...secret, settings: { auth_smtp_pass: 'hush' } });
  expect(JSON.parse(created.parse(aws.inputs(CREATE)[0]).SecretString)).toMatchObject({
    auth_smtp_pass: 'hush',
    settings: { auth_smtp_pass: 'hush' },
  });
});

it('answers the one that is there', async () => {
  const exists = { [CREATE]: awsError('ResourceExistsException'), 'SecretsManager GetSecretValue': kept };
  expect(await secretsWith(exists).secrets.create(stack, newSecret(stack))).toEqual(secret);
  expect(await secretsWith(exists).secrets.find(stack.ref)).toEqual({
    arn: 'arn:kept',
    version: 'v1',
    secret,
    ...stored,
  });
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

const PUT = 'SecretsManager PutSecretValue';
const MOVE = 'SecretsManager UpdateSecretVersionStage';
const READ = 'SecretsManager GetSecretValue';
const rename = (one: typeof secret) => ({ ...one, db_password: `${one.db_password}2` });
const versions = (...ids: readonly string[]) => ids.map((VersionId) => ({ ...kept, VersionId }));

it('makes a revision current only in place of the version that was read', async () => {
  const { aws, secrets } = secretsWith({ [READ]: versions('v1'), [PUT]: { VersionId: 'v2' } });
  expect(await secrets.revise(stack, rename)).toEqual(rename(secret));
  expect(aws.inputs(PUT)).toMatchObject([
    { SecretId: `baseplane/euc1/${stack.ref}`, VersionStages: ['BASEPLANE_REVISION'] },
  ]);
  const [input] = aws.inputs(PUT);
  expect(JSON.parse(created.parse(input).SecretString)).toMatchObject({
    db_password: rename(secret).db_password,
    password: rename(secret).db_password,
    username: `postgres_${databaseName(stack.ref)}`,
    meta_key: 'derived',
  });
  expect(aws.inputs(MOVE)).toEqual([
    {
      SecretId: `baseplane/euc1/${stack.ref}`,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: 'v1',
      MoveToVersionId: 'v2',
    },
  ]);
});

it('makes a change anew where another came first, and gives up in the end', async () => {
  const lost = awsError('InvalidParameterException');
  const won = { [READ]: versions('v1', 'v2', 'v2'), [PUT]: { VersionId: 'v3' }, [MOVE]: [lost, {}] };
  const { aws, secrets } = secretsWith(won);
  await secrets.revise(stack, rename);
  expect(aws.inputs(MOVE)).toMatchObject([{ RemoveFromVersionId: 'v1' }, { RemoveFromVersionId: 'v2' }]);

  const busy = secretsWith({ [READ]: versions('v1'), [PUT]: { VersionId: 'v3' }, [MOVE]: lost });
  await expect(busy.secrets.revise(stack, rename)).rejects.toMatchObject({ name: 'TransientError' });
  expect(busy.aws.inputs(PUT)).toHaveLength(10);
});

it('takes a refused move for its own where its version is the current one', async () => {
  const { aws, secrets } = secretsWith({
    [READ]: versions('v1', 'v2'),
    [PUT]: { VersionId: 'v2' },
    [MOVE]: awsError('InvalidParameterException'),
  });
  expect(await secrets.revise(stack, rename)).toEqual(rename(secret));
  expect(aws.inputs(PUT)).toHaveLength(1);
});

it('has none to change of a project that is deleted meanwhile', async () => {
  const gone = awsError('ResourceNotFoundException');
  const { secrets } = secretsWith({ [READ]: [...versions('v1'), gone], [PUT]: gone });
  expect(await secrets.revise(stack, rename)).toBeUndefined();
});

it('says so where a secret grows too large, and writes nothing', async () => {
  const { aws, secrets } = secretsWith({ [READ]: versions('v1') });
  const growing = secrets.revise(stack, (one) => ({ ...one, settings: { LARGE: 'x'.repeat(65_536) } }));
  await expect(growing).rejects.toMatchObject({
    name: 'PortError',
    message: expect.stringContaining('64 KB'),
  });
  expect(aws.inputs(PUT)).toEqual([]);
});

it('writes nothing where nothing changes', async () => {
  const { aws, secrets } = secretsWith({ [READ]: kept });
  expect(await secrets.revise(stack, (one) => one)).toEqual(secret);
  expect(aws.calls).toHaveLength(1);
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
