import { z } from 'zod';
import { none, operation } from './operation.ts';
import { slugParams } from './path.contract.ts';

const instant = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2030-01-01T00:00:00Z' })
  .transform((text) => new Date(text))
  .optional();

const filters = z.strictObject({
  action: z.string().max(100).optional().meta({ description: 'Such as project.create' }),
  actor: z.string().max(254).optional().meta({ description: 'Id or e-mail address of a user' }),
  from: instant,
  to: instant,
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(4096).optional(),
});

const page = z.object({
  events: z.array(
    z.object({
      action: z.string(),
      subject: z.string(),
      at: z.string(),
      actor: z.object({
        user: z.string(),
        email: z.string(),
        token: z.string().optional().meta({ description: 'Id of the access token that was used' }),
        ip: z.string(),
        request_id: z.string(),
      }),
      details: z.record(z.string(), z.json()),
    }),
  ),
  cursor: z
    .string()
    .nullable()
    .meta({ description: 'For the next page, which is older; null: there is none' }),
});

export const auditOperations = {
  listAuditEvents: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}/audit',
    summary: 'List who changed what in an organization, the newest first',
    policy: { on: 'organization', permission: 'audit_read' },
    params: slugParams,
    query: filters,
    body: none,
    status: 200,
    response: page,
  }),
  listOwnAuditEvents: operation({
    method: 'GET',
    path: '/platform/audit',
    summary: "List what the caller changed that is no organization's, the newest first",
    policy: { on: 'caller', permission: 'audit_read' },
    params: none,
    query: filters,
    body: none,
    status: 200,
    response: page,
  }),
} as const;
