import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** What the CLI sends of a seed or a dump in one go. */
export const MAX_SQL_BYTES = 10 * 1024 * 1024;

export const sqlText = z
  .string()
  .min(1, 'must not be empty')
  .regex(/^[^\0]*$/, 'must not hold the character NUL, which Postgres has no place for');

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
    body: z.strictObject({ query: sqlText, parameters, read_only: z.boolean().optional() }),
    maxBodyBytes: MAX_SQL_BYTES,
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
    body: z.strictObject({ query: sqlText, parameters }),
    maxBodyBytes: MAX_SQL_BYTES,
    status: 201,
    response: rows,
  }),
} as const;
