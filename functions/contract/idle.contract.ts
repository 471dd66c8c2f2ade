import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const lastUse = z
  .object({ use: z.string().meta({ description: 'The service; postgres: a session' }), at: z.string() })
  .nullable();

const idleState = z.object({
  verdict: z.enum(['not_running', 'exempt', 'never', 'in_use', 'to_warn', 'warned', 'to_pause']).meta({
    description:
      'exempt, never: it is not paused for want of use, because that was asked for or by its plan; to_warn, to_pause: at the next look',
  }),
  exempt: z.boolean(),
  idle_after_seconds: z.number().nullable().meta({ description: 'Null: the plan never pauses' }),
  idle_since: z.string(),
  last_use: lastUse,
  last_use_by: z.record(z.string(), z.string()).meta({ description: 'When, by service' }),
  warns_at: z.string().nullable(),
  warned_at: z.string().nullable(),
  pauses_at: z.string().nullable(),
  paused: z
    .object({
      decided_at: z.string(),
      idle_since: z.string(),
      idle_after_seconds: z.number(),
      last_use: lastUse,
      warned_at: z.string(),
    })
    .nullable()
    .meta({ description: 'Why it is paused without anybody having asked for it' }),
});

export const idleOperations = {
  getIdleState: operation({
    method: 'GET',
    path: '/platform/projects/{ref}/idle',
    summary: 'Tell whether a project will be paused for want of use, when and why',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: idleState,
  }),
  updateIdleState: operation({
    method: 'PUT',
    path: '/platform/projects/{ref}/idle',
    summary: 'Exempt a project from being paused for want of use, or end that',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ exempt: z.boolean() }),
    status: 200,
    response: idleState,
  }),
} as const;
