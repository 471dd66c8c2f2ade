import { billingOperations } from '../../functions/contract/billing.contract.ts';
import { metricsOperations } from '../../functions/contract/metrics.contract.ts';
import type { Functions } from './functions.ts';
import type { Settings } from './plan/settings.ts';

/** A hold lasts 20 s: this many at once are 400 functions, below the 1,000 that an account has. */
const WAKES_PER_SECOND = 20;

/** Whoever opens connections to nothing at all must leave room for the rest of the API. */
const CONNECTIONS_PER_SECOND = 100;

/**
 * The HTTP API at `api.<root>`. What is neither the edge's question nor about money is the Management API's, which knows
 * its routes.
 */
export function makeApi(
  { rootDomain, hostedZoneId, production, postgres }: Settings,
  functions: Functions,
): sst.aws.ApiGatewayV2 {
  const api = new sst.aws.ApiGatewayV2('Api', {
    domain: { name: `api.${rootDomain}`, dns: sst.aws.dns({ zone: hostedZoneId }) },
    accessLog: { retention: production ? '3 months' : '1 month' },
    transform: {
      api: (args) => {
        // Configured, API Gateway would drop the headers by which the wake route answers pages of any origin.
        delete args.corsConfiguration;
        args.disableExecuteApiEndpoint = true;
      },
      stage: (args) => {
        args.defaultRouteSettings = { throttlingRateLimit: 200, throttlingBurstLimit: 400 };
        args.routeSettings = [
          throttled(WAKE_ROUTE, WAKES_PER_SECOND),
          ...(postgres ? [throttled(POSTGRES_ROUTE, CONNECTIONS_PER_SECOND)] : []),
        ];
      },
    },
  });
  api.route(WAKE_ROUTE, functions.wake.arn);
  // With any method: it answers browsers that ask whether they may ask, too.
  for (const path of BILLING_PATHS) api.route(`ANY ${path}`, functions.billing.arn);
  // By the role of a cell's gateway, which may ask for its own cell.
  if (postgres) api.route(POSTGRES_ROUTE, functions.wake.arn, { auth: { iam: true } });
  api.route(`${readMetrics.method} ${readMetrics.path}`, functions.metrics.arn);
  api.route('$default', functions.api.arn);
  return api;
}

const { readMetrics } = metricsOperations;

const throttled = (routeKey: string, perSecond: number) => ({
  routeKey,
  throttlingRateLimit: perSecond,
  throttlingBurstLimit: 2 * perSecond,
});

const WAKE_ROUTE = 'GET /wake/{ref}';
const POSTGRES_ROUTE = 'POST /postgres/{cell}/{ref}/{question}';

const BILLING_PATHS = new Set(Object.values(billingOperations).map(({ path }) => path));
