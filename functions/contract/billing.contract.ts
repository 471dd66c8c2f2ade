import { z } from 'zod';
import { none, operation } from './operation.ts';
import { month, slugParams } from './path.contract.ts';
import { PAID_PLANS, PLANS } from './plans.ts';

const line = z.object({
  item: z.string(),
  description: z.string(),
  project: z.string().nullable(),
  unit: z.string(),
  quantity: z.number(),
  included: z.number().nullable(),
  billed: z.number(),
  cents: z.int(),
});

const statement = z.object({
  month: z.string(),
  status: z.enum(['open', 'final']),
  currency: z.literal('usd'),
  plan: z.enum(PLANS),
  lines: z.array(line),
  total_cents: z.int(),
  projects: z.array(z.object({ ref: z.string(), name: z.string(), cents: z.int() })),
});

const plan = z.object({
  plan: z.enum(PLANS),
  overage: z.enum(['refused', 'billed']).meta({ description: 'What becomes of usage beyond the plan' }),
  fee_cents: z.int(),
  billing: z
    .object({
      plans: z.array(z.enum(PAID_PLANS)).meta({ description: 'What can be subscribed to' }),
      subscription: z
        .object({
          plan: z.enum(PAID_PLANS),
          state: z.enum(['paid', 'overdue', 'grace', 'over']).meta({
            description:
              'A payment failed and is tried again; it has ended, and the plan will; both are over',
          }),
          period_end: z.string().nullable().meta({ description: 'Until when it has been paid for' }),
          cancels: z.boolean().meta({ description: 'It ends with the period' }),
          plan_ends_at: z.string().nullable().meta({ description: 'When the plan ends, where that is near' }),
        })
        .nullable(),
    })
    .nullable()
    .meta({ description: 'Null: the installation bills nobody' }),
});

const costs = z.object({
  slug: z.string(),
  name: z.string(),
  billed_cents: z.int().meta({ description: 'Its statement' }),
  cost_cents: z.number(),
  projects: z.array(
    z.object({
      ref: z.string(),
      name: z.string(),
      billed_cents: z.int().meta({ description: 'What of the statement it has brought about' }),
      cost_cents: z.number(),
      lines: z.array(
        z.object({ item: z.string(), unit: z.string(), quantity: z.number(), cents: z.number() }),
      ),
    }),
  ),
});

const url = z.url().meta({ description: 'Of a page of Stripe; for whoever asked, and for some minutes' });

export const billingOperations = {
  listStatements: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}/statements',
    summary: 'List the monthly statements of an organization, the newest first',
    policy: { on: 'organization', permission: 'organization_admin_read' },
    params: slugParams,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(24).default(12) }),
    body: none,
    status: 200,
    response: z.array(statement),
  }),
  getPlan: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}/plan',
    summary: 'Get the plan of an organization',
    policy: { on: 'organization', permission: 'organization_admin_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: plan,
  }),
  changePlan: operation({
    method: 'PUT',
    path: '/platform/organizations/{slug}/plan',
    summary: 'Change the plan of an organization that has no subscription, as the operator',
    policy: { on: 'organization', permission: 'organization_admin_write' },
    params: slugParams,
    query: none,
    body: z.strictObject({ plan: z.enum(PLANS) }),
    status: 200,
    response: plan,
  }),
  listCosts: operation({
    method: 'GET',
    path: '/platform/costs',
    summary:
      'List what the projects of a month cost whoever runs the installation, beside what is billed for them',
    policy: { on: 'caller' },
    params: none,
    query: z.strictObject({
      month: month.optional(),
      after: z.string().max(64).optional().meta({ description: 'The `next` of the page before' }),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    body: none,
    status: 200,
    response: z.object({
      month: z.string(),
      spent: z.boolean().meta({
        description: 'False: on this machine a project costs nothing; it is what it would cost on AWS',
      }),
      prices: z
        .array(z.object({ item: z.string(), dollars: z.number(), unit: z.string(), source: z.url() }))
        .meta({ description: 'AWS’s list prices in us-east-1' }),
      organizations: z.array(costs).meta({ description: 'That have a project or a subscription; by slug' }),
      next: z.string().nullable(),
    }),
  }),
  subscribe: operation({
    method: 'POST',
    path: '/platform/organizations/{slug}/billing/checkout',
    summary: 'Subscribe to a plan, or change the subscription to another one',
    policy: { on: 'organization', permission: 'organization_admin_write' },
    params: slugParams,
    query: none,
    body: z.strictObject({ plan: z.enum(PAID_PLANS) }),
    status: 201,
    response: z.object({
      url: url
        .nullable()
        .meta({ description: 'Where to pay; null: the subscription that there was is being changed' }),
    }),
  }),
  openBillingPortal: operation({
    method: 'POST',
    path: '/platform/organizations/{slug}/billing/portal',
    summary: 'Get a page to see invoices at, to change how is paid, and to cancel the subscription',
    policy: { on: 'organization', permission: 'organization_admin_write' },
    params: slugParams,
    query: none,
    body: none,
    status: 201,
    response: z.object({ url }),
  }),
  receivePaymentEvent: operation({
    method: 'POST',
    path: '/platform/billing/webhook',
    summary: 'Take an event of Stripe, which proves by the header stripe-signature that it is one',
    policy: { on: 'public' },
    params: none,
    query: none,
    body: z.string().meta({ description: 'The event, byte for byte as it was signed' }),
    status: 200,
    response: z.object({ outcome: z.enum(['followed', 'ignored']) }),
  }),
} as const;
