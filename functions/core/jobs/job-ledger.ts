import { JOBS, type JobName } from '../../contract/jobs.ts';
import type { Clock } from '../kernel/clock.port.ts';
import type { Key, Table, Versioned } from '../kernel/table.port.ts';
import { type JobRecord, jobRecordSchema } from './job-run.ts';

const keyOf = (name: JobName): Key => ({ pk: 'JOBS', sk: name });

/** Two schedulers can meet at a record; whoever loses looks again. */
const ATTEMPTS = 5;

/** The runs of jobs: who may begin one, and how the last ones went. */
export class JobLedger {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(table: Table, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  async find(name: JobName): Promise<Versioned<JobRecord> | undefined> {
    const item = await this.#table.get(keyOf(name));
    return item && { value: jobRecordSchema.parse(item.data), version: item.version };
  }

  /** Takes the job for one run; undefined while another one has it. What was held for too long has died. */
  async begin(name: JobName, due: Date): Promise<JobRecord | undefined> {
    const before = await this.find(name);
    const now = this.#clock.now();
    const last = before?.value;
    const held = last?.held_until ?? null;
    if (held !== null && held > now.toISOString()) return undefined;
    const begun: JobRecord = {
      due_at: due.toISOString(),
      started_at: now.toISOString(),
      lag_ms: Math.max(0, now.getTime() - due.getTime()),
      succeeded_at: last?.succeeded_at ?? null,
      duration_ms: last?.duration_ms ?? null,
      failures: (last?.failures ?? 0) + (held === null ? 0 : 1),
      message: held === null ? (last?.message ?? null) : 'The run before it was never heard of again.',
      held_until: new Date(now.getTime() + JOBS[name].within * 1000).toISOString(),
    };
    const item = { ...keyOf(name), data: { ...begun } };
    const condition = before === undefined ? 'absent' : { version: before.version };
    const written = await this.#table.write([{ kind: 'put', item, if: condition }]);
    return written.ok ? begun : undefined;
  }

  /** `message`: why the run failed; null: it did not. One that was given up for dead meanwhile changes nothing. */
  async end(name: JobName, run: JobRecord, message: string | null): Promise<void> {
    const now = this.#clock.now();
    const outcome =
      message === null
        ? {
            succeeded_at: now.toISOString(),
            duration_ms: Math.max(0, now.getTime() - Date.parse(run.started_at)),
            failures: 0,
          }
        : { failures: run.failures + 1 };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const read = await this.find(name);
      if (read?.value.held_until !== run.held_until) return;
      const item = { ...keyOf(name), data: { ...run, ...outcome, message, held_until: null } };
      if ((await this.#table.write([{ kind: 'put', item, if: { version: read.version } }])).ok) return;
    }
  }

  /** For the only process that runs jobs, when it comes up: what was under way died with the one before. */
  async release(name: JobName): Promise<void> {
    const read = await this.find(name);
    if (read === undefined || read.value.held_until === null) return;
    const item = { ...keyOf(name), data: { ...read.value, held_until: null } };
    await this.#table.write([{ kind: 'put', item, if: { version: read.version } }]);
  }
}
