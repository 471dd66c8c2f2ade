import type { Metrics } from '../server/metrics.ts';

export interface FunctionMeter {
  /** A request that a function, or the lack of one that works, has answered. */
  invocation(slug: string, status: number, ms: number): void;
  cpu(slug: string, ms: number): void;
  start(slug: string): void;
  end(slug: string, ending: string): void;
}

export function createFunctionMeter(metrics: Metrics, running: () => number): FunctionMeter {
  const invocations = metrics.counter('light_function_invocations_total', 'Requests to functions.');
  const duration = metrics.counter('light_function_duration_seconds_total', 'Time until responses began.');
  const cpu = metrics.counter('light_function_cpu_seconds_total', 'CPU time of function processes.');
  const starts = metrics.counter('light_function_starts_total', 'Function processes that were started.');
  const ends = metrics.counter('light_function_ends_total', 'Function processes that ended, by reason.');
  metrics.gauge('light_function_processes', 'Function processes that run.', () => [[{}, running()]]);
  return {
    invocation(slug, status, ms) {
      invocations.add({ function: slug, status: `${Math.floor(status / 100)}xx` });
      duration.add({ function: slug }, ms / 1000);
    },
    cpu: (slug, ms) => cpu.add({ function: slug }, ms / 1000),
    start: (slug) => starts.add({ function: slug }),
    end: (slug, ending) => ends.add({ function: slug, reason: ending }),
  };
}
