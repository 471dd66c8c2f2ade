import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Amounts } from '../../functions/core/usage/meters.ts';

const HOUR_MS = 3600_000;

/** A level that each project has, so that what is sampled is known beforehand. */
export const databaseBytes = (ref: ProjectRef) => 8_000_000 + ref.charCodeAt(0) * 1000 + ref.charCodeAt(1);

interface Known {
  readonly hours: Map<number, Record<string, number>>;
  /** Starts and ends of what ran, in turn. */
  readonly changes: number[];
  lastUse: number;
}

/** What must have been counted and judged, kept by plain addition and by none of the code under test. */
export class Oracle {
  readonly #projects = new Map<ProjectRef, Known>();

  started(ref: ProjectRef, at: number): void {
    const known = this.#of(ref);
    known.changes.push(at);
    known.lastUse = Math.max(known.lastUse, at);
  }

  stopped(ref: ProjectRef, at: number): void {
    this.#of(ref).changes.push(at);
  }

  used(ref: ProjectRef, at: number, meters: Amounts): void {
    const known = this.#of(ref);
    known.lastUse = Math.max(known.lastUse, at);
    for (const [meter, amount] of Object.entries(meters)) this.#add(known, at, meter, amount);
  }

  /** Since when nobody has used it and it has not been started. */
  idleSince(ref: ProjectRef): number {
    return this.#of(ref).lastUse;
  }

  /** The hours that it ran in. */
  hoursRun(ref: ProjectRef, until: number): ReadonlySet<number> {
    const { changes } = this.#of(ref);
    const hours = new Set<number>();
    for (let at = 0; at < changes.length; at += 2) {
      const end = changes[at + 1] ?? until;
      for (let hour = Math.floor((changes[at] ?? 0) / HOUR_MS); hour * HOUR_MS < end; hour += 1)
        hours.add(hour);
    }
    return hours;
  }

  /** The meters of each hour that has any, by its number since the epoch. */
  hours(ref: ProjectRef, until: number): ReadonlyMap<number, Readonly<Record<string, number>>> {
    const hours = new Map([...this.#of(ref).hours].map(([hour, meters]) => [hour, { ...meters }]));
    for (const hour of this.hoursRun(ref, until))
      hours.set(hour, { ...hours.get(hour), database_bytes: databaseBytes(ref) });
    return hours;
  }

  totals(ref: ProjectRef, until: number): Readonly<Record<string, number>> {
    const totals: Record<string, number> = {};
    for (const meters of this.hours(ref, until).values())
      for (const [meter, amount] of Object.entries(meters)) totals[meter] = (totals[meter] ?? 0) + amount;
    return totals;
  }

  #of(ref: ProjectRef): Known {
    const known = this.#projects.get(ref) ?? { hours: new Map(), changes: [], lastUse: 0 };
    this.#projects.set(ref, known);
    return known;
  }

  #add({ hours }: Known, at: number, meter: string, amount: number): void {
    const hour = Math.floor(at / HOUR_MS);
    const meters = hours.get(hour) ?? {};
    meters[meter] = (meters[meter] ?? 0) + amount;
    hours.set(hour, meters);
  }
}
