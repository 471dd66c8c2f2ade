import type { LogRow } from './log-row.ts';

/** The time that is looked back on, and what it is divided into. */
export const INTERVALS = {
  '15min': { minutes: 15, bucketMinutes: 1 },
  '30min': { minutes: 30, bucketMinutes: 1 },
  '1hr': { minutes: 60, bucketMinutes: 1 },
  '3hr': { minutes: 180, bucketMinutes: 5 },
  '1day': { minutes: 1440, bucketMinutes: 60 },
  '3day': { minutes: 4320, bucketMinutes: 60 },
  '7day': { minutes: 10_080, bucketMinutes: 1440 },
} as const;

export type IntervalName = keyof typeof INTERVALS;

const SERVICES = ['auth', 'realtime', 'rest', 'storage'] as const;

export interface RequestCount {
  readonly timestamp: string;
  readonly total_auth_requests: number;
  readonly total_realtime_requests: number;
  readonly total_rest_requests: number;
  readonly total_storage_requests: number;
}

/** Requests by service in each part of the interval, oldest first; parts without any are left out. */
export function countRequests(rows: readonly LogRow[], interval: IntervalName): readonly RequestCount[] {
  const bucketMs = INTERVALS[interval].bucketMinutes * 60_000;
  const buckets = Map.groupBy(
    rows.filter(({ source }) => source === 'edge_logs'),
    ({ timestamp }) => Math.floor(Date.parse(timestamp) / bucketMs) * bucketMs,
  );
  return [...buckets]
    .toSorted(([a], [b]) => a - b)
    .map(([start, requests]) => {
      const [auth, realtime, rest, storage] = SERVICES.map((service) => countOf(requests, service));
      return {
        timestamp: new Date(start).toISOString(),
        total_auth_requests: auth ?? 0,
        total_realtime_requests: realtime ?? 0,
        total_rest_requests: rest ?? 0,
        total_storage_requests: storage ?? 0,
      };
    });
}

const countOf = (requests: readonly LogRow[], service: string) =>
  requests.filter(({ log_attributes }) => log_attributes['request.path']?.startsWith(`/${service}/`)).length;

export interface FunctionCount {
  readonly timestamp: string;
  readonly requests_count: number;
  readonly success_count: number;
  readonly redirect_count: number;
  readonly client_err_count: number;
  readonly server_err_count: number;
  readonly avg_execution_time: number;
  readonly max_execution_time: number;
}

/** The calls of one function in each part of the interval, and how long they took, in milliseconds. */
export function countCalls(
  rows: readonly LogRow[],
  slug: string,
  interval: IntervalName,
): readonly FunctionCount[] {
  const bucketMs = INTERVALS[interval].bucketMinutes * 60_000;
  const path = `/functions/v1/${slug}`;
  const calls = rows.filter(({ source, log_attributes }) => {
    const asked = log_attributes['request.path'] ?? '';
    return source === 'function_edge_logs' && (asked === path || asked.startsWith(`${path}/`));
  });
  const buckets = Map.groupBy(
    calls,
    ({ timestamp }) => Math.floor(Date.parse(timestamp) / bucketMs) * bucketMs,
  );
  return [...buckets]
    .toSorted(([a], [b]) => a - b)
    .map(([start, of]) => {
      const status = (from: number) =>
        of.filter(({ log_attributes }) => {
          const code = Number(log_attributes['response.status_code']);
          return code >= from && code < from + 100;
        }).length;
      const times = of.map(({ log_attributes }) => Number(log_attributes['duration_ms'] ?? 0));
      return {
        timestamp: new Date(start).toISOString(),
        requests_count: of.length,
        success_count: status(200),
        redirect_count: status(300),
        client_err_count: status(400),
        server_err_count: status(500),
        avg_execution_time: times.reduce((sum, each) => sum + each, 0) / of.length,
        max_execution_time: Math.max(...times),
      };
    });
}
