import { type ServicesPorts } from '../database/ask-services.ts';
import { whileRunning } from '../database/run-query.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Project } from '../project/project.ts';
import { type Sample, readExposition, sumOf } from './exposition.ts';
import { type Meter, amountsOf } from './meters.ts';
import type { Counters } from './record-usage.ts';

/** What the light runtime counts itself, by its names: calls of its functions do not all come from outside. */
const COUNTED: readonly { readonly meter: Meter; readonly metric: string; readonly times: number }[] = [
  { meter: 'function_invocations', metric: 'light_function_invocations_total', times: 1 },
  { meter: 'function_cpu_ms', metric: 'light_function_cpu_seconds_total', times: 1000 },
  { meter: 'realtime_messages', metric: 'realtime_messages_total', times: 1 },
  { meter: 'realtime_peak_connections', metric: 'realtime_connections', times: 1 },
  { meter: 'image_transformations', metric: 'light_image_transformations_total', times: 1 },
];

const BEGUN = 'process_start_time_seconds';

/** What a project's own metrics page says. */
export async function askMetrics(
  project: Project,
  { secrets, services }: Pick<ServicesPorts, 'secrets' | 'services'>,
): Promise<Result<string, DomainError>> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const secret = await secrets.read(project.ref);
  if (secret === undefined) return fail('conflict', 'The project has no keys yet.');
  const key = secret.service_role_key;
  const { status, body } = await services.get(project.ref, '/metrics', {
    apikey: key,
    authorization: `Bearer ${key}`,
  });
  if (status !== 200)
    return fail('unavailable', `The project's metrics answered ${status}.`, { suggestion: 'Try again.' });
  return ok(body);
}

/** Undefined: the page is no runtime's of ours. */
export function countersIn(page: string): Counters | undefined {
  const samples = readExposition(page);
  const begun = sumOf(samples, BEGUN);
  if (begun === undefined) return undefined;
  return { epoch: new Date(begun * 1000).toISOString(), totals: amountsOf(counted(samples)) };
}

function counted(samples: readonly Sample[]): readonly (readonly [Meter, number])[] {
  return COUNTED.map(({ meter, metric, times }) => [
    meter,
    Math.floor((sumOf(samples, metric) ?? 0) * times),
  ]);
}
