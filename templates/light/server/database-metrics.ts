import type { PostgresConnection } from '@supabase/lite/postgres';

/** Postgres answers large numbers as text. */
type Numeric = string | number | null;

const COLUMNS = [
  'num_backends',
  'xact_commit',
  'xact_rollback',
  'blks_read',
  'blks_hit',
  'tup_returned',
  'tup_fetched',
  'tup_inserted',
  'tup_updated',
  'tup_deleted',
  'conflicts',
  'temp_files',
  'temp_bytes',
  'deadlocks',
  'max_connections',
  'read_only',
  'in_recovery',
  'max_lag_bytes',
  'size_bytes',
] as const;

type Column = (typeof COLUMNS)[number];

type Reading = Readonly<Record<Column, Numeric>> & { readonly connections: Readonly<Record<string, number>> };

interface DatabaseMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly column: Column;
}

const counted = (column: Column, help: string): DatabaseMetric => ({
  name: `pg_stat_database_${column}_total`,
  type: 'counter',
  help,
  column,
});

const gauge = (name: string, column: Column, help: string): DatabaseMetric => ({
  name,
  type: 'gauge',
  help,
  column,
});

/** Supabase's names for what its Postgres tells; of a cluster that projects share, only what is the project's own. */
export const DATABASE_METRICS: readonly DatabaseMetric[] = [
  gauge('pg_stat_database_num_backends', 'num_backends', 'Connections to the database.'),
  counted('xact_commit', 'Transactions that were committed.'),
  counted('xact_rollback', 'Transactions that were rolled back.'),
  counted('blks_read', 'Blocks read from disk.'),
  counted('blks_hit', 'Blocks found in the buffer cache.'),
  counted('tup_returned', 'Rows read by queries.'),
  counted('tup_fetched', 'Rows fetched by queries.'),
  counted('tup_inserted', 'Rows inserted.'),
  counted('tup_updated', 'Rows updated.'),
  counted('tup_deleted', 'Rows deleted.'),
  counted('conflicts', 'Queries cancelled for a conflict with recovery.'),
  counted('temp_files', 'Temporary files that queries made.'),
  counted('temp_bytes', 'Bytes that queries wrote to temporary files.'),
  counted('deadlocks', 'Deadlocks.'),
  gauge('max_connections_connection_count', 'max_connections', 'Connections that the server takes at most.'),
  gauge(
    'pg_settings_default_transaction_read_only',
    'read_only',
    'Whether transactions only read by default.',
  ),
  gauge('pg_status_in_recovery', 'in_recovery', 'Whether the server is in recovery.'),
  gauge(
    'replication_slots_max_lag_bytes',
    'max_lag_bytes',
    'Log that the slowest replication slot holds back.',
  ),
];

/** Roles that every project has. The others are told together, or each that a project makes would be a series. */
const ROLES = [
  'authenticator',
  'postgres',
  'light_meta',
  'light_service',
  'light_user',
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_realtime_admin',
  'supabase_storage_admin',
];

/** The answers of one scrape come from one look. */
const KEPT_MS = 1000;

/** Undefined: Postgres does not answer. */
export function createDatabaseReading(
  { driver: sql }: Pick<PostgresConnection, 'driver'>,
  roleSuffix: string,
): () => Promise<Reading | undefined> {
  const roles = ROLES.map((role) => `${role}${roleSuffix}`);
  let kept: { readonly at: number; readonly reading: Promise<Reading | undefined> } | undefined;
  const look = async (): Promise<Reading | undefined> => {
    const [found] = await sql<Reading[]>`
      select numbackends as num_backends, xact_commit, xact_rollback, blks_read, blks_hit, tup_returned, tup_fetched,
        tup_inserted, tup_updated, tup_deleted, conflicts, temp_files, temp_bytes, deadlocks,
        current_setting('max_connections')::int as max_connections,
        (current_setting('default_transaction_read_only') = 'on')::int as read_only,
        pg_is_in_recovery()::int as in_recovery,
        (select max(pg_wal_lsn_diff(
            case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, restart_lsn))
          from pg_replication_slots where database = current_database()) as max_lag_bytes,
        pg_database_size(current_database()) as size_bytes,
        (select coalesce(json_object_agg(username, count), '{}') from (
          select case when usename = any(${roles}) then left(usename, length(usename) - ${roleSuffix.length})
            else 'other' end as username, count(*)::int as count
          from pg_stat_activity where datname = current_database() group by 1) by_role) as connections
      from pg_stat_database where datname = current_database()`;
    return found;
  };
  return () => {
    if (kept === undefined || performance.now() - kept.at > KEPT_MS)
      kept = { at: performance.now(), reading: look().catch(() => undefined) };
    return kept.reading;
  };
}
