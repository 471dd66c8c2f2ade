import { z } from 'zod';
import { MAX_SQL_BYTES, sqlText } from './database.contract.ts';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const version = z.string().regex(/^\d{1,64}$/, 'must be a version: digits only');
const versionParams = z.strictObject({ ...refParams.shape, version });

const name = z
  .string()
  .max(256)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

/** May be empty: there is nothing to undo. */
const rollback = z.string().regex(/^[^\0]*$/, 'must not hold the character NUL');

const migration = z.strictObject({ query: sqlText, name: name.optional(), rollback: rollback.optional() });

const path = '/v1/projects/{ref}/database/migrations';
const read = { on: 'project', permission: 'database_migrations_read' } as const;
const write = { on: 'project', permission: 'database_migrations_write' } as const;

export const migrationOperations = {
  listMigrations: operation({
    method: 'GET',
    path,
    summary: 'List the migrations that were applied',
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(z.object({ version: z.string(), name: z.string().optional() })),
  }),
  applyMigration: operation({
    method: 'POST',
    path,
    summary: 'Run a migration in one transaction and record it',
    policy: write,
    params: refParams,
    query: none,
    body: migration,
    maxBodyBytes: MAX_SQL_BYTES,
    status: 200,
    response: none,
  }),
  recordMigration: operation({
    method: 'PUT',
    path,
    summary: 'Record a migration without running it',
    policy: write,
    params: refParams,
    query: none,
    body: migration,
    maxBodyBytes: MAX_SQL_BYTES,
    status: 200,
    response: none,
  }),
  rollBackMigrations: operation({
    method: 'DELETE',
    path,
    summary: 'Undo the migrations from a version on and remove them from the history',
    policy: write,
    params: refParams,
    query: z.strictObject({ gte: version }),
    body: none,
    status: 200,
    response: none,
  }),
  getMigration: operation({
    method: 'GET',
    path: `${path}/{version}`,
    summary: 'Get a migration that was applied',
    policy: read,
    params: versionParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      version: z.string(),
      name: z.string().optional(),
      statements: z.array(z.string()).optional(),
      rollback: z.array(z.string()).optional(),
      created_by: z.string().optional(),
      idempotency_key: z.string().optional(),
    }),
  }),
  amendMigration: operation({
    method: 'PATCH',
    path: `${path}/{version}`,
    summary: 'Change what the history says of a migration',
    policy: write,
    params: versionParams,
    query: none,
    body: z.strictObject({ name: name.optional(), rollback: rollback.optional() }),
    maxBodyBytes: MAX_SQL_BYTES,
    status: 200,
    response: none,
  }),
} as const;
