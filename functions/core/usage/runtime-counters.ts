import type { ServicesPorts } from '../database/ask-services.ts';
import { whileRunning } from '../database/run-query.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Project } from '../project/project.ts';
import { serviceCredentials } from '../project/temporary-key.ts';
import { type Sample, readExposition, sumOf } from './exposition.ts';
import { type Meter, amountsOf } from './meters.ts';
import type { Counters } from './record-usage.ts';

interface Counted {
  readonly meter: Meter;
  /** What is added up for it. */
  readonly metrics: readonly string[];
  readonly times: number;
}

const CONNECTIONS = 'light_realtime_connections';

/** What the light runtime counts itself, by its names: calls of its functions do not all come from outside. */
export const COUNTED: readonly Counted[] = [
  { meter: 'function_invocations', metrics: ['light_function_invocations_total'], times: 1 },
  { meter: 'function_cpu_ms', metrics: ['light_function_cpu_seconds_total'], times: 1000 },
  {
    meter: 'realtime_messages',
    // A message counts once when it is sent and once for everybody who gets it.
    metrics: ['light_realtime_messages_received_total', 'light_realtime_messages_sent_total'],
    times: 1,
  },
  { meter: 'realtime_peak_connections', metrics: [CONNECTIONS], times: 1 },
  { meter: 'image_transformations', metrics: ['light_image_transformations_total'], times: 1 },
];

const BEGUN = 'process_start_time_seconds';

/** What a project's own metrics page says. */
export async function askMetrics(
  project: Project,
  { clock, secrets, services }: Omit<ServicesPorts, 'catalogue'>,
): Promise<Result<string, DomainError>> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const secret = await secrets.read(project.ref);
  if (secret === undefined) return fail('conflict', 'The project has no keys yet.');
  const credentials = serviceCredentials(project.ref, secret, clock.now());
  const { status, body } = await services.get(project.ref, '/metrics', credentials);
  if (status !== 200)
    return fail('unavailable', `The project's metrics answered ${status}.`, { suggestion: 'Try again.' });
  return ok(body);
}

export interface Told extends Counters {
  /** WebSockets that are open at the moment: the edge logs them when they end. */
  readonly open: number;
}

/** Undefined: the page is no runtime's of ours. */
export function countersIn(page: string): Told | undefined {
  const samples = readExposition(page);
  const begun = sumOf(samples, BEGUN);
  if (begun === undefined) return undefined;
  return {
    epoch: new Date(begun * 1000).toISOString(),
    totals: amountsOf(counted(samples)),
    open: sumOf(samples, CONNECTIONS) ?? 0,
  };
}

function counted(samples: readonly Sample[]): readonly (readonly [Meter, number])[] {
  return COUNTED.map(({ meter, metrics, times }) => {
    const sum = metrics.reduce((total, metric) => total + (sumOf(samples, metric) ?? 0), 0);
    return [meter, Math.floor(sum * times)];
  });
}
