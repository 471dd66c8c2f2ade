import { z } from 'zod';
import { type Operation, unimplemented } from './operation.ts';
import type { Permission } from './permissions.ts';
import { refParams } from './path.contract.ts';

const refuse = (
  method: Operation['method'],
  path: string,
  summary: string,
  permission: Permission,
  params: Operation['params'] = refParams,
) =>
  unimplemented({
    method,
    path: `/v1/projects/{ref}${path}`,
    summary,
    policy: { on: 'project', permission },
    params,
    notImplemented:
      'Postgres checks passwords here, and cannot ask the control plane who may come in; POST /v1/projects/{ref}/cli/login-role makes a role whose password ends by itself.',
  });

/** Access to the database for a time and by person. */
export const jitOperations = {
  getJitConfig: refuse(
    'GET',
    '/jit-access',
    'Get the configuration of temporary access',
    'project_admin_read',
  ),
  updateJitConfig: refuse('PUT', '/jit-access', 'Configure temporary access', 'project_admin_write'),
  getJitAccess: refuse('GET', '/database/jit', "Get the caller's temporary access", 'database_jit_read'),
  authorizeJitAccess: refuse('POST', '/database/jit', 'Authorize temporary access', 'database_jit_read'),
  updateJitAccess: refuse('PUT', '/database/jit', 'Give somebody temporary access', 'database_jit_write'),
  listJitAccess: refuse('GET', '/database/jit/list', 'List temporary access', 'database_jit_read'),
  deleteJitAccess: refuse(
    'DELETE',
    '/database/jit/{user_id}',
    "End somebody's temporary access",
    'database_jit_write',
    z.strictObject({ ...refParams.shape, user_id: z.uuid() }),
  ),
} as const;
