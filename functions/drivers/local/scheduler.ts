import { Cron } from 'croner';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Log } from '../../core/kernel/log.port.ts';

export interface ScheduledJob {
  readonly name: string;
  /** Seconds. */
  readonly every: number;
  readonly run: (due: Date) => Promise<void>;
}

/** Starts jobs by the clock of this machine. While one still runs, its next runs are left out. */
export class LocalScheduler {
  readonly #parts: { readonly clock: Clock; readonly log: Log };
  readonly #crons: Cron[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(parts: { readonly clock: Clock; readonly log: Log }) {
    this.#parts = parts;
  }

  start(jobs: readonly ScheduledJob[]): void {
    for (const job of jobs) this.#crons.push(this.#schedule(job));
  }

  /** Starts none any more; answers when those that run have ended. */
  async close(): Promise<void> {
    for (const cron of this.#crons.splice(0)) cron.stop();
    await Promise.all(this.#running);
  }

  #schedule({ name, every, run }: ScheduledJob): Cron {
    const { clock, log } = this.#parts;
    let due = clock.now().getTime() + every * 1000;
    const turn = async (): Promise<void> => {
      const now = clock.now().getTime();
      const missed = Math.max(0, Math.floor((now - due) / (every * 1000)));
      const running = run(new Date(due)).catch((error: unknown) =>
        log.error('a job could not be run', error, { job: name }),
      );
      due += (missed + 1) * every * 1000;
      this.#running.add(running);
      await running;
      this.#running.delete(running);
    };
    return new Cron('* * * * * *', { interval: every, protect: true, startAt: new Date(due) }, turn);
  }
}
