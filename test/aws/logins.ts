import { ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { databaseName, roleSuffix } from '../../functions/drivers/aws/names.ts';
import type { AwsWorld } from './world.ts';

/** A session outlives the password that began it, and the Data API has some at hand. */
export async function endSessions({ admin, cell }: AwsWorld): Promise<void> {
  const { clusterArn: resourceArn, secretArn } = cell.database;
  const sql = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename like 'postgres\\_p%'`;
  await admin.rdsData.send(
    new ExecuteStatementCommand({ resourceArn, secretArn, database: 'postgres', sql }),
  );
}

/** What functions log in with, as they were told before. */
export async function functionsLogin({ admin, cell }: AwsWorld, ref: ProjectRef) {
  const stored = await admin.secretsManager.send(
    new GetSecretValueCommand({ SecretId: `${cell.secretPrefix}${ref}` }),
  );
  const { functions_password: password } = z
    .object({ functions_password: z.string() })
    .parse(JSON.parse(stored.SecretString ?? ''));
  const login = { username: `supabase_functions_admin${roleSuffix(ref)}`, password };
  const { ARN: secretArn } = await admin.secretsManager.send(
    new CreateSecretCommand({ Name: `functions-${ref}`, SecretString: JSON.stringify(login) }),
  );
  const place = { resourceArn: cell.database.clusterArn, database: databaseName(ref) };
  return async (sql: string) =>
    (await admin.rdsData.send(new ExecuteStatementCommand({ ...place, secretArn, sql }))).records;
}
