import { type JobName, jobsOf } from '../contract/jobs.ts';
import { JobLedger } from '../core/jobs/job-ledger.ts';
import { Sightings } from '../core/project/sightings.ts';
import type { QuotaPorts } from '../core/usage/enforce-quotas.ts';
import type { ActivityRecorder } from '../core/usage/activity-recorder.ts';
import type { RestrictionBook } from '../core/usage/restriction-book.ts';
import type { UsageRecorder } from '../core/usage/usage-recorder.ts';
import type { SqliteTable } from '../drivers/sqlite/table.ts';
import type { WarmPool } from '../drivers/local/warm-pool.ts';
import type { CloudMeter } from '../drivers/prometheus/cloud-meter.ts';
import type { ScheduledJob } from '../drivers/local/scheduler.ts';
import { type KeepBackupsPorts, keepBackups } from '../jobs/keep-backups.ts';
import { type PauseIdlePorts, pauseIdle } from '../jobs/pause-idle.ts';
import { type MeterPorts, meter } from '../jobs/meter.ts';
import { quotas } from '../jobs/quotas.ts';
import { type ReconcilePorts, reconcile } from '../jobs/reconcile.ts';
import { type RotatePorts, rotateSecrets } from '../jobs/rotate-secrets.ts';
import { type ReportUsagePorts, reportAllUsage } from '../jobs/report-usage.ts';
import { runJob } from '../jobs/run-job.ts';
import { type SweepPorts, sweep } from '../jobs/sweep.ts';
import { LOCAL_CELL } from './local-cells.ts';

type Ports = ReconcilePorts &
  KeepBackupsPorts &
  MeterPorts &
  QuotaPorts &
  ReportUsagePorts &
  PauseIdlePorts &
  RotatePorts &
  Omit<SweepPorts, 'sightings'> & {
    readonly table: Pick<SqliteTable, 'purgeExpired'>;
    readonly activity: Pick<ActivityRecorder, 'flush'>;
    readonly pool: Pick<WarmPool, 'fill'>;
    readonly recorder: Pick<UsageRecorder, 'flush'>;
    readonly restricted: Pick<RestrictionBook, 'reload'>;
    readonly meter: Pick<CloudMeter, 'ran'>;
  };

export interface LocalJobs {
  readonly scheduled: readonly ScheduledJob[];
  /** Frees what the process before this one was at when it died. */
  release(): Promise<void>;
}

/** Where idle times are short, as in a test, an eighth of one is soon enough, so that there is a warning, too. */
const lookEvery = (idleAfterMs: number) => Math.max(1, Math.floor(idleAfterMs / 8000));

/** Every job of this target as the local scheduler takes it, with its runs on record. */
export function localJobs(ports: Ports, idleAfterMs = Number.POSITIVE_INFINITY): LocalJobs {
  const { table, clock, activity, recorder, restricted } = ports;
  const ledger = new JobLedger(table, clock);
  const sightings = new Sightings(table, clock);
  const work: Readonly<Partial<Record<JobName, () => Promise<void>>>> = {
    reconcile: () => reconcile('tick', ports),
    'pause-idle': () => pauseIdle(ports),
    sweep: async () => {
      // Tokens, invitations and the like that are over; DynamoDB lets go of them by itself.
      table.purgeExpired();
      await sweep([LOCAL_CELL], { ...ports, sightings });
    },
    'rotate-secrets': () => rotateSecrets(ports),
    'keep-backups': () => keepBackups(ports),
    'note-activity': () => activity.flush(),
    meter: async () => {
      await recorder.flush();
      await meter(ports);
    },
    quotas: async () => {
      await quotas(ports);
      await restricted.reload();
    },
    'report-usage': () => reportAllUsage(ports),
    'warm-pool': () => ports.pool.fill(),
  };
  const jobs = jobsOf('local');
  const run = async (name: JobName, due: Date) => {
    const does = work[name];
    if (does === undefined) throw new Error(`the job ${name} has nothing to do here`);
    const began = performance.now();
    const outcome = await runJob(name, due, does, { ...ports, ledger });
    ports.meter.ran(name, outcome, (performance.now() - began) / 1000);
  };
  return {
    scheduled: jobs.map(({ name, every }) => ({
      name,
      every: name === 'pause-idle' ? Math.min(every, lookEvery(idleAfterMs)) : every,
      run: (due) => run(name, due),
    })),
    async release() {
      for (const { name } of jobs) await ledger.release(name);
    },
  };
}
