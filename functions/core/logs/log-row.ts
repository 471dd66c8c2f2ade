import { createHash } from 'node:crypto';
import type { LogEntry } from '../project/logs.port.ts';

/** A row of the table `logs`, with the columns that Supabase's has. */
export interface LogRow {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** `postgres_logs`, `edge_logs`, `auth_logs`, … */
  readonly source: string;
  readonly severity_text: string;
  readonly event_message: string;
  readonly log_attributes: Readonly<Record<string, string>>;
}

/** Supabase's names for what writes logs, by the name that a service of ours goes by. */
const SOURCES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    rest: 'postgrest_logs',
    postgrest: 'postgrest_logs',
    auth: 'auth_logs',
    gotrue: 'auth_logs',
    storage: 'storage_logs',
    realtime: 'realtime_logs',
    functions: 'function_logs',
    postgres: 'postgres_logs',
  }),
);

/** What a service logs of each request it answers. */
const REQUEST = 'request';

export function logRow(entry: LogEntry, position: number): LogRow {
  const { time, source, level, message, fields } = entry;
  const service = String(fields['service'] ?? source);
  const digest = createHash('sha256')
    .update(JSON.stringify([position, entry]))
    .digest('hex');
  const row = { id: digest.slice(0, 32), timestamp: time, severity_text: level.toUpperCase() };
  const attributes = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]));
  if (message === REQUEST && fields['path'] !== undefined) {
    const [method, path, status] = ['method', 'path', 'status'].map((key) => attributes[key] ?? '');
    return {
      ...row,
      source: service === 'functions' ? 'function_edge_logs' : 'edge_logs',
      event_message: `${method} | ${status} | ${path}`,
      log_attributes: {
        ...attributes,
        'request.method': method ?? '',
        'request.path': path ?? '',
        'response.status_code': status ?? '',
      },
    };
  }
  return {
    ...row,
    source: SOURCES.get(service) ?? `${service}_logs`,
    event_message: message,
    log_attributes: {
      ...attributes,
      level,
      ...(service === 'postgres' ? { 'parsed.error_severity': level.toUpperCase() } : {}),
    },
  };
}
