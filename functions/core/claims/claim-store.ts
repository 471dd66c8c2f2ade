import { hash } from 'node:crypto';
import { z } from 'zod';
import { type ProjectRef, projectRefSchema, userIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import type { Key, Table, Versioned, Write } from '../kernel/table.port.ts';

/** What is kept of a claim token: never the token, only its digest. A project has one at most. */
const claimSchema = z.object({
  ref: projectRefSchema,
  /** SHA-256 of the token, in hex. */
  digest: z.string(),
  token_alias: z.string(),
  created_by: userIdSchema,
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});

export type Claim = z.infer<typeof claimSchema>;

/** Supabase's form: 160 bits, in hex. */
export const newClaimToken = (random: Random) => Buffer.from(random.bytes(20)).toString('hex');

export const digestOf = (token: string) => hash('sha256', token);

/** Beside its project, with which it goes. */
const claimKey = (ref: ProjectRef): Key => ({ pk: `PROJECT#${ref}`, sk: 'CLAIM' });

export async function claimOf(ref: ProjectRef, table: Table): Promise<Versioned<Claim> | undefined> {
  const item = await table.get(claimKey(ref));
  return item && { value: claimSchema.parse(item.data), version: item.version };
}

/** The index may be behind; what the table says now decides. */
export async function claimBy(token: string, table: Table): Promise<Versioned<Claim> | undefined> {
  const digest = digestOf(token);
  const { items } = await table.queryIndex('index2', { pk: `CLAIM#${digest}`, limit: 1 });
  const [indexed] = items.map(({ data }) => claimSchema.parse(data));
  const found = indexed && (await claimOf(indexed.ref, table));
  return found?.value.digest === digest ? found : undefined;
}

export function putClaim(claim: Claim): Write {
  const item = {
    ...claimKey(claim.ref),
    index2: { pk: `CLAIM#${claim.digest}`, sk: 'CLAIM' },
    expires_at: Math.floor(Date.parse(claim.expires_at) / 1000),
    data: { ...claim },
  };
  return { kind: 'put', if: 'any', item };
}

export const deleteClaim = ({ value, version }: Versioned<Claim>): Write => ({
  kind: 'delete',
  key: claimKey(value.ref),
  if: { version },
});
