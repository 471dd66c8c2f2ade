import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const variant = z.object({
  id: z.string(),
  name: z.string(),
  price: z.object({
    description: z.string(),
    type: z.enum(['fixed', 'usage']),
    interval: z.enum(['monthly', 'hourly']),
    amount: z.number(),
  }),
});

const type = z.enum([
  'custom_domain',
  'compute_instance',
  'pitr',
  'ipv4',
  'auth_mfa_phone',
  'auth_mfa_web_authn',
  'log_drain',
]);

export const addonOperations = {
  listAddons: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/billing/addons',
    summary: 'Get the compute size of a project and those that it can have, as Supabase lists them',
    policy: { on: 'project', permission: 'infra_add_ons_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      selected_addons: z.array(z.object({ type, variant })),
      available_addons: z.array(z.object({ type, name: z.string(), variants: z.array(variant) })),
    }),
  }),
  applyAddon: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/billing/addons',
    summary: 'Give a project another compute size: the one add-on that there is',
    policy: { on: 'project', permission: 'infra_add_ons_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ addon_type: type, addon_variant: z.string().min(1).max(64) }),
    status: 200,
    response: none,
  }),
  removeAddon: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/billing/addons/{addon_variant}',
    summary: 'Give a project the smallest compute size again',
    policy: { on: 'project', permission: 'infra_add_ons_write' },
    params: refParams.extend({ addon_variant: z.string().max(64) }),
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  listRestoreVersions: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/restore',
    summary: 'List the versions of Postgres that a paused project can be restored with',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      available_versions: z.array(
        z.object({ version: z.string(), release_channel: z.literal('ga'), postgres_engine: z.literal('17') }),
      ),
    }),
  }),
  cancelRestore: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/restore/cancel',
    summary: 'Cancel the restoration of a project: it is paused again',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
} as const;
