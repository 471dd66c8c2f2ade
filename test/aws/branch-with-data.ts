import { DescribeDBClustersCommand } from '@aws-sdk/client-rds';
import { ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { resourceName } from '../../functions/drivers/aws/names.ts';
import type { ControlPlane } from './control-plane.ts';
import type { AwsWorld } from './world.ts';

/** A clone with the rows of `kept` and the files, whose database knows no password of the original's; and its end. */
export async function branchesWithData(ref: ProjectRef, world: AwsWorld, plane: ControlPlane): Promise<void> {
  const query = async (of: ProjectRef, sql: string) => {
    const answer = await world.drivers.databases.query(of, { sql, readOnly: false });
    return answer.ok ? answer.value : answer.error.message;
  };
  const kept = (of: ProjectRef) => query(of, 'select id from kept order by id');
  const { bucket } = world.cell;
  await world.admin.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${ref}/pictures/a`, Body: 'seen' }));
  const branch = await plane.branch(ref, 'copy');
  await plane.quiet();
  expect([await plane.statusOf(branch), ...plane.logged]).toEqual(['ACTIVE_HEALTHY']);
  expect(await kept(branch)).toEqual(await kept(ref));
  const file = await world.admin.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: `${branch}/pictures/a` }),
  );
  expect(await file.Body?.transformToString()).toBe('seen');
  await query(branch, 'delete from kept');
  expect([await kept(branch), await kept(ref)]).toEqual([[], [{ id: 1 }, { id: 2 }]]);
  const { DBClusters = [] } = await world.admin.rds.send(new DescribeDBClustersCommand({}));
  const cluster = DBClusters.find(({ DBClusterIdentifier }) => DBClusterIdentifier === resourceName(branch));
  const old = await world.drivers.secrets.read(ref);
  const login = { username: 'postgres', password: old?.db_password };
  const { ARN: secretArn } = await world.admin.secretsManager.send(
    new CreateSecretCommand({ Name: `login-${branch}`, SecretString: JSON.stringify(login) }),
  );
  const connect = { resourceArn: cluster?.DBClusterArn, secretArn, database: 'postgres', sql: 'select 1' };
  await expect(world.admin.rdsData.send(new ExecuteStatementCommand(connect))).rejects.toThrow('password');
  await plane.ask(branch, 'remove');
  await plane.quiet();
  expect(await plane.statusOf(branch)).toBe('GONE');
}
