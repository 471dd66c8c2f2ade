import { createHash } from 'node:crypto';
import type { IntrospectResult } from '@supabase/lite';
import { CompiledQuery } from 'kysely';
import type { Database } from '../database/connections.ts';
import type { Config } from '../settings/config.ts';
import { type ApiOptions, apiOptionsOf } from './api-options.ts';
import { OPTIONS_QUERY, ROLE_SETTINGS_QUERY, SCHEMA_QUERY } from './schema-query.ts';

/** What REST knows of a database: each exposed schema by itself, since embedding never leaves a request's schema. */
export interface DatabaseSchema {
  readonly schemas: ReadonlyMap<string, IntrospectResult>;
  readonly roleSettings: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly api: ApiOptions;
  /** PostgREST's configuration as far as it is in the database, by its names: `pgrst.db_plan_enabled`. */
  readonly options: Readonly<Record<string, string>>;
  /** Differs when anything above differs. */
  readonly fingerprint: string;
}

type Key = { schema: string; table: string; name: string; is_primary: boolean; columns: string[] };
type SchemaRow = {
  schema: string;
  content: Pick<
    IntrospectResult,
    'columns' | 'foreign_keys' | 'functions' | 'custom_types' | 'partitions' | 'views'
  > & {
    tables: { name: string; schema: string; rows: number }[];
    keys: Key[];
  };
};
type RoleSettingRow = { role: string; name: string; value: string };

/** Postgres knows some more, but asking it reads hundreds of files. */
export const TIMEZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

export async function readDatabaseSchema(
  db: Database,
  { rest, postgres }: Pick<Config, 'rest' | 'postgres'>,
): Promise<DatabaseSchema> {
  const configured = await db.executeQuery<Omit<RoleSettingRow, 'role'>>(
    CompiledQuery.raw(OPTIONS_QUERY, [`authenticator${postgres.roleSuffix}`]),
  );
  const options = Object.fromEntries(configured.rows.map(({ name, value }) => [name, value]));
  const api = apiOptionsOf(options, rest);
  const [content, settings] = await Promise.all([
    db.executeQuery<SchemaRow>(CompiledQuery.raw(SCHEMA_QUERY, [api.schemas])),
    db.executeQuery<RoleSettingRow>(CompiledQuery.raw(ROLE_SETTINGS_QUERY)),
  ]);
  const roles = Object.entries(Object.groupBy(settings.rows, ({ role }) => role));
  return {
    schemas: new Map(content.rows.map((row) => [row.schema, describeSchema(row)])),
    roleSettings: new Map(
      roles.map(([role, rows = []]) => [
        role,
        Object.fromEntries(rows.map(({ name, value }) => [name, value])),
      ]),
    ),
    api,
    options,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([content.rows, settings.rows, options, api]))
      .digest('hex'),
  };
}

function describeSchema({ schema, content }: SchemaRow): IntrospectResult {
  const { tables, keys, ...rest } = content;
  const primary = keys.filter((key) => key.is_primary);
  const unique = keys.filter((key) => !key.is_primary);
  return {
    ...rest,
    tables: tables.map((table) => ({ ...table, type: 'table', sql: '', engine: '', collation: '' })),
    primary_keys: primary.map((key) => ({ ...key, field_count: key.columns.length })),
    unique_constraints: unique,
    indexes: unique.map((key) => ({ ...key, unique: true })),
    check_constraints: [],
    comments: [],
    triggers: [],
    timezones: TIMEZONES,
    database_name: 'postgres',
    version: '',
    default_schema: schema,
  };
}
