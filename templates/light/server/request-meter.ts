import type { Metrics } from './metrics.ts';

export interface RequestMeter {
  /** Counts a request as being served until the function it returns is told the status of the response. */
  begin(service: string): (status: number) => void;
  /** A request that ended in an error nobody foresaw. */
  failed(service: string): void;
}

/** In seconds: from what a key lookup takes to what nobody waits for. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createRequestMeter(metrics: Metrics): RequestMeter {
  const requests = metrics.counter('light_requests_total', 'Requests by service and class of status.');
  const errors = metrics.counter(
    'light_unexpected_errors_total',
    'Requests that ended in an unforeseen error.',
  );
  const durations = metrics.histogram(
    'light_request_duration_seconds',
    'Time until a response began.',
    BOUNDS,
  );
  const waiting = new Map<string, number>();
  metrics.gauge('light_requests_in_flight', 'Requests without a response so far.', () =>
    [...waiting].map(([service, count]) => [{ service }, count] as const),
  );
  return {
    begin(service) {
      const started = performance.now();
      waiting.set(service, (waiting.get(service) ?? 0) + 1);
      return (status) => {
        waiting.set(service, (waiting.get(service) ?? 0) - 1);
        requests.add({ service, status: `${Math.floor(status / 100)}xx` });
        durations.observe({ service }, (performance.now() - started) / 1000);
      };
    },
    failed: (service) => errors.add({ service }),
  };
}
