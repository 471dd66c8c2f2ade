import { PortError } from './errors.ts';
import type { IndexName, Item, Page, Range } from './table.port.ts';

/** Where an item stands in a listing: its sort key and, where that may repeat, what tells it from its equals. */
export type Position = readonly [sk: string, ...tie: string[]];

function positionOf(item: Item, index?: IndexName): Position {
  if (!index) return [item.sk];
  const key = item[index];
  if (!key) throw new Error(`An item without ${index} came out of ${index}`);
  return [key.sk, item.pk, item.sk];
}

const encode = (position: Position) => Buffer.from(JSON.stringify(position)).toString('base64url');

/** A cursor of the table itself, not of an index, for what comes behind this sort key, whether or not an item has it. */
export const cursorAfter = (sk: string): string => encode([sk]);

/** `found` holds one item more than `limit` where there is another page. */
export function pageOf(found: readonly Item[], limit: number, index?: IndexName): Page {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (found.length <= limit || !last) return { items };
  return { items, cursor: encode(positionOf(last, index)) };
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** A cursor may have been through a client's hands: it must not reach what its listing would not have shown. */
export function startOf(range: Range, index?: IndexName): Position | undefined {
  if (range.cursor === undefined) return undefined;
  const position = decode(range.cursor);
  if (Array.isArray(position) && position.length === (index ? 3 : 1)) {
    const [sk, ...tie]: unknown[] = position;
    const usable = (part: unknown): part is string =>
      typeof part === 'string' && part !== '' && part.isWellFormed();
    if (usable(sk) && sk.startsWith(range.prefix ?? '') && tie.every(usable)) return [sk, ...tie];
  }
  throw new PortError('The cursor is not one that this listing gave out.', {
    suggestion: 'Start again from the first page.',
  });
}
