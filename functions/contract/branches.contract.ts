import { z } from 'zod';
import { nameSchema } from './name.ts';
import { none, operation, unimplemented } from './operation.ts';
import { refParams } from './path.contract.ts';
import { INSTANCE_SIZES, REGION_CODES } from './regions.ts';
import { BRANCH_STATUSES, PROJECT_STATUSES } from './status.ts';

const branchParams = z.strictObject({
  branch_id_or_ref: z
    .union([refParams.shape.ref, z.uuid()], 'must be the ref of a branch, or its id')
    .meta({ description: 'Branch ref, or the branch ID that it had in older clients' }),
});

const branch = z.object({
  id: z.uuid(),
  name: z.string(),
  project_ref: z.string(),
  parent_project_ref: z.string(),
  is_default: z.boolean(),
  git_branch: z.string().optional(),
  persistent: z.boolean(),
  status: z.enum(BRANCH_STATUSES),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  review_requested_at: z.iso.datetime().optional(),
  deletion_scheduled_at: z.iso.datetime().optional(),
  with_data: z.boolean(),
  preview_project_status: z.enum(PROJECT_STATUSES),
  failure: z.string().nullable().meta({ description: 'Why the last migrations did not pass' }),
});

export type BranchBody = z.infer<typeof branch>;

const gitBranch = z.string().max(256);
const notifyUrl = z.url().max(2048).optional().meta({ description: 'Answers 501' });
const read = 'branching_development_read';
const write = { on: 'branch', permission: 'branching_development_write' } as const;
const production = { on: 'branch', permission: 'branching_production_write' } as const;

const migrations = z.strictObject({
  migration_version: z
    .string()
    .regex(/^\d{1,64}$/, 'must be a version: digits only')
    .optional()
    .meta({ description: 'The last version that is taken over; all if left out' }),
});

const done = z.object({
  workflow_run_id: z.string().meta({ description: 'The action run that does it' }),
  message: z.literal('ok'),
});

const act = <const P extends typeof write | typeof production>(name: string, summary: string, policy: P) =>
  operation({
    method: 'POST',
    path: `/v1/branches/{branch_id_or_ref}/${name}`,
    summary,
    policy,
    params: branchParams,
    query: none,
    body: migrations,
    status: 201,
    response: done,
  });

export const branchOperations = {
  listBranches: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/branches',
    summary: 'List the branches of a project',
    policy: { on: 'project', permission: read },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(branch),
  }),
  createBranch: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/branches',
    summary: 'Create a branch of a project, with its migrations or with a copy of its data',
    policy: { on: 'project', permission: 'branching_development_create' },
    params: refParams,
    query: none,
    body: z.strictObject({
      branch_name: nameSchema,
      git_branch: gitBranch.optional(),
      is_default: z.literal(false, 'the default branch is the project itself').optional(),
      persistent: z.boolean().optional(),
      region: z.enum(REGION_CODES).optional().meta({ description: 'None but that of the project' }),
      desired_instance_size: z.enum(INSTANCE_SIZES).optional(),
      release_channel: z.literal('ga').optional(),
      postgres_engine: z.literal('17').optional(),
      secrets: z.record(z.string(), z.string()).optional().meta({ description: 'Answers 501' }),
      with_data: z.boolean().optional().meta({
        description: 'A copy of what the project holds, where it has a cluster of its own',
      }),
      notify_url: notifyUrl,
    }),
    status: 201,
    response: branch,
  }),
  disableBranching: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/branches',
    summary: 'Delete all branches of a project',
    policy: { on: 'project', permission: 'branching_production_delete' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  getBranch: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/branches/{name}',
    summary: 'Get a branch by its name',
    policy: { on: 'project', permission: read },
    params: z.strictObject({ ...refParams.shape, name: z.string().min(1).max(256) }),
    query: none,
    body: none,
    status: 200,
    response: branch,
  }),
  getBranchConfig: operation({
    method: 'GET',
    path: '/v1/branches/{branch_id_or_ref}',
    summary: 'Get how a branch is reached',
    policy: { on: 'branch', permission: read },
    params: branchParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      ref: z.string(),
      postgres_version: z.string(),
      postgres_engine: z.string(),
      release_channel: z.string(),
      status: z.enum(PROJECT_STATUSES),
      db_host: z.string(),
      db_port: z.int(),
      db_user: z.string(),
      db_pass: z.string().optional().meta({ description: 'For those who may change the branch' }),
      jwt_secret: z.string().optional().meta({ description: 'For those who may change the branch' }),
    }),
  }),
  updateBranch: operation({
    method: 'PATCH',
    path: '/v1/branches/{branch_id_or_ref}',
    summary: 'Change a branch',
    policy: write,
    params: branchParams,
    query: none,
    body: z.strictObject({
      branch_name: nameSchema.optional(),
      git_branch: gitBranch.optional(),
      reset_on_push: z.boolean().optional().meta({ deprecated: true, description: 'Ignored' }),
      persistent: z.boolean().optional(),
      status: z.enum(BRANCH_STATUSES).optional().meta({ description: 'Answers 501' }),
      request_review: z.boolean().optional(),
      notify_url: notifyUrl,
    }),
    status: 200,
    response: branch,
  }),
  deleteBranch: operation({
    method: 'DELETE',
    path: '/v1/branches/{branch_id_or_ref}',
    summary: 'Delete a branch and everything it holds, at once or in an hour',
    policy: { on: 'branch', permission: 'branching_development_delete' },
    params: branchParams,
    query: z.strictObject({
      force: z
        .enum(['true', 'false'])
        .optional()
        .meta({ description: 'false: in an hour, until when it can be restored' }),
    }),
    body: none,
    status: 200,
    response: z.object({ message: z.literal('ok') }),
  }),
  pushBranch: act('push', 'Apply the migrations of its project that a branch lacks', write),
  mergeBranch: act('merge', 'Apply the migrations of a branch that its project lacks', production),
  resetBranch: act('reset', 'Give a branch a new database, as when it was created', write),
  restoreBranch: operation({
    method: 'POST',
    path: '/v1/branches/{branch_id_or_ref}/restore',
    summary: 'Take back the deletion of a branch that is scheduled',
    policy: write,
    params: branchParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({ message: z.literal('Branch restoration initiated') }),
  }),
  diffBranch: unimplemented({
    method: 'GET',
    path: '/v1/branches/{branch_id_or_ref}/diff',
    summary: 'Compare the schema of a branch with its project',
    policy: { on: 'branch', permission: read },
    params: branchParams,
    notImplemented:
      'To compare two schemas takes a program beside the databases that is not here. Compare the migrations that each lists.',
  }),
} as const;
