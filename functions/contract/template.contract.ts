import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** What a project is made of, and what more there is of it. */
export const templateOperations = {
  getProjectTemplate: operation({
    method: 'GET',
    path: '/platform/projects/{ref}/template',
    summary: 'Tell which version of its template serves a project, and whether it can be upgraded',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      name: z.string(),
      version: z.string().meta({ description: 'Of the stack that serves, or served last' }),
      coming_version: z
        .string()
        .nullable()
        .meta({ description: 'Of the stack that is being brought up, where it is another one' }),
      newest_version: z
        .string()
        .nullable()
        .meta({ description: 'Null: the template is not offered any more' }),
      changes: z
        .array(z.object({ version: z.string(), change: z.string() }))
        .meta({ description: 'What has come since the version that serves, the newest first' }),
      upgradable: z.boolean().meta({ description: 'By the caller, now' }),
      because: z.string().nullable().meta({ description: 'Why not, a sentence' }),
    }),
  }),
  upgradeProjectTemplate: operation({
    method: 'POST',
    path: '/platform/projects/{ref}/template/upgrade',
    summary: 'Bring a project to the newest version of its template without interrupting it',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 202,
    response: none,
  }),
} as const;
