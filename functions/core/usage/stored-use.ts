import type { Clock } from '../kernel/clock.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import { type Activity, type Use, activityKey, laterOf, storedActivity } from '../project/activity.ts';
import type { UseOfProjects } from '../project/use.port.ts';

/** The use of projects as far as the table tells, for processes that see no request themselves. */
export class StoredUse implements UseOfProjects {
  readonly delayMs: number;
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(parts: { readonly table: Table; readonly clock: Clock; readonly delayMs: number }) {
    this.#table = parts.table;
    this.#clock = parts.clock;
    this.delayMs = parts.delayMs;
  }

  lastActivity(ref: ProjectRef): Promise<Activity> {
    return storedActivity(ref, this.#table);
  }

  async note(ref: ProjectRef, use: Use): Promise<void> {
    const now = { [use]: this.#clock.now().toISOString() };
    const data = { ...laterOf(await storedActivity(ref, this.#table), now) };
    await this.#table.write([{ kind: 'put', item: { ...activityKey(ref), data }, if: 'any' }]);
  }
}
