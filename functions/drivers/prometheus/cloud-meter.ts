import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { OPERATIONS } from '../../contract/index.ts';
import type { Operation } from '../../contract/operation.ts';
import { jobsOf } from '../../contract/jobs.ts';
import type { Meter } from '../../core/metrics/meter.port.ts';
import { METERED_SERVICES } from '../../core/usage/meters.ts';
import { WORKFLOWS } from '../../core/project/workflows.port.ts';
import { CALL_RESULTS, type CallName, type CallResult, TABLE_CALLS } from './counted-table.ts';

/** In seconds: from what one row takes to what nobody waits for. */
const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** In seconds, of what is done in the background. */
const LONG = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

/** Gauges that prom-client names as counters are. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

const OPERATION_IDS: ReadonlyMap<Operation, string> = new Map(
  Object.entries(OPERATIONS).map(([id, operation]) => [operation, id]),
);

const EXECUTION_RESULTS = ['succeeded', 'failed', 'replaced'] as const;
const RUN_RESULTS = ['done', 'failed', 'left_out'] as const;
const WAKE_RESULTS = ['running', 'coming', 'asleep', 'unknown'] as const;

const classOf = (status: number) => `${Math.floor(status / 100)}xx`;

/**
 * What the process of a local cloud counts of itself. Every label is of a closed set: operations, services, workflows,
 * jobs, results.
 */
export class CloudMeter implements Meter {
  readonly #registry = new Registry();
  readonly #requests = this.#timed(
    'http_request',
    'Requests to the API',
    ['operation'],
    QUICK,
    ['status'],
    [],
  );
  readonly #executions = this.#timed(
    'workflow_execution',
    'Executions of workflows',
    ['workflow'],
    LONG,
    ['result'],
    WORKFLOWS.flatMap((workflow) => EXECUTION_RESULTS.map((result) => ({ workflow, result }))),
  );
  readonly #jobs = this.#timed(
    'job_run',
    'Runs of jobs',
    ['job_name'],
    LONG,
    ['result'],
    jobsOf('local').flatMap(({ name }) => RUN_RESULTS.map((result) => ({ job_name: name, result }))),
  );
  readonly #exchanges = this.#timed(
    'gateway_request',
    'Requests to projects',
    ['service'],
    QUICK,
    ['status'],
    [],
  );
  readonly #wakes = this.#timed(
    'gateway_wake',
    'Waits for a project that did not run',
    [],
    LONG,
    ['result'],
    WAKE_RESULTS.map((result) => ({ result })),
  );
  readonly #calls = this.#timed(
    'table_call',
    'Calls of the table',
    ['call'],
    QUICK,
    ['result'],
    TABLE_CALLS.flatMap((call) => CALL_RESULTS.map((result) => ({ call, result }))),
  );
  readonly #open = this.#gauge(
    'gateway_requests_open',
    'Requests and WebSockets to projects that are not over.',
    ['service'],
  );
  readonly #logins = this.#counter(
    'postgres_gateway_logins_total',
    'Passwords for Postgres that were judged.',
    ['result'],
  );
  readonly #sent = this.#counter('postgres_gateway_sent_bytes_total', 'Sent to clients of Postgres.', []);

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    for (const result of ['admitted', 'refused']) this.#logins.inc({ result }, 0);
    for (const service of METERED_SERVICES) this.#open.set({ service }, 0);
  }

  answered(operation: Operation, status: number, seconds: number): void {
    this.#requests(
      { operation: OPERATION_IDS.get(operation) ?? 'unknown' },
      { status: classOf(status) },
      seconds,
    );
  }

  executed(workflow: string, result: (typeof EXECUTION_RESULTS)[number], seconds: number): void {
    this.#executions({ workflow }, { result }, seconds);
  }

  ran(job: string, result: 'done' | 'failed' | 'left out', seconds: number): void {
    this.#jobs({ job_name: job }, { result: result.replace(' ', '_') }, seconds);
  }

  opened(service: string): void {
    this.#open.inc({ service });
  }

  /** `status`: 499 where the client went away, 101 for a WebSocket. */
  closed(service: string, status: number, seconds: number): void {
    this.#open.dec({ service });
    this.#exchanges({ service }, { status: classOf(status) }, seconds);
  }

  woke(result: (typeof WAKE_RESULTS)[number], seconds: number): void {
    this.#wakes({}, { result }, seconds);
  }

  called(call: CallName, result: CallResult, seconds: number): void {
    this.#calls({ call }, { result }, seconds);
  }

  loggedIn(admitted: boolean): void {
    this.#logins.inc({ result: admitted ? 'admitted' : 'refused' });
  }

  sent(bytes: number): void {
    this.#sent.inc(bytes);
  }

  /** What is asked for when somebody looks. */
  watch(gateways: { connections(): Promise<number>; sessions(): number; executions(): number }): void {
    this.#asked('gateway_connections_open', 'Connections of clients.', () => gateways.connections());
    this.#asked('postgres_gateway_sessions_open', 'Sessions with Postgres.', () => gateways.sessions());
    this.#asked('workflow_executions_open', 'Executions of workflows that are under way.', () =>
      gateways.executions(),
    );
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** How often by all labels, and how long by those of `what` alone. */
  #timed<What extends string, How extends string>(
    name: string,
    what: string,
    labels: readonly What[],
    buckets: readonly number[],
    results: readonly How[],
    known: readonly Record<What | How, string>[],
  ): (labels: Record<What, string>, results: Record<How, string>, seconds: number) => void {
    const count = this.#counter(`${name}s_total`, `${what}.`, [...labels, ...results]);
    // What begins with its first event has not increased then, as Prometheus sees it.
    for (const each of known) count.inc(each, 0);
    const duration = new Histogram({
      name: `baseplane_${name}_duration_seconds`,
      help: `${what}: how long they took.`,
      labelNames: [...labels],
      buckets: [...buckets],
      registers: [this.#registry],
    });
    return (of, result, seconds) => {
      count.inc({ ...of, ...result });
      duration.observe(of, seconds);
    };
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    const registers = [this.#registry];
    return new Counter({ name: `baseplane_${name}`, help, labelNames: [...labelNames], registers });
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    const registers = [this.#registry];
    return new Gauge({ name: `baseplane_${name}`, help, labelNames: [...labelNames], registers });
  }

  #asked(name: string, help: string, ask: () => number | Promise<number>): void {
    const registers = [this.#registry];
    const gauge: Gauge = new Gauge({
      name: `baseplane_${name}`,
      help,
      registers,
      collect: async () => gauge.set(await ask()),
    });
  }
}
