/** What logs, as Supabase names it. */
export const SERVICES = [
  { value: '', label: 'All services' },
  { value: 'edge_logs', label: 'API gateway' },
  { value: 'postgres_logs', label: 'Postgres' },
  { value: 'postgrest_logs', label: 'REST' },
  { value: 'auth_logs', label: 'Auth' },
  { value: 'storage_logs', label: 'Storage' },
  { value: 'realtime_logs', label: 'Realtime' },
  { value: 'function_edge_logs', label: 'Function calls' },
  { value: 'function_logs', label: 'Functions' },
] as const;

/** Each service words its levels in its own way. */
export const LEVELS = {
  all: { label: 'All levels', names: [] },
  error: { label: 'Errors', names: ['ERROR', 'FATAL', 'PANIC', 'CRITICAL'] },
  warning: { label: 'Warnings', names: ['WARN', 'WARNING'] },
} as const;

export type LevelName = keyof typeof LEVELS;

const MINUTE_MS = 60_000;

export const SPANS = {
  quarter: { label: 'Last 15 minutes', ms: 15 * MINUTE_MS },
  hour: { label: 'Last hour', ms: 60 * MINUTE_MS },
  six: { label: 'Last 6 hours', ms: 360 * MINUTE_MS },
  half: { label: 'Last 12 hours', ms: 720 * MINUTE_MS },
} as const;

/** The API answers for a day at most: from the start on, so that what comes later is in it too. */
export const RANGE_MS = 1_440 * MINUTE_MS;

export type SpanName = keyof typeof SPANS;

const MOST_ROWS = 300;

interface Wanted {
  /** Empty: of all services. */
  readonly source: string;
  readonly level: LevelName;
  readonly words: string;
  /** An attribute and what it is. */
  readonly having?: readonly [attribute: string, value: string];
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** In the SQL that logs are asked in. */
export function logSql({ source, level, words, having }: Wanted): string {
  const levels = LEVELS[level].names.map((name) => `severity_text = ${quoted(name)}`);
  const conditions = [
    source === '' ? '' : `source = ${quoted(source)}`,
    levels.length === 0 ? '' : `(${levels.join(' or ')})`,
    words === '' ? '' : `positionCaseInsensitiveUTF8(event_message, ${quoted(words)}) > 0`,
    having === undefined ? '' : `log_attributes[${quoted(having[0])}] = ${quoted(having[1])}`,
  ].filter((condition) => condition !== '');
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  return `select id, timestamp, source, severity_text, event_message, log_attributes from logs${where} order by timestamp desc limit ${MOST_ROWS}`;
}
