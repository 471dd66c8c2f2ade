import type { JsonObject } from './json.ts';
import type { Result } from './result.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The two secondary indexes of the table; an item is in an index when it has that key. */
export type IndexName = 'index1' | 'index2';

export interface Item extends Key {
  /** 1 for a new item, one more with every write that was conditional on it, 0 when written unconditionally. */
  readonly version: number;
  readonly index1?: Key;
  readonly index2?: Key;
  /** Whole seconds since the epoch. From that second on the item is absent: to reads, to listings and to conditions. */
  readonly expires_at?: number;
  readonly data: JsonObject;
}

/** An entity as read, with the version that a write of it is to be conditional on. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

export type NewItem = Omit<Item, 'version'>;

/** `absent`: no such item. `any`: unconditional. A version: the item exists and has it. */
export type Condition = 'absent' | 'any' | { readonly version: number };

export type Write =
  | { readonly kind: 'put'; readonly item: NewItem; readonly if: Condition }
  | { readonly kind: 'delete'; readonly key: Key; readonly if: Exclude<Condition, 'absent'> }
  | { readonly kind: 'check'; readonly key: Key; readonly if: Exclude<Condition, 'any'> };

/** The position, in the list that was written, of the first write whose condition did not hold. */
export interface ConditionFailed {
  readonly code: 'condition_failed';
  readonly write: number;
}

export interface Range {
  readonly pk: string;
  readonly prefix?: string;
  /** At most this many items in a page; 1 to 1000, by default 100. */
  readonly limit?: number;
  readonly cursor?: string;
  /** Descending order of the sort key. */
  readonly reverse?: boolean;
}

export interface Page {
  readonly items: readonly Item[];
  /** Hand it back as `cursor`, with the same range, for the next page; absent on the last one. */
  readonly cursor?: string;
}

/** DynamoDB's limit on a transaction. */
export const MAX_WRITES = 100;

/**
 * The control plane's state, with the guarantees and the limits of a DynamoDB table and no more. Reads by key are
 * strongly consistent; reads by index may lag. Sort keys are ordered by their UTF-8 bytes. `write` is all or nothing.
 * Rejects with a RangeError for what no caller should send (an empty key, a key twice or more than 100 writes in one
 * transaction), with a PortError for an item over 400 KB and for a cursor that is not of the listing, with a
 * TransientError when asking again may help.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  query(range: Range): Promise<Page>;
  queryIndex(index: IndexName, range: Range): Promise<Page>;
  write(writes: readonly Write[]): Promise<Result<void, ConditionFailed>>;
}
