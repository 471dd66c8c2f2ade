import { type Setting, flag, integer, text } from './setting.ts';

/**
 * When a value of Postgres's takes effect (`pg_settings.context`): in a session, which a database may have a value of
 * its own for; when the server reads its files again; when the server starts.
 */
export type PostgresContext = 'session' | 'reload' | 'start';

export interface PostgresSetting extends Setting {
  readonly context: PostgresContext;
}

const INTERVAL = /^(-1|\d+(?:\.\d+)?(us|ms|s|min|h|d)?)$/;
const SIZE = /^(-1|\d+(B|kB|MB|GB|TB)?)$/;
const KEEPERS = 2_147_483_647;

const on = (context: PostgresContext, setting: Setting): PostgresSetting => ({ ...setting, context });
const interval = text(null, { pattern: INTERVAL });
const size = text(null, { pattern: SIZE });

/** What of the server can be set; whatever is not set is as the server came. */
export const POSTGRES_SETTINGS = {
  effective_cache_size: on('session', size),
  logical_decoding_work_mem: on('session', size),
  maintenance_work_mem: on('session', size),
  work_mem: on('session', size),
  statement_timeout: on('session', interval),
  session_replication_role: on('reload', text(null, { choices: ['origin', 'replica', 'local'] })),
  max_parallel_maintenance_workers: on('session', integer(null, { min: 0, max: 1024 })),
  max_parallel_workers: on('session', integer(null, { min: 0, max: 1024 })),
  max_parallel_workers_per_gather: on('session', integer(null, { min: 0, max: 1024 })),
  wal_sender_timeout: on('session', interval),
  log_duration: on('reload', flag(null)),
  log_lock_waits: on('reload', flag(null)),
  log_replication_commands: on('reload', flag(null)),
  log_temp_files: on('reload', size),

  autovacuum_work_mem: on('reload', size),
  checkpoint_timeout: on('reload', interval),
  hot_standby_feedback: on('reload', flag(null)),
  log_autovacuum_min_duration: on('reload', interval),
  log_checkpoints: on('reload', flag(null)),
  log_recovery_conflict_waits: on('reload', flag(null)),
  log_startup_progress_interval: on('reload', interval),
  max_slot_wal_keep_size: on('reload', size),
  max_standby_archive_delay: on('reload', interval),
  max_standby_streaming_delay: on('reload', interval),
  max_sync_workers_per_subscription: on('reload', integer(null, { min: 0, max: 262_143 })),
  max_wal_size: on('reload', size),
  wal_keep_size: on('reload', size),
  log_connections: on('reload', flag(null)),
  log_disconnections: on('reload', flag(null)),

  autovacuum_max_workers: on('start', integer(null, { min: 1, max: 262_143 })),
  max_connections: on('start', integer(null, { min: 1, max: 262_143 })),
  max_locks_per_transaction: on('start', integer(null, { min: 10, max: KEEPERS })),
  max_logical_replication_workers: on('start', integer(null, { min: 0, max: 262_143 })),
  max_replication_slots: on('start', integer(null, { min: 0, max: 262_143 })),
  max_wal_senders: on('start', integer(null, { min: 0, max: 262_143 })),
  max_worker_processes: on('start', integer(null, { min: 0, max: 262_143 })),
  shared_buffers: on('start', size),
  track_activity_query_size: on('start', size),
  track_commit_timestamp: on('start', flag(null)),
} as const satisfies Readonly<Record<string, PostgresSetting>>;

export type PostgresSettingName = keyof typeof POSTGRES_SETTINGS;

export function isPostgresSetting(name: string): name is PostgresSettingName {
  return Object.hasOwn(POSTGRES_SETTINGS, name);
}
