import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectStatus } from '../../functions/contract/status.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Actor } from '../../functions/core/organization/principal.ts';
import { systemActor } from '../../functions/core/organization/system-actor.ts';
import {
  type Arrival,
  type WakePorts,
  isWatching,
  wakeProject,
} from '../../functions/core/project/wake-project.ts';

/** A restore takes a second; on a machine under full load, half a minute. */
const HOLD_MS = 30_000;
/** A look reads one row. */
const LOOK_EVERY_MS = 20;

export type Woken =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'running'; readonly socketPath: string }
  /** It has taken too long. */
  | { readonly kind: 'coming'; readonly status: ProjectStatus }
  /** It stays as it is until somebody does something about it. */
  | { readonly kind: 'asleep'; readonly status: ProjectStatus };

/** Whoever watches is not held, and holds nobody else. */
function reasonOf(arrival: Arrival): string {
  if (isWatching(arrival)) return 'watch';
  return arrival.hasKey ? 'key' : `${arrival.path.split('/', 2)[1]}`;
}

export interface WakingParts {
  readonly ports: WakePorts;
  /** What takes the project's connections, where it does already. */
  readonly find: (ref: ProjectRef) => Promise<string | undefined>;
  readonly holdMs?: number;
  /** Told of each wait, with the reason that it ended for. */
  readonly onEnd?: (kind: Woken['kind'], seconds: number) => void;
}

/** Holds arrivals until their project runs, and has it restored where they are a reason to. */
export class Waking {
  readonly #parts: WakingParts;
  readonly #waiting = new Map<string, Promise<Woken>>();
  #closed = false;

  constructor(parts: WakingParts) {
    this.#parts = parts;
  }

  /** Whoever comes with the same reason while others wait waits with them: one look for all. */
  wake(ref: ProjectRef, arrival: Arrival, from: Pick<Actor, 'ip' | 'request_id'>): Promise<Woken> {
    const name = `${ref} ${reasonOf(arrival)}`;
    const known = this.#waiting.get(name);
    if (known !== undefined) return known;
    const began = performance.now();
    const waiting = this.#hold(ref, arrival, systemActor(from)).finally(() => this.#waiting.delete(name));
    if (!isWatching(arrival))
      void waiting.then(
        ({ kind }) => this.#parts.onEnd?.(kind, (performance.now() - began) / 1000),
        () => {},
      );
    this.#waiting.set(name, waiting);
    return waiting;
  }

  /** Lets go of all who wait. */
  close(): void {
    this.#closed = true;
  }

  async #hold(ref: ProjectRef, arrival: Arrival, actor: Actor): Promise<Woken> {
    const { ports, find, holdMs = HOLD_MS } = this.#parts;
    const until = performance.now() + holdMs;
    for (;;) {
      const wake = await wakeProject(ref, arrival, actor, ports);
      if (wake.kind === 'unknown' || wake.kind === 'asleep') return wake;
      const socketPath = wake.kind === 'ready' ? await find(ref) : undefined;
      if (socketPath !== undefined) return { kind: 'running', socketPath };
      if (this.#closed || performance.now() >= until) return { kind: 'coming', status: wake.status };
      await sleep(LOOK_EVERY_MS);
    }
  }
}
