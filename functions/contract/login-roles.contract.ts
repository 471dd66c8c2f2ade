import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const policy = { on: 'project', permission: 'database_write' } as const;
const path = '/v1/projects/{ref}/cli/login-role';

export const loginRoleOperations = {
  createLoginRole: operation({
    method: 'POST',
    path,
    summary: 'Make a database role that can log in for an hour',
    policy,
    params: refParams,
    query: none,
    body: z.strictObject({ read_only: z.boolean() }),
    status: 201,
    response: z.object({ role: z.string(), password: z.string(), ttl_seconds: z.int().positive() }),
  }),
  deleteLoginRoles: operation({
    method: 'DELETE',
    path,
    summary: 'End the roles that were made to log in for a time',
    policy,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({ message: z.literal('ok') }),
  }),
} as const;
