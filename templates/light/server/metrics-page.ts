import type { Authenticate } from '../gateway/authenticate.ts';
import type { Page } from '../gateway/gateway.ts';
import { secretKeyOnly } from '../gateway/refusal.ts';
import type { Metrics } from './metrics.ts';

/** For whoever runs the project: its numbers tell what its users do. */
export function createMetricsPage(metrics: Metrics, authenticate: Authenticate): Page {
  return async ({ headers }, url) => {
    const authentication = await authenticate({ url, headers }, { judgesTokens: false });
    if (!authentication.ok) return authentication.refusal;
    if (authentication.caller.role !== 'service_role') return secretKeyOnly();
    return expositionOf(metrics);
  };
}

export async function expositionOf(metrics: Metrics): Promise<Response> {
  return new Response(await metrics.text(), {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  });
}
