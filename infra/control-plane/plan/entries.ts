import { JOBS, type JobName } from '../../../functions/contract/jobs.ts';

/** Lambda's longest. */
const MOST_SECONDS = 900;

/** A function for a job: what it does, and how long it may be at it. */
const ofJob = (name: JobName) => ({
  description: JOBS[name].does,
  memory: '512 MB' as const,
  timeout: `${Math.min(JOBS[name].within, MOST_SECONDS)} seconds` as const,
});

/** Every function of the control plane, the file that it is made from and what it is given. */
export const ENTRIES = {
  api: {
    file: 'functions/api/lambda.ts',
    description: 'Serves the Management API',
    memory: '1024 MB',
    // API Gateway gives up after 30 s.
    timeout: '29 seconds',
  },
  wake: {
    file: 'functions/api/wake.lambda.ts',
    description: 'Wakes paused projects for the edge, and tells the Postgres gateways about projects',
    memory: '512 MB',
    // It holds a request for 20 s; the edge gives up after 25 s.
    timeout: '25 seconds',
  },
  billing: {
    file: 'functions/api/billing.lambda.ts',
    description: 'Serves what is about plans and money, and listens to Stripe',
    memory: '512 MB',
    // API Gateway gives up after 30 s.
    timeout: '29 seconds',
  },
  metrics: {
    file: 'functions/api/metrics.lambda.ts',
    description: 'Tells Prometheus how the installation is',
    memory: '512 MB',
    // API Gateway gives up after 30 s.
    timeout: '29 seconds',
  },
  step: {
    file: 'functions/workflows/lambda.ts',
    description: 'Runs the steps of workflows',
    memory: '1024 MB',
    // STEP_TIMEOUT_SECONDS: the state machine gives up then.
    timeout: '60 seconds',
  },
  reconcile: {
    file: 'functions/jobs/reconcile.lambda.ts',
    ...ofJob('reconcile'),
  },
  sweep: {
    file: 'functions/jobs/sweep.lambda.ts',
    ...ofJob('sweep'),
  },
  pauseIdle: {
    file: 'functions/jobs/pause-idle.lambda.ts',
    ...ofJob('pause-idle'),
  },
  ingest: {
    file: 'functions/jobs/ingest.lambda.ts',
    ...ofJob('ingest'),
  },
  meter: {
    file: 'functions/jobs/meter.lambda.ts',
    ...ofJob('meter'),
  },
  quotas: {
    file: 'functions/jobs/quotas.lambda.ts',
    ...ofJob('quotas'),
  },
  reportUsage: {
    file: 'functions/jobs/report-usage.lambda.ts',
    ...ofJob('report-usage'),
  },
  keepBackups: {
    file: 'functions/jobs/keep-backups.lambda.ts',
    ...ofJob('keep-backups'),
  },
  rotateSecrets: {
    file: 'functions/jobs/rotate-secrets.lambda.ts',
    ...ofJob('rotate-secrets'),
  },
  owner: {
    file: 'functions/jobs/owner.lambda.ts',
    description: 'Gives the operator an access token of the installation’s owner',
    memory: '512 MB',
    timeout: '30 seconds',
  },
} as const;

export type FunctionName = keyof typeof ENTRIES;

export const FUNCTION_NAMES = Object.keys(ENTRIES).filter((name): name is FunctionName => name in ENTRIES);

/** The function that each job of the `aws` target is. */
export const JOB_FUNCTIONS: Readonly<Partial<Record<JobName, FunctionName>>> = {
  reconcile: 'reconcile',
  sweep: 'sweep',
  'pause-idle': 'pauseIdle',
  ingest: 'ingest',
  meter: 'meter',
  quotas: 'quotas',
  'report-usage': 'reportUsage',
  'keep-backups': 'keepBackups',
  'rotate-secrets': 'rotateSecrets',
};
