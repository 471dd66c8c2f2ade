import { z } from 'zod';
import { TransientError } from '../kernel/errors.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import type { Key, Table, Versioned, Write } from '../kernel/table.port.ts';
import { type Organization, isSubscribed } from '../organization/organization.ts';
import { monthOf, monthSchema } from '../usage/period.ts';

const ledgerSchema = z.object({
  /** The oldest month that something may still be owed for. */
  from: monthSchema,
  /** Cents by month: what was reported, and what is about to be. */
  reported: z.record(z.string(), z.int().nonnegative()),
  /** An event that the provider may or may not have. */
  pending: z
    .object({ id: z.string(), month: monthSchema, cents: z.int().positive(), at: z.iso.datetime() })
    .nullable(),
  /** When the last event was of. */
  last_at: z.iso.datetime().nullable(),
});

/** What of an organization's usage the payment provider has been told. */
export type UsageLedger = z.infer<typeof ledgerSchema>;

const keyOf = (slug: OrganizationSlug): Key => ({ pk: `ORGANIZATION#${slug}`, sk: 'USAGE_LEDGER' });

export async function readLedger(
  slug: OrganizationSlug,
  table: Table,
): Promise<Versioned<UsageLedger> | undefined> {
  const item = await table.get(keyOf(slug));
  return item && { value: ledgerSchema.parse(item.data), version: item.version };
}

/** @throws {TransientError} another run of the job is at it */
export async function writeLedger(
  slug: OrganizationSlug,
  value: UsageLedger,
  version: number,
  table: Table,
): Promise<Versioned<UsageLedger>> {
  const item = { ...keyOf(slug), data: { ...value } };
  const written = await table.write([{ kind: 'put', item, if: { version } }]);
  if (!written.ok) throw new TransientError(`The usage of ${slug} is being reported by another run.`);
  return { value, version: version + 1 };
}

/** Of an organization that subscribes from now on: nothing is asked of it for the months before. */
export async function beginLedger(
  organization: Organization,
  now: Date,
  table: Table,
): Promise<readonly Write[]> {
  const { slug } = organization;
  const read = await readLedger(slug, table);
  if (read !== undefined && isSubscribed(organization)) return [];
  const from = monthOf(now);
  const reported = { [from]: read?.value.reported[from] ?? 0 };
  const { pending = null, last_at = null } = read?.value ?? {};
  const item = { ...keyOf(slug), data: { from, reported, pending, last_at } };
  return [{ kind: 'put', item, if: read === undefined ? 'absent' : { version: read.version } }];
}
