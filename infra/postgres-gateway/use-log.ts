import { randomBytes } from 'node:crypto';
import type { Clock } from '../../functions/core/kernel/clock.port.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';

interface Use {
  readonly since: number;
  bytesIn: number;
  bytesOut: number;
  worked: boolean;
}

/**
 * What passed to and from each project's Postgres since it was written last, as lines of the form that the edge writes
 * for requests: who reads those counts these as well. Nothing of what was said is in them.
 */
export class UseLog {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;
  readonly #uses = new Map<ProjectRef, Use>();

  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** `work`: whether it is more than a sign that the client still lives. */
  sent(ref: ProjectRef, bytes: number, work: boolean): void {
    const use = this.#of(ref);
    use.bytesIn += bytes;
    use.worked ||= work;
  }

  answered(ref: ProjectRef, bytes: number): void {
    this.#of(ref).bytesOut += bytes;
  }

  /** Writes a line for each project that something passed for. To be called about once a minute, and at the end. */
  flush(): void {
    const now = this.#clock.now();
    for (const [ref, { since, bytesIn, bytesOut, worked }] of this.#uses) {
      this.#write(
        JSON.stringify({
          time: now.toISOString(),
          ref,
          service: 'postgres',
          method: worked ? 'WORK' : 'IDLE',
          status: 200,
          bytes_in: bytesIn,
          bytes_out: bytesOut,
          duration: (now.getTime() - since) / 1000,
          request_id: randomBytes(16).toString('hex'),
          outcome: 'project',
        }),
      );
    }
    this.#uses.clear();
  }

  #of(ref: ProjectRef): Use {
    const known = this.#uses.get(ref);
    if (known !== undefined) return known;
    const use = { since: this.#clock.now().getTime(), bytesIn: 0, bytesOut: 0, worked: false };
    this.#uses.set(ref, use);
    return use;
  }
}
