import { z } from 'zod';
import { none, operation } from './operation.ts';
import { month, refParams, slugParams } from './path.contract.ts';
import { PLANS } from './plans.ts';

const monthQuery = z.strictObject({ month: month.optional() });

const amounts = z.record(z.string(), z.number()).meta({ description: 'By meter; one that is absent is 0' });

const item = z.object({
  item: z.string().meta({ description: 'Such as egress, disk_size, monthly_active_users' }),
  title: z.string(),
  unit: z.string(),
  used: z.number(),
  limit: z.number().nullable().meta({ description: 'What the plan includes; null: as much as one likes' }),
  percent: z.number().nullable().meta({ description: 'Of the limit, rounded down' }),
  project: z.string().nullable().meta({
    description: 'Set: each project has the limit for itself, and this is the one that comes nearest',
  }),
});

const daily = z.array(z.object({ date: z.string().meta({ example: '2026-01-31' }), meters: amounts }));

const restriction = z.object({
  project: z.string(),
  item: z.string(),
  effect: z.enum(['database_read_only', 'uploads_refused', 'requests_refused']),
  services: z.array(z.string()).meta({ description: 'Those that it is about' }),
  since: z.string(),
  message: z.string(),
});

export const usageOperations = {
  getOrganizationUsage: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}/usage',
    summary: 'Get what the projects of an organization have used in a month, against what its plan includes',
    policy: { on: 'organization', permission: 'organization_admin_read' },
    params: slugParams,
    query: monthQuery,
    body: none,
    status: 200,
    response: z.object({
      month: z.string(),
      plan: z.enum(PLANS),
      overage: z.enum(['refused', 'billed']),
      items: z.array(item),
      daily,
      projects: z.array(z.object({ ref: z.string(), name: z.string(), totals: amounts })),
      restrictions: z.array(restriction),
      notices: z.array(z.object({ item: z.string(), percent: z.int(), at: z.string() })),
    }),
  }),
  getProjectUsage: operation({
    method: 'GET',
    path: '/platform/projects/{ref}/usage',
    summary: 'Get what a project has used in a month',
    policy: { on: 'project', permission: 'analytics_usage_read' },
    params: refParams,
    query: monthQuery,
    body: none,
    status: 200,
    response: z.object({
      month: z.string(),
      totals: amounts,
      levels: amounts.meta({ description: 'How large the database and the files are, as last measured' }),
      daily,
      sizes: z
        .array(z.object({ at: z.string(), database_bytes: z.number(), storage_bytes: z.number() }))
        .meta({ description: 'How large they were in each hour of the month in which they were measured' }),
      restrictions: z.array(restriction),
    }),
  }),
} as const;
