import { BlockList, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Table, Versioned, Write } from '../kernel/table.port.ts';

/** Who may connect to a project's Postgres from outside. What takes the connections asks for it at each one. */
const databaseAccessSchema = z.object({
  /** A connection without TLS is refused. */
  sslEnforced: z.boolean(),
  /** CIDR blocks of IPv4; none: no IPv4 address may connect. */
  allowedCidrs: z.array(z.string()),
  allowedCidrsV6: z.array(z.string()),
  /** ISO 8601; null: as the project came. */
  changedAt: z.iso.datetime().nullable(),
});

export type DatabaseAccess = z.infer<typeof databaseAccessSchema>;

/** As on Supabase: anyone who has the password, until the owner says otherwise. */
const OPEN: DatabaseAccess = {
  sslEnforced: false,
  allowedCidrs: ['0.0.0.0/0'],
  allowedCidrsV6: ['::/0'],
  changedAt: null,
};

interface Ports {
  readonly table: Table;
}

const accessKey = (ref: ProjectRef) => ({ pk: `PROJECT#${ref}`, sk: 'DATABASE_ACCESS' });

export async function databaseAccess(ref: ProjectRef, ports: Ports): Promise<DatabaseAccess> {
  return (await readAccess(ref, ports)).value;
}

/** Version 0: nothing is stored yet. */
export async function readAccess(ref: ProjectRef, { table }: Ports): Promise<Versioned<DatabaseAccess>> {
  const item = await table.get(accessKey(ref));
  return item === undefined
    ? { value: OPEN, version: 0 }
    : { value: databaseAccessSchema.parse(item.data), version: item.version };
}

export function accessWrite(ref: ProjectRef, version: number, next: DatabaseAccess): Write {
  const item = { ...accessKey(ref), data: { ...next } };
  return { kind: 'put', item, if: version === 0 ? 'absent' : { version } };
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** A server that listens on both families sees IPv4 addresses written as IPv6. */
export function plainAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** Whether the address lies in one of the blocks that may connect. */
export function admits(access: DatabaseAccess, address: string): boolean {
  const plain = plainAddress(address);
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  const blocks = new BlockList();
  for (const cidr of family === 'ipv6' ? access.allowedCidrsV6 : access.allowedCidrs) {
    const [network = '', prefix = ''] = cidr.split('/');
    blocks.addSubnet(network, Number(prefix), family);
  }
  return blocks.check(plain, family);
}
