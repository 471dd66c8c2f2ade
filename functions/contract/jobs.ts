export interface JobRow {
  /** For whoever reads the list of jobs. */
  readonly does: string;
  /** Seconds from one run to the next; null: it has nothing to do there. */
  readonly every: { readonly local: number | null; readonly aws: number | null };
  /** Seconds after which a run that has not ended is given up for dead, and the next one may begin. */
  readonly within: number;
}

/**
 * All that the control plane does by the clock. AWS starts nothing more often than once a minute; there each job is a
 * function of its own and has two alarms, for when it does not run and for when it falls behind.
 */
export const JOBS = {
  reconcile: {
    does: 'Takes up projects that are overdue or unwell',
    every: { local: 30, aws: 60 },
    within: 300,
  },
  'pause-idle': {
    does: 'Warns before projects are paused that nobody uses, and pauses them',
    every: { local: 60, aws: 600 },
    within: 600,
  },
  sweep: {
    does: 'Removes what belongs to no project, stops what should rest and repairs what is gone',
    every: { local: 60, aws: 1800 },
    within: 900,
  },
  'rotate-secrets': {
    does: 'Takes the next step with each secret that is to be replaced',
    // Its steps are an hour apart at least.
    every: { local: 600, aws: 1800 },
    within: 600,
  },
  'keep-backups': {
    does: 'Takes the backups that are due and deletes those that have been kept long enough',
    every: { local: 60, aws: 900 },
    within: 3600,
  },
  'warm-pool': {
    does: 'Keeps as many stacks prepared as projects were created at once lately',
    // docs/adr/0012-no-prepared-stacks-on-aws.md
    every: { local: 60, aws: null },
    within: 300,
  },
  'note-activity': {
    does: 'Writes down by what projects were used',
    // A crash loses what was noted since; idle times are counted in more. On AWS the job ingest does it.
    every: { local: 20, aws: null },
    within: 60,
  },
  ingest: {
    does: "Counts what the logs of the cells' edges tell of requests, and by what projects were used",
    // Locally the gateway counts what passes through it.
    every: { local: null, aws: 60 },
    within: 300,
  },
  meter: {
    does: 'Counts what projects use: what passes through here, what they count themselves, how large they are',
    // A crash loses what was counted here since.
    every: { local: 10, aws: 300 },
    within: 300,
  },
  quotas: {
    does: 'Tells organizations how near they are to the limits of their plan, and holds them to these',
    every: { local: 10, aws: 600 },
    within: 600,
  },
  'report-usage': {
    does: 'Reports what organizations have used to who collects payment, and ends plans that nobody pays for',
    every: { local: 60, aws: 1800 },
    within: 900,
  },
} as const satisfies Readonly<Record<string, JobRow>>;

export type JobName = keyof typeof JOBS;
export type Target = keyof JobRow['every'];

export const JOB_NAMES = Object.keys(JOBS).filter((name): name is JobName => name in JOBS);

/** The jobs that a target has, each with the seconds between its runs there. */
export function jobsOf(target: Target): readonly { readonly name: JobName; readonly every: number }[] {
  return JOB_NAMES.flatMap((name) => {
    const row: JobRow = JOBS[name];
    const every = row.every[target];
    return every === null ? [] : [{ name, every }];
  });
}
