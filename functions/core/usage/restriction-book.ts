import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import { type Restriction, restrictions } from './restriction.ts';

/** What every request is asked against, at hand: as the table had it at the last reload. */
export class RestrictionBook {
  readonly #table: Table;
  #known: ReadonlyMap<ProjectRef, readonly Restriction[]> = new Map();

  constructor(table: Table) {
    this.#table = table;
  }

  of(ref: ProjectRef): readonly Restriction[] {
    return this.#known.get(ref) ?? [];
  }

  async reload(): Promise<void> {
    this.#known = Map.groupBy(await restrictions(this.#table), ({ ref }) => ref);
  }
}
