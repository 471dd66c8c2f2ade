import { z } from 'zod';
import { nameSchema } from './name.ts';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';
import { DATABASE_TIERS, INSTANCE_SIZES, REGION_CODES, REGION_GROUPS } from './regions.ts';
import { PROJECT_STATUSES } from './status.ts';

const region = z.enum(REGION_CODES);

export const createProjectBody = z.strictObject({
  name: nameSchema,
  organization_slug: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .meta({ description: "The token's own organization if left out" }),
  organization_id: z.string().optional().meta({ deprecated: true }),
  db_pass: z
    .string()
    .min(1)
    .max(256)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')
    .optional()
    .meta({ description: 'Database password; generated if left out' }),
  region: region.optional(),
  region_selection: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('specific'), code: region }),
      z.strictObject({ type: z.literal('smartGroup'), code: z.enum(REGION_GROUPS) }),
    ])
    .optional(),
  desired_instance_size: z.enum(INSTANCE_SIZES).optional(),
  template: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'Name of a template; see GET /platform/templates' }),
  database_tier: z.enum(DATABASE_TIERS).optional().meta({
    description:
      'Where its database is: on a cluster that projects share, or on one of its own, which has backups',
  }),
  features: z
    .array(z.enum(['realtime', 'messaging', 'presence', 'bidding']))
    .max(16)
    .optional(),
  plan: z.enum(['free', 'pro']).optional().meta({ deprecated: true, description: 'Ignored' }),
  kps_enabled: z.boolean().optional().meta({ deprecated: true, description: 'Ignored' }),
  template_url: z.url().max(2048).optional().meta({ description: 'Ignored' }),
});

const project = z.object({
  id: z.string(),
  ref: z.string(),
  organization_id: z.string(),
  organization_slug: z.string(),
  name: z.string(),
  region: z.string(),
  created_at: z.string(),
  status: z.enum(PROJECT_STATUSES),
  template: z.string(),
  template_version: z.string(),
  database_tier: z.enum(DATABASE_TIERS),
  features: z.array(z.string()),
  endpoint: z.url().meta({ description: 'What supabase-js is given as its URL' }),
  realtime_url: z
    .url()
    .nullable()
    .meta({ description: 'Below it, at /websocket, is what clients of Realtime connect to by themselves' }),
  failure: z.string().nullable().meta({ description: 'Why the last transition failed' }),
});

const projectWithDatabase = project.extend({
  database: z.object({
    host: z.string(),
    version: z.string(),
    postgres_engine: z.string(),
    release_channel: z.string(),
  }),
});

export type ProjectBody = z.infer<typeof project>;

const projectRef = z.object({ id: z.int(), ref: z.string(), name: z.string() });

const HEALTH_NAMES = [
  'auth',
  'db',
  'db_postgres_user',
  'pooler',
  'realtime',
  'rest',
  'storage',
  'pg_bouncer',
] as const;

/** Query strings carry a list as `a,b` or as repeated keys; either way it arrives as strings. */
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (Array.isArray(value) ? value : [value]).flatMap((part) => String(part).split(',')),
    z.array(item),
  );

export const projectOperations = {
  createProject: operation({
    method: 'POST',
    path: '/v1/projects',
    summary: 'Create a project',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: createProjectBody,
    status: 201,
    response: project,
  }),
  listProjects: operation({
    method: 'GET',
    path: '/v1/projects',
    summary: 'List the projects that the token reaches',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.array(projectWithDatabase),
  }),
  getProject: operation({
    method: 'GET',
    path: '/v1/projects/{ref}',
    summary: 'Get a project',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: projectWithDatabase,
  }),
  updateProject: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}',
    summary: 'Rename a project',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ name: nameSchema }),
    status: 200,
    response: projectRef,
  }),
  deleteProject: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}',
    summary: 'Delete a project and everything it holds',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: projectRef,
  }),
  getProjectHealth: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/health',
    summary: "Get the health of a project's services",
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: z.strictObject({
      services: list(z.enum(HEALTH_NAMES)).optional(),
      timeout_ms: z.coerce.number().int().min(0).max(10_000).optional(),
    }),
    body: none,
    status: 200,
    response: z.array(
      z.object({
        name: z.enum(HEALTH_NAMES),
        healthy: z.boolean(),
        status: z.enum(['COMING_UP', 'ACTIVE_HEALTHY', 'UNHEALTHY']),
        info: z.object({ name: z.string(), version: z.string(), description: z.string() }).optional(),
        error: z.string().optional(),
      }),
    ),
  }),
  pauseProject: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/pause',
    summary: 'Pause a project: its data is kept, nothing of it runs',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  restoreProject: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/restore',
    summary: 'Restore a paused project',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  restartProject: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/restart',
    summary: "Restart a project's services without interrupting them",
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
} as const;
