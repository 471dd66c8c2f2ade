import { z } from 'zod';
import {
  type OrganizationSlug,
  type ProjectRef,
  organizationSlugSchema,
  projectRefSchema,
} from '../kernel/ids.ts';
import type { Key, Table, Write } from '../kernel/table.port.ts';
import type { Plan } from '../../contract/plans.ts';
import { PLAN_LIMITS } from '../organization/plans.ts';
import { BILLING_ITEMS, BILLING_ITEM_NAMES, type BillingItem } from './billing-items.ts';
import { METERED_SERVICES, type MeteredService } from './meters.ts';

/** What a project may not do any more: write to its database, take files, or answer at all. */
const RESTRICTION_EFFECTS = ['database_read_only', 'uploads_refused', 'requests_refused'] as const;

type RestrictionEffect = (typeof RESTRICTION_EFFECTS)[number];

interface Rule {
  readonly effect: RestrictionEffect;
  readonly services: readonly MeteredService[];
}

/**
 * What becomes of a project past the limit of a plan that refuses more. What is not here is held to its limit where it
 * happens, or is not to be had on such a plan at all.
 */
export const RESTRICTION_RULES: Readonly<Partial<Record<BillingItem, Rule>>> = {
  disk_size: { effect: 'database_read_only', services: [] },
  storage_size: { effect: 'uploads_refused', services: ['storage'] },
  egress: { effect: 'requests_refused', services: METERED_SERVICES },
  monthly_active_users: { effect: 'requests_refused', services: ['auth'] },
  realtime_messages: { effect: 'requests_refused', services: ['realtime'] },
  function_invocations: { effect: 'requests_refused', services: ['functions'] },
};

const restrictionSchema = z.object({
  ref: projectRefSchema,
  organization: organizationSlugSchema,
  item: z.enum(BILLING_ITEM_NAMES),
  since: z.iso.datetime(),
});

export interface Restriction extends Rule {
  readonly ref: ProjectRef;
  readonly organization: OrganizationSlug;
  readonly item: BillingItem;
  readonly since: string;
}

/** All in one place, so that gateways learn of them with one question. */
const RESTRICTIONS = 'RESTRICTIONS';

export const restrictionKey = (ref: ProjectRef, item: BillingItem): Key => ({
  pk: RESTRICTIONS,
  sk: `${ref}#${item}`,
});

export function restrictionWrite({ ref, organization, item, since }: Omit<Restriction, keyof Rule>): Write {
  return {
    kind: 'put',
    if: 'absent',
    item: { ...restrictionKey(ref, item), data: { ref, organization, item, since } },
  };
}

/** Of one project, or of all. */
export async function restrictions(table: Table, ref?: ProjectRef): Promise<readonly Restriction[]> {
  const found: Restriction[] = [];
  let cursor: string | undefined;
  do {
    const page = await table.query({
      pk: RESTRICTIONS,
      limit: 1000,
      ...(ref === undefined ? {} : { prefix: `${ref}#` }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { data } of page.items) {
      const read = restrictionSchema.parse(data);
      const rule = RESTRICTION_RULES[read.item];
      if (rule !== undefined) found.push({ ...read, ...rule });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** What whoever is refused something may do about it. */
export const OVER_QUOTA =
  'The usage of the organization, on its dashboard, tells what is used up; another plan includes more.';

/** For whoever is refused something. */
export function explain({ item, effect }: Pick<Restriction, 'item' | 'effect'>, plan: Plan = 'free'): string {
  const { title, hourly, unit, included } = BILLING_ITEMS[item];
  const limit = included(PLAN_LIMITS[plan]);
  const what = `The ${hourly ? 'quota' : 'monthly quota'} of ${title}${limit === null ? '' : ` (${sizeText(limit, unit)})`} is used up`;
  return `${what}: ${CONSEQUENCES[effect]}.`;
}

const CONSEQUENCES: Readonly<Record<RestrictionEffect, string>> = {
  database_read_only: 'the database is read-only',
  uploads_refused: 'no more files are taken',
  requests_refused: 'requests are refused',
};

const GB = 1024 ** 3;
const MB = 1024 ** 2;

function sizeText(amount: number, unit: string): string {
  if (!unit.startsWith('byte')) return amount.toLocaleString('en-US');
  return amount >= GB ? `${amount / GB} GB` : `${amount / MB} MB`;
}
