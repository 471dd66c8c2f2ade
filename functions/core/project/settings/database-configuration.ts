import { POSTGRES_SETTINGS } from '../../../contract/settings/postgres.ts';
import type { Stack } from '../stack.ts';

/** A value as Postgres reads it; null: the one that it has by itself. */
type Configuration = Readonly<Record<string, string | null>>;

/** PostgREST's names for what it reads from the settings of its own role. */
const REST: Readonly<Record<string, string>> = {
  db_schema: 'pgrst.db_schemas',
  max_rows: 'pgrst.db_max_rows',
  db_extra_search_path: 'pgrst.db_extra_search_path',
};

export interface DatabaseConfiguration {
  /** Of the server, or of the project's database on it. */
  readonly server: Configuration;
  /** Of the role `authenticator`. */
  readonly rest: Configuration;
}

/** What of a stack's settings is the database's, every name with its value. */
export function databaseConfiguration({ settings }: Pick<Stack, 'settings'>): DatabaseConfiguration {
  const textOf = (value: string | number | boolean | null | undefined) =>
    value === undefined || value === null ? null : String(value);
  return {
    server: Object.fromEntries(
      Object.keys(POSTGRES_SETTINGS).map((name) => [name, textOf(settings.postgres.values[name])]),
    ),
    rest: Object.fromEntries(
      Object.entries(REST).map(([name, own]) => [own, textOf(settings.postgrest.values[name])]),
    ),
  };
}
