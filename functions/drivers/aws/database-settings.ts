import { z } from 'zod';
import { type Result, err, ok } from '../../core/kernel/result.ts';
import type { ConfigurationRefused } from '../../core/project/databases.port.ts';
import type { DatabaseConfiguration } from '../../core/project/settings/database-configuration.ts';
import type { DatabaseAddress } from './database-address.ts';
import type { DataApi } from './data-api.ts';
import { SqlError } from './sql-error.ts';

/** As the master user, so that a value of the project's owner cannot be more than what a session may set anyway. */
export async function configureDatabase(
  api: DataApi,
  { database, roleSuffix }: Pick<DatabaseAddress, 'database' | 'roleSuffix'>,
  { server, rest }: DatabaseConfiguration,
): Promise<Result<void, ConfigurationRefused>> {
  const role = `authenticator${roleSuffix}`;
  try {
    await change(api, `database ${database}`, await ofDatabase(api), server);
    const changed = await change(api, `role ${role} in database ${database}`, await ofRole(api, role), rest);
    if (changed) {
      for (const what of ['config', 'schema']) await api.run({ sql: `notify pgrst, 'reload ${what}'` });
    }
    return ok(undefined);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return err({ code: 'configuration_refused', message: `Postgres says: ${error.message}.` });
  }
}

type Values = ReadonlyMap<string, string>;

/** What a session gets when it begins: of anyone in this database, or of one role in it. */
const SETTINGS = `
select split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value
from pg_db_role_setting, unnest(setconfig) as entry
where setdatabase = (select oid from pg_database where datname = current_database())`;

async function ofDatabase(api: DataApi): Promise<Values> {
  return valuesIn(await api.run({ sql: `${SETTINGS} and setrole = 0` }));
}

async function ofRole(api: DataApi, role: string): Promise<Values> {
  const sql = `${SETTINGS} and setrole = (select oid from pg_roles where rolname = :role)`;
  return valuesIn(await api.run({ sql, parameters: { role } }));
}

const valuesIn = (rows: Awaited<ReturnType<DataApi['run']>>): Values =>
  new Map(
    z
      .array(z.object({ name: z.string(), value: z.string() }))
      .parse(rows)
      .map(({ name, value }) => [name, value]),
  );

async function change(
  api: DataApi,
  subject: string,
  there: Values,
  wanted: Readonly<Record<string, string | null>>,
): Promise<boolean> {
  const changes = Object.entries(wanted).filter(([name, value]) => (there.get(name) ?? null) !== value);
  for (const [name, value] of changes) {
    // The values are of the contract's patterns, but a quote costs nothing.
    const how = value === null ? `reset ${name}` : `set ${name} = '${value.replaceAll("'", "''")}'`;
    await api.run({ sql: `alter ${subject} ${how}` });
  }
  return changes.length > 0;
}
