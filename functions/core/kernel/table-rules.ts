import { PortError } from './errors.ts';
import type { Item, Key, NewItem, Range, Write } from './table.port.ts';
import { MAX_WRITES } from './table.port.ts';

/** DynamoDB's limits, in bytes of UTF-8; where it says KB or MB, the smaller reading of it. */
const MAX_PK_BYTES = 2048;
const MAX_SK_BYTES = 1024;
export const MAX_ITEM_BYTES = 400_000;
const MAX_TRANSACTION_BYTES = 4_000_000;

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** A DynamoDB number is at most this long, and an item counts the names of its attributes too. */
const NUMBER_BYTES = 21;

/** UTF-8 of one unit of UTF-16. */
const MOST_BYTES_A_UNIT = 3;

const bytes = (text: string): number => Buffer.byteLength(text);

function checkKeyPart(name: string, value: string, most: number): void {
  if (value === '') throw new RangeError(`The key's ${name} is empty`);
  if (!value.isWellFormed())
    throw new RangeError(`The key's ${name} is not Unicode: it has a lone surrogate`);
  if (value.length * MOST_BYTES_A_UNIT > most && bytes(value) > most)
    throw new RangeError(`The key's ${name} is ${bytes(value)} bytes, more than ${most}`);
}

export function checkKey(key: Key): void {
  checkKeyPart('pk', key.pk, MAX_PK_BYTES);
  checkKeyPart('sk', key.sk, MAX_SK_BYTES);
}

/** What an item weighs in a DynamoDB table, never less than DynamoDB's own count. */
export function itemBytes(item: NewItem): number {
  const keys = [['', item] as const, ['index1', item.index1] as const, ['index2', item.index2] as const];
  let total = 'version'.length + NUMBER_BYTES + 'data'.length + bytes(JSON.stringify(item.data));
  if (item.expires_at !== undefined) total += 'expires_at'.length + NUMBER_BYTES;
  for (const [index, key] of keys) {
    if (key) total += bytes(`${index}pk${key.pk}${index}sk${key.sk}`);
  }
  return total;
}

function checkItem(item: NewItem): number {
  checkKey(item);
  if (item.index1) checkKey(item.index1);
  if (item.index2) checkKey(item.index2);
  if (item.expires_at !== undefined && !Number.isSafeInteger(item.expires_at)) {
    throw new RangeError('expires_at is not a whole number of seconds');
  }
  const size = itemBytes(item);
  if (size > MAX_ITEM_BYTES) {
    throw new PortError(`An item of ${size} bytes is more than the ${MAX_ITEM_BYTES} that one may have.`, {
      suggestion: 'Store less in one record.',
    });
  }
  return size;
}

/** Holds every driver to the limits of the strictest one, so that what works here works there. */
export function checkWrites(writes: readonly Write[]): void {
  if (writes.length === 0 || writes.length > MAX_WRITES) {
    throw new RangeError(`${writes.length} writes: a transaction has 1 to ${MAX_WRITES}`);
  }
  const seen = new Set<string>();
  let total = 0;
  for (const write of writes) {
    const key = write.kind === 'put' ? write.item : write.key;
    if (write.kind === 'put') total += checkItem(write.item);
    else checkKey(key);
    const name = JSON.stringify([key.pk, key.sk]);
    if (seen.has(name)) throw new RangeError(`The key ${name} stands twice in one transaction`);
    seen.add(name);
  }
  if (total > MAX_TRANSACTION_BYTES) {
    throw new RangeError(`${total} bytes: a transaction has at most ${MAX_TRANSACTION_BYTES}`);
  }
}

/** The page's size. */
export function checkRange(range: Range): number {
  checkKeyPart('pk', range.pk, MAX_PK_BYTES);
  if (range.prefix) checkKeyPart('prefix', range.prefix, MAX_SK_BYTES);
  const limit = range.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new RangeError(`limit ${limit}: a page has 1 to ${MAX_LIMIT} items`);
  }
  return limit;
}

export function secondsOf(now: Date): number {
  return Math.floor(now.getTime() / 1000);
}

export function nextVersion(write: Extract<Write, { kind: 'put' }>): Item['version'] {
  if (write.if === 'any') return 0;
  return write.if === 'absent' ? 1 : write.if.version + 1;
}
