import type { PlanLimits } from '../organization/plans.ts';
import { METERED_SERVICES, type Meter, egressOf } from './meters.ts';
import type { OVERAGE_PRICES } from './prices.ts';

export type BillingItem = keyof typeof OVERAGE_PRICES;

interface Row {
  /** As Supabase's invoices and limits have it. */
  readonly title: string;
  readonly unit: string;
  /** Added up. */
  readonly meters: readonly Meter[];
  /** What the plan includes, in the meter's units. Null: as much as one likes. */
  readonly included: (limits: PlanLimits) => number | null;
  /** By the hour: included for each hour of the month. */
  readonly hourly: boolean;
  /** Of what the plan includes, each project has as much; otherwise all share it. */
  readonly scope: 'organization' | 'project';
}

/** What is sold past what a plan includes, and what it is counted by. */
export const BILLING_ITEMS: Readonly<Record<BillingItem, Row>> = {
  egress: {
    title: 'Egress',
    unit: 'bytes',
    meters: [...METERED_SERVICES.map(egressOf), 'egress_bytes_postgres'],
    included: ({ egress_bytes }) => egress_bytes,
    hourly: false,
    scope: 'organization',
  },
  monthly_active_users: {
    title: 'Monthly Active Users',
    unit: 'users',
    meters: ['monthly_active_users'],
    included: ({ monthly_active_users }) => monthly_active_users,
    hourly: false,
    scope: 'organization',
  },
  storage_size: {
    title: 'Storage Size',
    unit: 'byte-hours',
    meters: ['storage_bytes'],
    included: ({ storage_bytes }) => storage_bytes,
    hourly: true,
    scope: 'organization',
  },
  disk_size: {
    title: 'Disk Size',
    unit: 'byte-hours',
    meters: ['database_bytes'],
    included: ({ database_bytes }) => database_bytes,
    hourly: true,
    scope: 'project',
  },
  realtime_messages: {
    title: 'Realtime Messages',
    unit: 'messages',
    meters: ['realtime_messages'],
    included: ({ realtime_messages }) => realtime_messages,
    hourly: false,
    scope: 'organization',
  },
  realtime_peak_connections: {
    title: 'Realtime Peak Connections',
    unit: 'connections',
    meters: ['realtime_peak_connections'],
    included: ({ realtime_connections }) => realtime_connections,
    hourly: false,
    scope: 'organization',
  },
  function_invocations: {
    title: 'Function Invocations',
    unit: 'invocations',
    meters: ['function_invocations'],
    included: ({ function_invocations }) => function_invocations,
    hourly: false,
    scope: 'organization',
  },
  image_transformations: {
    title: 'Storage Image Transformations',
    unit: 'images',
    meters: ['image_transformations'],
    included: ({ image_transformations }) => image_transformations,
    hourly: false,
    scope: 'organization',
  },
};

export const BILLING_ITEM_NAMES = Object.keys(BILLING_ITEMS).filter(
  (name): name is BillingItem => name in BILLING_ITEMS,
);
