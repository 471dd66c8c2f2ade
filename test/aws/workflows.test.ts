import { CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateDBClusterSnapshotCommand,
  DBClusterQuotaExceededFault,
  DescribeDBClustersCommand,
} from '@aws-sdk/client-rds';
import { ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { listBackups } from '../../functions/core/project/backups.ts';
import { databaseName, resourceName, roleSuffix } from '../../functions/drivers/aws/names.ts';
import { type Around, type AwsCall, aroundCalls, inFunction } from './around-calls.ts';
import { branchesWithData } from './branch-with-data.ts';
import { contentsOf } from './contents.ts';
import { ControlPlane } from './control-plane.ts';
import { endSessions, functionsLogin } from './logins.ts';
import { permissionsOf } from './permissions.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
let plane: ControlPlane;
let before: readonly string[];
const calls = new Map<string, AwsCall>();
/** The times that Aurora was asked to go back to. */
const restoredTo: string[] = [];
let beside: Around = (_, send) => send();
let refusal: ((call: AwsCall) => Error | undefined) | undefined;

beforeAll(async () => {
  world = await createWorld();
  aroundCalls(world.clients, async (call, send) => {
    const error = refusal?.(call);
    if (error !== undefined) throw error;
    calls.set(JSON.stringify(call), call);
    if (call.until !== undefined) restoredTo.push(call.until);
    return beside(call, send);
  });
  plane = new ControlPlane(world);
  before = await contentsOf(world);
});
afterAll(() => world[Symbol.asyncDispose]());

/** Where the project rests when its workflow is over, and whatever was logged on the way. */
async function rests(ref: ProjectRef): Promise<readonly string[]> {
  await plane.quiet();
  return [await plane.statusOf(ref), ...plane.logged.splice(0)];
}

async function serviceOf(ref: ProjectRef) {
  const { ecs } = world.clients;
  const wanted = { cluster: world.cell.ecsClusterArn, services: [resourceName(ref)] };
  const { services = [] } = await ecs.send(new DescribeServicesCommand(wanted));
  const sets = services[0]?.taskSets ?? [];
  return {
    controller: services[0]?.deploymentController?.type,
    sets: sets.map(({ externalId, status, runningCount }) => [externalId, status, runningCount]),
    definition: sets[0]?.taskDefinition,
  };
}

/** Asks when the database has another password that is not kept yet: what is asked must wait for that. */
function whoAsksMeanwhile(ask: () => Promise<unknown>): () => Promise<unknown> {
  const refused = Promise.withResolvers<void>();
  let asked: Promise<unknown> | undefined;
  beside = async ({ service, action, about }, send) => {
    if (action === 'PutSecretValue') {
      await endSessions(world);
      asked = ask();
      await refused.promise;
    }
    if (asked !== undefined && service === 'RDSData' && about['secretArn'] !== world.cell.database.secretArn)
      return send().catch((error: unknown) => {
        refused.resolve();
        throw error;
      });
    return send();
  };
  return async () => {
    beside = (_, send) => send();
    return asked;
  };
}

const query = (ref: ProjectRef, sql: string) => world.drivers.databases.query(ref, { sql, readOnly: false });

describe('a project on the shared cluster', () => {
  let ref: ProjectRef;

  it('comes up: a service in ECS, a database, an address, and a mail to its owner', async () => {
    ref = await plane.create();
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    expect(await serviceOf(ref)).toMatchObject({ controller: 'EXTERNAL', sets: [['1', 'PRIMARY', 1]] });
    const contents = await contentsOf(world);
    expect(contents).toContain(`A ${ref}.${world.cell.rootDomain}.`);
    expect(contents).toContain(`database ${databaseName(ref)}`);
    expect(world.sent.map(({ to }) => to)).toEqual(['owner@example.com']);
    expect(await query(ref, 'create table kept as select 1 as id; select id from kept')).toEqual({
      ok: true,
      value: [{ id: 1 }],
    });
  });

  it('has a task whose role is there and whose secrets are all in the project’s secret', async () => {
    const { definition } = await serviceOf(ref);
    const { taskDefinition } = await world.admin.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: definition }),
    );
    const role = await world.admin.iam.send(new GetRoleCommand({ RoleName: resourceName(ref) }));
    expect(taskDefinition?.taskRoleArn).toBe(role.Role?.Arn);
    expect(role.Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(world.cell.permissionsBoundaryArn);
    const sources = taskDefinition?.containerDefinitions?.flatMap(({ secrets = [] }) => secrets) ?? [];
    expect(sources.length).toBeGreaterThan(0);
    for (const { valueFrom = '' } of sources) {
      const [, arn = '', key = ''] = /^(arn:.*:secret:[^:]+):(\w+)::$/.exec(valueFrom) ?? [];
      const stored = await world.admin.secretsManager.send(new GetSecretValueCommand({ SecretId: arn }));
      // ECS writes out what is no text.
      const document = z.record(z.string(), z.json()).parse(JSON.parse(stored.SecretString ?? ''));
      expect([key, JSON.stringify(document[key])]).toEqual([
        key,
        expect.stringMatching(/^(true|false|".+")$/),
      ]);
    }
  });

  it('lets its service roles in with their password, and into no other database', async () => {
    const secret = await world.drivers.secrets.read(ref);
    const login = { username: `light_user${roleSuffix(ref)}`, password: secret?.service_password };
    const { ARN: secretArn } = await world.admin.secretsManager.send(
      new CreateSecretCommand({ Name: `login-${ref}`, SecretString: JSON.stringify(login) }),
    );
    const resourceArn = world.cell.database.clusterArn;
    const connect = (database: string) =>
      world.admin.rdsData.send(
        new ExecuteStatementCommand({ resourceArn, secretArn, database, sql: 'select current_user::text' }),
      );
    expect((await connect(databaseName(ref))).records).toEqual([[{ stringValue: login.username }]]);
    await expect(connect('postgres')).rejects.toThrow('permission denied for database "postgres"');
  });

  it('pauses: no task runs, no address leads there, no one can connect', async () => {
    await plane.ask(ref, 'pause');
    expect(await rests(ref)).toEqual(['INACTIVE']);
    expect((await serviceOf(ref)).sets).toEqual([['1', 'PRIMARY', 0]]);
    expect(await contentsOf(world)).not.toContain(`A ${ref}.${world.cell.rootDomain}.`);
    await expect(query(ref, 'select 1')).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('comes back with its data', async () => {
    await plane.ask(ref, 'restore');
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    expect((await serviceOf(ref)).sets).toEqual([['1', 'PRIMARY', 1]]);
    expect(await query(ref, 'select id from kept')).toEqual({ ok: true, value: [{ id: 1 }] });
  });

  it('is replaced by its next generation when it is restarted', async () => {
    await plane.ask(ref, 'restart');
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    expect((await serviceOf(ref)).sets).toEqual([['2', 'PRIMARY', 1]]);
  });

  it('stays with the generation it has when the next one does not come up', async () => {
    world.sickly.add('3');
    await plane.ask(ref, 'restart');
    const [status] = await rests(ref);
    world.sickly.clear();
    expect(status).toBe('ACTIVE_HEALTHY');
    expect((await serviceOf(ref)).sets).toEqual([['2', 'PRIMARY', 1]]);
    const { value } = (await plane.ports.projects.find(ref)) ?? {};
    expect(value).toMatchObject({ generation: 2, failure: expect.stringContaining('Not healthy yet') });
  });

  it('takes another password by the clock: in Postgres, in its secret, in a stack that takes over, and nobody fails', async () => {
    const versions = async () => {
      const SecretId = `${world.cell.secretPrefix}${ref}`;
      const found = await world.admin.secretsManager.send(new ListSecretVersionIdsCommand({ SecretId }));
      const current = found.Versions?.filter(({ VersionStages = [] }) =>
        VersionStages.includes('AWSCURRENT'),
      );
      return current?.map(({ VersionId }) => VersionId);
    };
    const before = await versions();
    const [old, asFunctions] = [await world.drivers.secrets.read(ref), await functionsLogin(world, ref)];
    const meanwhile = whoAsksMeanwhile(() => query(ref, 'select current_user::text as meanwhile'));
    await plane.rotate(ref, 'database_password');
    // The old stack serves until the new one does.
    expect((await serviceOf(ref)).sets.at(0)).toEqual(['2', 'PRIMARY', 1]);
    expect(await meanwhile()).toEqual({ ok: true, value: [{ meanwhile: `postgres${roleSuffix(ref)}` }] });
    expect(await asFunctions('select current_user::text')).toEqual([
      [{ stringValue: `postgres${roleSuffix(ref)}` }],
    ]);
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    const after = await versions();
    expect([before?.length, after?.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
    const kept = await world.drivers.secrets.read(ref);
    expect(kept?.service_password).toBe(old?.service_password);
    expect(kept?.db_password).not.toBe(old?.db_password);
    expect((await serviceOf(ref)).sets).toEqual([['3', 'PRIMARY', 1]]);
    expect(await query(ref, 'select id from kept')).toEqual({ ok: true, value: [{ id: 1 }] });
  });

  it('leaves nothing when it is deleted, and a certificate that says so', async () => {
    const { bucket: Bucket } = world.cell;
    for (const Body of ['one', 'two']) {
      await world.admin.s3.send(new PutObjectCommand({ Bucket, Key: `${ref}/avatars/a.png`, Body }));
    }
    await world.admin.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: `${ref}/avatars/b.png` }));
    const project = { ref, organization: 'acme', cell: world.cell.id };
    await world.drivers.hostnames.attach(project, 'shop.example.org');
    const logStreamName = `${ref}/light/0123456789abcdef`;
    const logs = { logGroupName: world.cell.projectLogGroup, logStreamName };
    await world.admin.logs.send(new CreateLogStreamCommand(logs));
    await plane.ask(ref, 'remove');
    expect(await rests(ref)).toEqual(['GONE']);
    expect(await plane.ports.projects.certificate(ref)).toMatchObject({ ref, remnants: 0 });
    expect(await contentsOf(world)).toEqual(before);
    expect(await inFunction.run('sweep', () => world.drivers.inventory.refs())).toEqual([]);
  });
});

const idsOf = async (ref: ProjectRef) => {
  const answer = await query(ref, 'select id from kept order by id');
  return answer.ok ? answer.value.map(({ id }) => id) : answer.error.message;
};

/** To a backup, to the data as it was before that, and to a time; each time served by a cluster of the same name. */
async function goesBackAndForth(ref: ProjectRef): Promise<void> {
  await plane.backUp(ref, 'one');
  await query(ref, 'insert into kept values (2)');
  await plane.recover(ref, ({ name }) => name === 'one');
  expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
  expect(await idsOf(ref)).toEqual([1]);
  const project = (await plane.ports.projects.find(ref))?.value;
  if (project === undefined) throw new Error('the project is gone');
  const ports = { ...plane.ports, table: world.table };
  const backups = await listBackups(project, ports);
  const kept = backups.ok ? backups.value : [];
  expect(kept).toMatchObject([
    { name: null, continuous: false },
    { name: 'one', continuous: false },
  ]);
  await plane.recover(ref, ({ id }) => id === kept[0]?.id);
  expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
  expect(await idsOf(ref)).toEqual([1, 2]);
  await plane.backUp(ref, 'two');
  const until = new Date();
  await plane.recover(ref, until);
  expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
  expect(restoredTo).toEqual([until.toISOString()]);
  expect(await idsOf(ref)).toEqual([1, 2]);
  const { DBClusters = [] } = await world.admin.rds.send(new DescribeDBClustersCommand({}));
  const own = DBClusters.filter(({ DBClusterIdentifier = '' }) => DBClusterIdentifier.includes(ref));
  expect(own).toMatchObject([
    { DBClusterIdentifier: resourceName(ref), DeletionProtection: true, BackupRetentionPeriod: 7 },
  ]);
}

describe('a project with a cluster of its own', () => {
  it('comes up, pauses, comes back and goes', async () => {
    const ref = await plane.create({ tier: 'dedicated' });
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    expect(await query(ref, 'create table kept as select 1 as id; select current_user as me')).toEqual({
      ok: true,
      value: [{ me: 'postgres' }],
    });
    const { DBClusters } = await world.admin.rds.send(new DescribeDBClustersCommand({}));
    expect(
      DBClusters?.find(({ DBClusterIdentifier }) => DBClusterIdentifier === resourceName(ref)),
    ).toMatchObject({
      StorageEncrypted: true,
      KmsKeyId: world.cell.keyArn,
      ServerlessV2ScalingConfiguration: { MinCapacity: 0 },
      TagList: [
        { Key: 'baseplane:project', Value: ref },
        { Key: 'baseplane:org', Value: expect.any(String) },
        { Key: 'baseplane:cell', Value: world.cell.id },
      ],
    });
    await plane.ask(ref, 'pause');
    expect(await rests(ref)).toEqual(['INACTIVE']);
    await plane.ask(ref, 'restore');
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    expect(await query(ref, 'select id from kept')).toEqual({ ok: true, value: [{ id: 1 }] });
    await plane.rotate(ref, 'signing_key');
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    const keys = (await world.drivers.secrets.read(ref))?.signing_keys;
    expect(keys?.map(({ status }) => status)).toEqual(['in_use', 'standby']);
    await plane.rotate(ref, 'database_password');
    expect(await rests(ref)).toEqual(['ACTIVE_HEALTHY']);
    expect(await query(ref, 'select id from kept')).toEqual({ ok: true, value: [{ id: 1 }] });
    await goesBackAndForth(ref);
    await branchesWithData(ref, world, plane);
    const DBClusterIdentifier = resourceName(ref);
    const snapshot = { DBClusterIdentifier, DBClusterSnapshotIdentifier: `${DBClusterIdentifier}-1` };
    await world.admin.rds.send(new CreateDBClusterSnapshotCommand(snapshot));
    await plane.ask(ref, 'pause');
    expect(await rests(ref)).toEqual(['INACTIVE']);
    await plane.ask(ref, 'remove');
    expect(await rests(ref)).toEqual(['GONE']);
    expect(await contentsOf(world)).toEqual(before);
  });

  it('says which quota stands in its way, and leaves nothing', async () => {
    refusal = ({ action }) =>
      action === 'CreateDBCluster'
        ? new DBClusterQuotaExceededFault({ message: 'no more', $metadata: { httpStatusCode: 400 } })
        : undefined;
    const ref = await plane.create({ tier: 'dedicated' });
    const [status] = await rests(ref);
    refusal = undefined;
    expect(status).toBe('INIT_FAILED');
    const { value } = (await plane.ports.projects.find(ref)) ?? {};
    expect(value?.failure).toContain('quota "DB clusters" of Amazon RDS');
    expect(value?.failure).toContain('Service Quotas');
    expect(await contentsOf(world)).toEqual(before);
  });
});

describe('what the functions called of AWS', () => {
  it('is what the step function is granted: nothing is missing, and nothing unused', () => {
    // Workflows run here; that one is started by a step, test/aws/step-functions.test.ts shows.
    const unused = ['rds-data:RollbackTransaction', 'states:StartExecution'];
    expect(permissionsOf('step', calls.values())).toEqual({ missing: [], unused });
  });

  it('is what the rotation of secrets is granted', () => {
    // Workflows run here.
    const unused = ['states:StartExecution'];
    expect(permissionsOf('rotateSecrets', calls.values())).toEqual({ missing: [], unused });
  });

  it('is granted to the API as far as it was called for requests', () => {
    expect(permissionsOf('api', calls.values()).missing).toEqual([]);
  });
});
