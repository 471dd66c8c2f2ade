import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const instant = z.string();

export const platformOperations = {
  getHealth: operation({
    method: 'GET',
    path: '/platform/health',
    summary: 'Tell that the control plane answers',
    policy: { on: 'public' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.object({ status: z.literal('ok') }),
  }),
  listTemplates: operation({
    method: 'GET',
    path: '/platform/templates',
    summary: 'List what a project can be made of here',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        description: z.string(),
        services: z.array(z.string()),
        features: z.array(z.string()),
        standard: z.boolean(),
        tools: z.object({ monthly_cost: z.int() }).nullable().meta({
          description: 'Set: Studio and Logflare can run beside its projects, for so many cents more',
        }),
        monthly_cost: z.int().meta({
          description:
            'In cents of a US dollar: what a project at the smallest size that never rests adds to the bill of whoever runs the cloud, at list prices, without its load on the shared database and its traffic; 0 where it runs on their own machine',
        }),
      }),
    ),
  }),
  listProjectEvents: operation({
    method: 'GET',
    path: '/platform/projects/{ref}/events',
    summary: "List the progress of a project's workflows, step by step",
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        execution: z.string(),
        workflow: z.string(),
        position: z.int(),
        step: z.string(),
        title: z.string(),
        status: z.enum(['running', 'done', 'failed']),
        started_at: instant,
        ended_at: instant.nullable(),
        message: z.string().nullable(),
      }),
    ),
  }),
  retryProject: operation({
    method: 'POST',
    path: '/platform/projects/{ref}/retry',
    summary: 'Try again to create a project that is INIT_FAILED',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 202,
    response: none,
  }),
  getCertificate: operation({
    method: 'GET',
    path: '/platform/projects/{ref}/certificate',
    summary: 'Get the certificate that a deleted project is gone',
    policy: { on: 'certificate', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      ref: z.string(),
      name: z.string(),
      organization: z.string(),
      created_at: instant,
      removed_at: instant,
      deleted: z.array(z.object({ what: z.string(), at: instant })),
      remnants: z.literal(0),
    }),
  }),
} as const;
