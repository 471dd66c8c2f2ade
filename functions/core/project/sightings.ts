import { z } from 'zod';
import type { Clock } from '../kernel/clock.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';

/** One that is not seen again for so long has gone; what is found under its name later is something else. */
const FORGOTTEN_AFTER_SECONDS = 24 * 3600;

const sightingSchema = z.object({ first_seen: z.iso.datetime() });

/**
 * Since when there has been something under a project's name that no record tells of. Not everything that a project
 * has carries a date of its own, as a database on a shared cluster or an address does not.
 */
export class Sightings {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(table: Table, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** For how many milliseconds it has been seen; it has been, now. */
  async age(ref: ProjectRef): Promise<number> {
    const now = this.#clock.now();
    const key = { pk: 'ORPHANS', sk: ref };
    const before = await this.#table.get(key);
    const { first_seen } = before ? sightingSchema.parse(before.data) : { first_seen: now.toISOString() };
    const expires_at = Math.floor(now.getTime() / 1000) + FORGOTTEN_AFTER_SECONDS;
    await this.#table.write([{ kind: 'put', item: { ...key, expires_at, data: { first_seen } }, if: 'any' }]);
    return now.getTime() - Date.parse(first_seen);
  }
}
