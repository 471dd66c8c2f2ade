import { z } from 'zod';
import { type Operation, unimplemented } from './operation.ts';
import type { Permission } from './permissions.ts';
import { refParams } from './path.contract.ts';

const runParams = z.strictObject({ ...refParams.shape, run_id: z.string().max(128) });

const refuse = (
  method: Operation['method'],
  path: string,
  summary: string,
  permission: Permission,
  params: Operation['params'],
) =>
  unimplemented({
    method,
    path: `/v1/projects/{ref}/actions${path}`,
    summary,
    policy: { on: 'project', permission },
    params,
    notImplemented:
      'Action runs are what is made of a branch that a Git repository is connected to, and none can be connected here.',
  });

export const actionOperations = {
  listActionRuns: refuse('GET', '', 'List action runs', 'action_runs_read', refParams),
  getActionRun: refuse('GET', '/{run_id}', 'Get an action run', 'action_runs_read', runParams),
  getActionRunLogs: refuse(
    'GET',
    '/{run_id}/logs',
    'Get the log of an action run',
    'action_runs_read',
    runParams,
  ),
  updateActionRunStatus: refuse(
    'PATCH',
    '/{run_id}/status',
    'Tell how far an action run is',
    'action_runs_write',
    runParams,
  ),
} as const;
