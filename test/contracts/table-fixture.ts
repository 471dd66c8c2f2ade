import { afterEach } from 'vitest';
import type { JsonObject } from '../../functions/core/kernel/json.ts';
import type {
  Condition,
  IndexName,
  Item,
  NewItem,
  Page,
  Range,
  Table,
  Write,
} from '../../functions/core/kernel/table.port.ts';
import type { MakeTable, TableUnderTest } from './table.contract.ts';

export const START = new Date('2026-01-01T00:00:00Z');

export interface SettableClock {
  now(): Date;
  advance(seconds: number): void;
}

export function settableClock(): SettableClock {
  let at = START.getTime();
  return { now: () => new Date(at), advance: (seconds) => void (at += seconds * 1000) };
}

/** Within a `describe`: gives each test an empty table, and closes it. */
export function freshTables(makeTable: MakeTable): (clock?: SettableClock) => Promise<Table> {
  const open: TableUnderTest[] = [];
  afterEach(async () => {
    for (const made of open.splice(0)) await made.close();
  });
  return async (clock = settableClock()) => {
    const made = await makeTable(clock);
    open.push(made);
    return made.table;
  };
}

export function put(pk: string, sk: string, condition: Condition = 'absent', data: JsonObject = {}): Write {
  return { kind: 'put', item: { pk, sk, data }, if: condition };
}

function putItem(item: NewItem, condition: Condition = 'absent'): Write {
  return { kind: 'put', item, if: condition };
}

/** Writes what must succeed, in as many transactions as it takes. */
export async function fill(table: Table, items: readonly NewItem[]): Promise<void> {
  for (let start = 0; start < items.length; start += 100) {
    const written = await table.write(items.slice(start, start + 100).map((item) => putItem(item)));
    if (!written.ok) throw new Error(`write ${start + written.error.write} of the fixture failed`);
  }
}

/** All pages of a listing, each asked for with the cursor of the one before. */
export async function pages(table: Table, range: Range, index?: IndexName): Promise<(readonly Item[])[]> {
  const found: (readonly Item[])[] = [];
  let cursor: string | undefined;
  do {
    const next = { ...range, ...(cursor !== undefined && { cursor }) };
    const page: Page = await (index ? table.queryIndex(index, next) : table.query(next));
    found.push(page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

export function sortKeys(items: readonly Item[]): string[] {
  return items.map((item) => item.sk);
}

export function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
