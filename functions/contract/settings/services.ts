import { type SettingTable, fixed, flag, integer, text } from './setting.ts';

const NAMES = /^[^,"'\s]+(\s*,\s*[^,"'\s]+)*$/;

/** What the REST API shows. Lists are separated by commas. */
export const POSTGREST_SETTINGS: SettingTable = {
  db_schema: text('public,graphql_public', { pattern: NAMES }),
  max_rows: integer(1000, { min: 1, max: 1_000_000 }),
  db_extra_search_path: text('public,extensions', { pattern: NAMES }),
  /** Connections to the database; null: as many as suit the project's size. */
  db_pool: integer(null, { min: 1, max: 1000 }),
  db_pool_acquisition_timeout: fixed(integer(10)),
  db_pool_max_lifetime: fixed(integer(1800)),
  db_pool_max_idletime: fixed(integer(30)),
};

/** By one name each; operations show them as Supabase nests them. */
export const STORAGE_SETTINGS: SettingTable = {
  file_size_limit: integer(52_428_800, { min: 1, max: 536_870_912_000 }),
  image_transformation: flag(true),
  s3_protocol: flag(false),
  purge_cache: flag(false),
  iceberg_catalog: flag(false),
  iceberg_max_namespaces: integer(5, { min: 0 }),
  iceberg_max_tables: integer(10, { min: 0 }),
  iceberg_max_catalogs: integer(2, { min: 0 }),
  vector_buckets: flag(false),
  vector_max_buckets: integer(10, { min: 0 }),
  vector_max_indexes: integer(5, { min: 0 }),
  upstream_target: text('main', { choices: ['main', 'canary'] }),
};

/** The fallbacks are those of a tenant of Supabase's Realtime. */
export const REALTIME_SETTINGS: SettingTable = {
  private_only: flag(false),
  connection_pool: integer(2, { min: 1, max: 100 }),
  postgres_changes_pool: fixed(integer(null)),
  max_concurrent_users: integer(200, { min: 1, max: 50_000 }),
  max_events_per_second: integer(100, { min: 1, max: 50_000 }),
  max_bytes_per_second: integer(100_000, { min: 1, max: 10_000_000 }),
  max_channels_per_client: integer(100, { min: 1, max: 10_000 }),
  max_joins_per_second: integer(100, { min: 1, max: 5000 }),
  max_presence_events_per_second: integer(100, { min: 1, max: 5000 }),
  max_payload_size_in_kb: integer(3000, { min: 1, max: 10_000 }),
  suspend: flag(false),
  presence_enabled: flag(true),
  admin_suspended_at: fixed(text(null)),
};

/** Of what stands before the database. */
export const POOLER_SETTINGS: SettingTable = {
  default_pool_size: integer(null, { min: 0, max: 3000 }),
  pool_mode: text('session', { choices: ['transaction', 'session'] }),
};
