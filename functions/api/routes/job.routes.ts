import { jobOperations } from '../../contract/jobs.contract.ts';
import { JOBS, jobsOf } from '../../contract/jobs.ts';
import { JobLedger } from '../../core/jobs/job-ledger.ts';
import { stateOf } from '../../core/jobs/job-run.ts';
import { ok } from '../../core/kernel/result.ts';
import { NOT_THE_OPERATOR, isOperator } from '../../core/organization/operator.ts';
import { type Route, onCaller } from '../route.ts';

const O = jobOperations;

export const jobRoutes: Record<keyof typeof jobOperations, Route> = {
  listJobs: onCaller(O.listJobs, async ({ principal, ports }) => {
    if (!(await isOperator(principal, ports))) return NOT_THE_OPERATOR;
    const ledger = new JobLedger(ports.table, ports.clock);
    const now = ports.clock.now();
    const rows = jobsOf(ports.target).map(async ({ name, every }) => {
      const record = (await ledger.find(name))?.value;
      return {
        name,
        does: JOBS[name].does,
        every_seconds: every,
        state: stateOf(name, every, record, now),
        running: (record?.held_until ?? '') > now.toISOString(),
        last_started_at: record?.started_at ?? null,
        last_succeeded_at: record?.succeeded_at ?? null,
        duration_ms: record?.duration_ms ?? null,
        lag_ms: record?.lag_ms ?? null,
        failures: record?.failures ?? 0,
        message: record?.message ?? null,
      };
    });
    return ok(await Promise.all(rows));
  }),
};
