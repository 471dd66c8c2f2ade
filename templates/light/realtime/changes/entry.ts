import type { Caller } from '../rights/caller-sessions.ts';
import type { ChangesWanted, Deliver } from '../ports.ts';
import type { Filter } from './filter.ts';

/** One wish of a subscription. */
export interface Entry {
  readonly id: number;
  readonly event: ChangesWanted['event'];
  readonly schema: string;
  readonly table: string;
  readonly filters: readonly Filter[];
  /** The columns that it is to be told; undefined: all. */
  readonly select: readonly string[] | undefined;
  readonly subscriber: Subscriber;
}

export interface Subscriber {
  /** Whoever the client's token says they are now. */
  caller: Caller;
  readonly deliver: Deliver;
}

/** Stands for every schema, or every table. */
export const ANY = '*';

/** All wishes, by what they are about. */
export class Entries {
  readonly #byTable = new Map<string, Set<Entry>>();

  add(entry: Entry): void {
    const key = keyOf(entry.schema, entry.table);
    const known = this.#byTable.get(key) ?? new Set();
    this.#byTable.set(key, known.add(entry));
  }

  remove(entry: Entry): void {
    const key = keyOf(entry.schema, entry.table);
    const known = this.#byTable.get(key);
    known?.delete(entry);
    if (known?.size === 0) this.#byTable.delete(key);
  }

  /** Whether anybody wants changes of the table; asked for each change. */
  concern(schema: string, table: string): boolean {
    return places(schema, table).some((key) => this.#byTable.has(key));
  }

  of(schema: string, table: string): readonly Entry[] {
    return places(schema, table).flatMap((key) => [...(this.#byTable.get(key) ?? [])]);
  }
}

function places(schema: string, table: string): readonly string[] {
  return [keyOf(schema, table), keyOf(schema, ANY), keyOf(ANY, table), keyOf(ANY, ANY)];
}

function keyOf(schema: string, table: string): string {
  return JSON.stringify([schema, table]);
}
