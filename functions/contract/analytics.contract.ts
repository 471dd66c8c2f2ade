import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const instant = z.iso.datetime({ offset: true });

const logQuery = z.strictObject({
  sql: z.string().min(1, 'must not be empty').optional().meta({
    description: 'select … from logs [where …] [order by …] [limit …], in ClickHouse’s SQL',
  }),
  iso_timestamp_start: instant.optional(),
  iso_timestamp_end: instant.optional(),
});

const rows = z.object({ result: z.array(z.record(z.string(), z.json())) });

const policy = { on: 'project', permission: 'analytics_logs_read' } as const;
const usage = { on: 'project', permission: 'analytics_usage_read' } as const;

export const analyticsOperations = {
  queryLogs: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/analytics/endpoints/logs',
    summary: "Query a project's logs",
    policy,
    params: refParams,
    query: logQuery,
    body: none,
    status: 200,
    response: rows,
  }),
  queryAllLogs: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/analytics/endpoints/logs.all',
    summary: "Query a project's logs, by the address of before",
    policy,
    params: refParams,
    query: logQuery,
    body: none,
    status: 200,
    response: rows,
  }),
  countApiRequests: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/analytics/endpoints/usage.api-counts',
    summary: 'Count the requests to each service over time',
    policy: usage,
    params: refParams,
    query: z.strictObject({
      interval: z.enum(['15min', '30min', '1hr', '3hr', '1day', '3day', '7day']).optional(),
    }),
    body: none,
    status: 200,
    response: z.object({
      result: z.array(
        z.object({
          timestamp: z.string(),
          total_auth_requests: z.int(),
          total_realtime_requests: z.int(),
          total_rest_requests: z.int(),
          total_storage_requests: z.int(),
        }),
      ),
    }),
  }),
  countAllRequests: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/analytics/endpoints/usage.api-requests-count',
    summary: 'Count the requests of the last hour',
    policy: usage,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({ result: z.array(z.object({ count: z.int() })) }),
  }),
  countFunctionCalls: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/analytics/endpoints/functions.combined-stats',
    summary: 'Count the calls of a function over time',
    policy: usage,
    params: refParams,
    query: z.strictObject({
      interval: z.enum(['15min', '1hr', '3hr', '1day']),
      function_id: z.string().min(1).max(128),
    }),
    body: none,
    status: 200,
    response: z.object({
      result: z.array(
        z.object({
          timestamp: z.string(),
          requests_count: z.int(),
          success_count: z.int(),
          redirect_count: z.int(),
          client_err_count: z.int(),
          server_err_count: z.int(),
          avg_execution_time: z.number(),
          max_execution_time: z.number(),
        }),
      ),
    }),
  }),
} as const;
