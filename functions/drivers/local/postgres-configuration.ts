import { DatabaseError, type Client } from 'pg';
import { type Result, err, ok } from '../../core/kernel/result.ts';
import type { ConfigurationRefused } from '../../core/project/databases.port.ts';
import type { DatabaseConfiguration } from '../../core/project/settings/database-configuration.ts';
import { within } from './deadline.ts';

/** `start`: a value is there that the server takes only when it is started. */
export type Configured = Result<{ readonly start: boolean }, ConfigurationRefused>;

const RELOAD_MS = 5000;

/** Where the REST API's role keeps PostgREST's configuration. */
const REST_ROLE = 'authenticator';

/** As the superuser. What is so already is left alone. */
export async function configurePostgres(
  client: Client,
  { server, rest }: DatabaseConfiguration,
): Promise<Configured> {
  try {
    await configureServer(client, server);
    await configureRest(client, rest);
    const { rows } = await client.query('select from pg_settings where pending_restart');
    return ok({ start: rows.length > 0 });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return err({ code: 'configuration_refused', message: `Postgres says: ${error.message}.` });
  }
}

/** In the file that ALTER SYSTEM writes, which comes after the one that the server came with. */
async function configureServer(client: Client, wanted: DatabaseConfiguration['server']): Promise<void> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    "select name, setting from pg_file_settings where sourcefile like '%/postgresql.auto.conf'",
  );
  const changes = differences(new Map(rows.map(({ name, setting }) => [name, setting])), wanted);
  for (const [name, value] of changes) {
    // Not in one text: ALTER SYSTEM takes no transaction.
    await client.query(
      value === null
        ? `alter system reset ${client.escapeIdentifier(name)}`
        : `alter system set ${client.escapeIdentifier(name)} = ${client.escapeLiteral(value)}`,
    );
  }
  if (changes.length === 0) return;
  // The server reads its files when it gets to it, and tells its processes then.
  const before = await loadTime(client);
  await client.query('select pg_reload_conf()');
  await within(RELOAD_MS, async () => (await loadTime(client)) !== before);
}

async function loadTime(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ time: string }>('select pg_conf_load_time()::text as time');
  return rows[0]?.time;
}

async function configureRest(client: Client, wanted: DatabaseConfiguration['rest']): Promise<void> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    `select split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as setting
    from pg_db_role_setting, unnest(setconfig) as entry
    where setrole = $1::regrole and setdatabase = 0`,
    [REST_ROLE],
  );
  const changes = differences(new Map(rows.map(({ name, setting }) => [name, setting])), wanted);
  if (changes.length === 0) return;
  const alterations = changes.map(
    ([name, value]) =>
      `alter role ${REST_ROLE} ${value === null ? `reset ${name}` : `set ${name} = ${client.escapeLiteral(value)}`}`,
  );
  // In one text, which is one transaction: REST may read them at any moment, and must not see some without the others.
  await client.query(
    [...alterations, "notify pgrst, 'reload config'", "notify pgrst, 'reload schema'"].join(';'),
  );
}

function differences(
  there: ReadonlyMap<string, string>,
  wanted: Readonly<Record<string, string | null>>,
): readonly (readonly [name: string, value: string | null])[] {
  return Object.entries(wanted).filter(([name, value]) => (there.get(name) ?? null) !== value);
}
