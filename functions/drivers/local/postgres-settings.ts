/**
 * The server's settings, for many small clusters on one machine: an idle one costs some 10 MB. Durability is
 * Postgres's own default. Those that a project's owner may change later stand in the file, not on the command line.
 */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "''",
  unix_socket_permissions: '0700',
  max_connections: '40',
  shared_buffers: '16MB',
  maintenance_work_mem: '32MB',
  wal_level: 'logical',
  max_wal_senders: '5',
  max_replication_slots: '5',
  // A slot that nobody reads must not fill the disk.
  max_slot_wal_keep_size: '512MB',
  min_wal_size: '32MB',
  max_wal_size: '128MB',
  autovacuum_max_workers: '2',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  // A query whose client has gone ends within this time instead of running on.
  client_connection_check_interval: '10s',
  log_destination: "'stderr'",
  log_line_prefix: "''",
  log_checkpoints: 'off',
  // The text of a failed statement may hold a password; its error says what was wrong with it.
  log_min_error_statement: 'panic',
  timezone: "'UTC'",
  log_timezone: "'UTC'",
};

/** In megabytes. Postgres's own 16 would make every project 48 MB of log before its first row. */
export const WAL_SEGMENT_MB = 4;

export function settingsFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}
