import { z } from 'zod';
import { none, operation, unimplemented } from './operation.ts';
import { refParams } from './path.contract.ts';

const runParams = z.strictObject({
  ...refParams.shape,
  run_id: z.string().max(128).meta({ description: 'Action Run ID' }),
});

const run = z.object({
  id: z.string(),
  branch_id: z.string(),
  run_steps: z.array(
    z.object({
      name: z.enum(['clone', 'pull', 'health', 'configure', 'migrate', 'seed', 'deploy']),
      status: z.enum(['CREATED', 'DEAD', 'EXITED', 'PAUSED', 'REMOVING', 'RESTARTING', 'RUNNING']),
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    }),
  ),
  git_config: z.null(),
  workdir: z.string().nullable(),
  check_run_id: z.number().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

const whole = /^\d{1,9}$/;
const read = { policy: { on: 'project', permission: 'action_runs_read' }, body: none } as const;

/** What is done for branches: that one is made or reset, pushed to or merged. */
export const actionOperations = {
  listActionRuns: operation({
    ...read,
    method: 'GET',
    path: '/v1/projects/{ref}/actions',
    summary: 'List the action runs of a branch, or of all branches of a project, the newest first',
    params: refParams,
    query: z.strictObject({
      offset: z.string().regex(whole, 'must be a whole number').optional(),
      limit: z.string().regex(whole, 'must be a whole number').optional(),
    }),
    status: 200,
    response: z.array(run),
  }),
  countActionRuns: operation({
    ...read,
    method: 'HEAD',
    path: '/v1/projects/{ref}/actions',
    summary: 'Count the action runs',
    params: refParams,
    query: none,
    status: 200,
    response: z.int(),
    answers: { header: 'x-total-count' },
  }),
  getActionRun: operation({
    ...read,
    method: 'GET',
    path: '/v1/projects/{ref}/actions/{run_id}',
    summary: 'Get how far an action run is',
    params: runParams,
    query: none,
    status: 200,
    response: run,
  }),
  getActionRunLogs: operation({
    ...read,
    method: 'GET',
    path: '/v1/projects/{ref}/actions/{run_id}/logs',
    summary: 'Get the log of an action run',
    params: runParams,
    query: none,
    status: 200,
    response: z.string(),
    answers: 'text',
  }),
  updateActionRunStatus: unimplemented({
    method: 'PATCH',
    path: '/v1/projects/{ref}/actions/{run_id}/status',
    summary: 'Tell how far an action run is',
    policy: { on: 'project', permission: 'action_runs_write' },
    params: runParams,
    notImplemented:
      'Action runs are made here and tell themselves how far they are; no runner from elsewhere takes part in them.',
  }),
} as const;
