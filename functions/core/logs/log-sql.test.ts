import { describe, expect, it } from 'vitest';
import type { LogRow } from './log-row.ts';
import { queryLogs } from './log-sql.ts';

const row = (id: string, source: string, more: Partial<LogRow> = {}): LogRow => ({
  id,
  timestamp: `2026-01-01T00:00:0${id}.000Z`,
  source,
  severity_text: 'INFO',
  event_message: `message ${id}`,
  log_attributes: {},
  ...more,
});

const ROWS = [
  row('1', 'postgres_logs', { log_attributes: { 'parsed.error_severity': 'ERROR' } }),
  row('2', 'edge_logs', { log_attributes: { 'response.status_code': '503' }, event_message: "GET | it's" }),
  row('3', 'auth_logs', { log_attributes: { level: 'warn', status: '400' } }),
];

const ids = (sql: string) => queryLogs(sql, ROWS).map(({ id }) => id);

/** As the official CLI asks for the level of a line. */
const LEVEL = `multiIf(
  source = 'postgres_logs', multiIf(upper(log_attributes['parsed.error_severity']) in ('ERROR','FATAL','PANIC'), 'error', lower(log_attributes['parsed.error_severity'])),
  source in ('edge_logs','function_edge_logs'), multiIf(toInt32OrZero(log_attributes['response.status_code']) >= 500, 'error', 'info'),
  lower(log_attributes['level']) in ('warn','warning') or toInt32OrZero(log_attributes['status']) >= 400, 'warn',
  '')`;

describe('a query of logs', () => {
  it('answers what the official CLI asks', () => {
    const sql = `select id, toUnixTimestamp64Milli(timestamp) as ts_ms, source, ${LEVEL} as level from logs
      where (source = 'edge_logs' or source = 'auth_logs') order by ts_ms desc, id desc limit 100`;
    expect(queryLogs(sql, ROWS)).toEqual([
      { id: '3', ts_ms: Date.parse('2026-01-01T00:00:03Z'), source: 'auth_logs', level: 'warn' },
      { id: '2', ts_ms: Date.parse('2026-01-01T00:00:02Z'), source: 'edge_logs', level: 'error' },
    ]);
    expect(ids(`select id from logs where (${LEVEL}) in ('error') order by id asc`)).toEqual(['1', '2']);
  });

  it.each([
    ["select id from logs where positionCaseInsensitiveUTF8(event_message, 'MESSAGE 3') > 0", ['3']],
    ["select id from logs where event_message like '%it''s'", ['2']],
    ["select id from logs where event_message ilike 'MESSAGE _' and not source = 'auth_logs'", ['1']],
    ["select id from logs where source not in ('edge_logs', 'auth_logs')", ['1']],
    ["select id from logs where timestamp >= '2026-01-01T00:00:02.000Z' limit 1", ['2']],
    ['select id from logs where toUnixTimestamp64Milli(timestamp) < 0', []],
    ['SELECT id FROM logs ORDER BY id DESC LIMIT 2; ', ['3', '2']],
    ["select id from logs where if(source = 'edge_logs', 1, 0)", ['2']],
    ["select id from logs where log_attributes['constructor'] != ''", []],
  ])('%s', (sql, expected) => expect(ids(sql)).toEqual(expected));

  it('answers whole rows', () => {
    expect(queryLogs('select * from logs limit 1', ROWS)).toEqual([{ ...ROWS[0] }]);
  });

  it.each([
    ['select count() from logs', 'count'],
    ['select id from edge_logs', '"logs" is expected'],
    ['select nothing from logs', '"nothing" is no column'],
    ['select constructor(id) from logs', '"constructor" is not known'],
    ['select id from logs group by id', '"group" is not expected'],
    ['select id from logs where', 'ends too early'],
    ['select id from logs; drop table logs', 'cannot be read at character 20'],
    ['select a as b, b as a from logs', 'is no column'],
    ["select id from logs where source = 'a", 'cannot be read at character'],
    [`select id from logs where ${'('.repeat(60)}1${')'.repeat(60)}`, 'nested too deeply'],
    [`select id from logs where id in (${"'a',".repeat(6000)}'b')`, 'longer than'],
    ['delete from logs', '"select" is expected'],
  ])('%s is refused', (sql, why) => expect(() => queryLogs(sql, ROWS)).toThrow(why));
});
