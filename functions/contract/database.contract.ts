import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const query = z.string().min(1, 'must not be empty');
const parameters = z.array(z.json()).max(65_535).optional();
const rows = z.array(z.record(z.string(), z.json()));

export const databaseOperations = {
  runQuery: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    summary: 'Run SQL as the role postgres',
    policy: { on: 'project', permission: 'database_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ query, parameters, read_only: z.boolean().optional() }),
    status: 201,
    response: rows,
  }),
  runReadOnlyQuery: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/database/query/read-only',
    summary: 'Run SQL that Postgres keeps from writing',
    policy: { on: 'project', permission: 'database_read' },
    params: refParams,
    query: none,
    body: z.strictObject({ query, parameters }),
    status: 201,
    response: rows,
  }),
} as const;
