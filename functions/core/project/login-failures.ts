import { z } from 'zod';
import type { Clock } from '../kernel/clock.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { secondsOf } from '../kernel/table-rules.ts';
import type { Item, Table, Write } from '../kernel/table.port.ts';
import { plainAddress } from './database-access.ts';

/** So many wrong passwords in a row from one address, none further from the last than the window, and it is banned. */
export const MAX_FAILURES = 10;
export const WINDOW_SECONDS = 10 * 60;
/** Supabase's. */
export const BAN_SECONDS = 30 * 60;
/**
 * Of an address that all programs of one machine share. Half an hour would let any of them lock the owner out; a minute
 * leaves whoever guesses ten passwords of it.
 */
export const LOOPBACK_BAN_SECONDS = 60;

const isLoopback = (address: string) => /^127\.|^::1$/.test(plainAddress(address));

const failuresSchema = z.object({
  address: z.string(),
  count: z.int(),
  /** When it is forgotten, in seconds since the epoch. */
  until: z.int(),
});

export interface Ban {
  readonly address: string;
  readonly until: Date;
}

interface Ports {
  readonly table: Table;
}

const failuresKey = (ref: ProjectRef, address: string) => ({
  pk: `PROJECT#${ref}`,
  sk: `LOGIN_FAILURES#${plainAddress(address)}`,
});

/** Counts a wrong password. True: the address is banned from now on. */
export async function recordFailedLogin(
  ref: ProjectRef,
  address: string,
  ports: Ports & { readonly clock: Clock },
): Promise<boolean> {
  const key = failuresKey(ref, address);
  for (;;) {
    const before = await ports.table.get(key);
    const count = countOf(before) + 1;
    const banned = count >= MAX_FAILURES;
    const until = secondsOf(ports.clock.now()) + (banned ? banOf(address) : WINDOW_SECONDS);
    const item = { ...key, expires_at: until, data: { address: plainAddress(address), count, until } };
    const condition = before === undefined ? 'absent' : { version: before.version };
    const written = await ports.table.write([{ kind: 'put', item, if: condition }]);
    // Another connection has counted at the same moment: count on from there.
    if (written.ok) return banned;
  }
}

const banOf = (address: string) => (isLoopback(address) ? LOOPBACK_BAN_SECONDS : BAN_SECONDS);

/** To be called after a right password: the count is of failures in a row. */
export async function forgetFailedLogins(ref: ProjectRef, address: string, { table }: Ports): Promise<void> {
  await table.write([forgetWrite(ref, address)]);
}

export function forgetWrite(ref: ProjectRef, address: string): Write {
  return { kind: 'delete', key: failuresKey(ref, address), if: 'any' };
}

export async function isBanned(ref: ProjectRef, address: string, { table }: Ports): Promise<boolean> {
  return countOf(await table.get(failuresKey(ref, address))) >= MAX_FAILURES;
}

function countOf(item: Item | undefined): number {
  return item === undefined ? 0 : failuresSchema.parse(item.data).count;
}

/** The bans in force. */
export async function bansOf(ref: ProjectRef, { table }: Ports): Promise<readonly Ban[]> {
  const bans: Ban[] = [];
  let cursor: string | undefined;
  do {
    const range = { pk: `PROJECT#${ref}`, prefix: 'LOGIN_FAILURES#' };
    const page = await table.query({ ...range, ...(cursor === undefined ? {} : { cursor }) });
    for (const { data } of page.items) {
      const { address, count, until } = failuresSchema.parse(data);
      if (count >= MAX_FAILURES) bans.push({ address, until: new Date(until * 1000) });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return bans;
}
