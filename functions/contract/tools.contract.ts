import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

export const TOOLS_STATES = ['off', 'starting', 'running', 'stopping', 'paused', 'failed'] as const;

const tools = z.object({
  enabled: z.boolean(),
  state: z.enum(TOOLS_STATES).meta({
    description:
      'paused: the project is, and they come back with it; failed: they did not come up, and the project’s `failure` says why',
  }),
  address: z.string().nullable().meta({
    description:
      'Where Studio answers, to the user postgres with the project’s database password; null while it does not',
  }),
});

export const toolsOperations = {
  getTools: operation({
    method: 'GET',
    path: '/platform/projects/{ref}/tools',
    summary: 'Tell whether Studio and Logflare run beside a project, and where',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: tools,
  }),
  updateTools: operation({
    method: 'PUT',
    path: '/platform/projects/{ref}/tools',
    summary: 'Have Studio and Logflare run beside a project, or no more; its stack is replaced for it',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ enabled: z.boolean() }),
    status: 200,
    response: tools,
  }),
} as const;
