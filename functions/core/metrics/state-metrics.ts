import { type JobName, type Target, jobsOf } from '../../contract/jobs.ts';
import { PROJECT_STATUSES, type ProjectStatus } from '../../contract/status.ts';
import { JobLedger } from '../jobs/job-ledger.ts';
import type { JobRecord } from '../jobs/job-run.ts';
import type { Clock } from '../kernel/clock.port.ts';
import type { Table } from '../kernel/table.port.ts';
import type { Project } from '../project/project.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { Family, Sample } from '../usage/exposition.ts';

export interface StatePorts {
  readonly table: Table;
  readonly projects: ProjectStore;
  readonly clock: Clock;
  readonly target: Target;
  readonly installation: { readonly version: string };
}

type Labelled = Omit<Sample, 'name'>;
type Job = { readonly name: JobName; readonly every: number; readonly record: JobRecord | undefined };

const gauge = (name: string, help: string, samples: readonly Labelled[]): Family => ({
  name: `baseplane_${name}`,
  type: 'gauge',
  help,
  samples,
});

/** What the table knows of the whole installation. No label names a project or a person, for these grow. */
export async function stateMetrics(ports: StatePorts): Promise<readonly Family[]> {
  const [projects, jobs] = await Promise.all([projectsByStatus(ports), jobsNow(ports)]);
  return [
    gauge('build_info', 'The version that runs.', [
      { labels: { version: ports.installation.version, target: ports.target }, value: 1 },
    ]),
    ...ofProjects(projects, ports.clock.now()),
    ...ofJobs(jobs),
  ];
}

type ByStatus = readonly (readonly [ProjectStatus, readonly Project[]])[];

const projectsByStatus = ({ projects }: StatePorts): Promise<ByStatus> =>
  Promise.all(PROJECT_STATUSES.map(async (status) => [status, await projects.inStatus(status)] as const));

function ofProjects(found: ByStatus, now: Date): readonly Family[] {
  const overdue = ({ deadline }: Project) => deadline !== null && Date.parse(deadline) < now.getTime();
  const counting = (of: (projects: readonly Project[]) => number) =>
    found.map(([status, projects]): Labelled => ({ labels: { status }, value: of(projects) }));
  return [
    gauge(
      'projects',
      'Projects by status.',
      counting(({ length }) => length),
    ),
    gauge(
      'projects_overdue',
      'Projects in transition past its deadline.',
      counting((projects) => projects.filter(overdue).length),
    ),
  ];
}

function jobsNow({ table, clock, target }: StatePorts): Promise<readonly Job[]> {
  const ledger = new JobLedger(table, clock);
  const jobs = jobsOf(target).map(async (job) => ({ ...job, record: (await ledger.find(job.name))?.value }));
  return Promise.all(jobs);
}

const seconds = (instant: string | null | undefined) =>
  typeof instant === 'string' ? Date.parse(instant) / 1000 : undefined;
const fromMs = (ms: number | null | undefined) => (typeof ms === 'number' ? ms / 1000 : undefined);

function ofJobs(jobs: readonly Job[]): readonly Family[] {
  const of = (name: string, help: string, value: (job: Job) => number | undefined) =>
    gauge(
      `job_${name}`,
      help,
      jobs.flatMap((job): readonly Labelled[] => {
        const found = value(job);
        return found === undefined ? [] : [{ labels: { job_name: job.name }, value: found }];
      }),
    );
  return [
    of('interval_seconds', 'Time from one run of the job to the next.', ({ every }) => every),
    of('last_start_timestamp_seconds', 'When the job last began.', ({ record }) =>
      seconds(record?.started_at),
    ),
    of('last_success_timestamp_seconds', 'When a run of the job last succeeded.', ({ record }) =>
      seconds(record?.succeeded_at),
    ),
    of('last_duration_seconds', 'How long the last run that succeeded took.', ({ record }) =>
      fromMs(record?.duration_ms),
    ),
    of('lag_seconds', 'How late the last run began.', ({ record }) => fromMs(record?.lag_ms)),
    of('consecutive_failures', 'Runs in a row that failed.', ({ record }) => record?.failures ?? 0),
  ];
}
