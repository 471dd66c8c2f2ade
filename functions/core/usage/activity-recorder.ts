import type { Clock } from '../kernel/clock.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { UseOfProjects } from '../project/use.port.ts';
import { type Activity, laterOf, storedActivity, type Use } from '../project/activity.ts';
import { writeActivity } from './write-activity.ts';

/** Projects whose activity one flush writes; the others wait for the next. */
const MAX_FLUSHED = 100;

interface Ports {
  readonly table: Table;
  readonly projects: ProjectStore;
  readonly clock: Clock;
  /** What uses a project at this moment: requests that are not over, connections that are open. */
  readonly openNow?: (ref: ProjectRef) => readonly Use[];
}

/**
 * When each project was last used. Noting costs no more than a write to memory, so that every request may do it; the
 * table gets it at the rate at which `flush` is called. What was noted since the last flush is lost by a crash.
 */
export class ActivityRecorder implements UseOfProjects {
  /** What is noted here is known at once. */
  readonly delayMs = 0;
  readonly #ports: Ports;
  readonly #noted = new Map<ProjectRef, Map<Use, number>>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  note(ref: ProjectRef, use: Use): void {
    const uses = this.#noted.get(ref) ?? new Map<Use, number>();
    this.#noted.set(ref, uses);
    uses.set(use, this.#ports.clock.now().getTime());
  }

  /** Of what was noted here and what earlier flushes have left. */
  async lastActivity(ref: ProjectRef): Promise<Activity> {
    const { table, clock, openNow = () => [] } = this.#ports;
    const stored = await storedActivity(ref, table);
    const now = clock.now().getTime();
    const open = textOf(new Map(openNow(ref).map((use) => [use, now])));
    return laterOf(laterOf(stored, textOf(this.#noted.get(ref))), open);
  }

  /** Writes what is not written yet, of those first whose turn is longest due. */
  async flush(limit = MAX_FLUSHED): Promise<void> {
    for (const [ref, uses] of [...this.#noted].slice(0, limit)) {
      this.#noted.delete(ref);
      if (!(await writeActivity(ref, textOf(uses), this.#ports))) this.#keep(ref, uses);
    }
  }

  #keep(ref: ProjectRef, uses: ReadonlyMap<Use, number>): void {
    this.#noted.set(ref, new Map([...uses, ...(this.#noted.get(ref) ?? [])]));
  }
}

function textOf(uses: ReadonlyMap<Use, number> | undefined): Activity {
  return Object.fromEntries([...(uses ?? [])].map(([use, at]) => [use, new Date(at).toISOString()]));
}
