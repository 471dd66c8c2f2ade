import type { ApiPorts, BillingPorts } from './call.ts';
import { MAIN_ROUTES } from './main-routes.ts';
import { type Route, byPath } from './route.ts';
import { billingRoutes } from './routes/billing.routes.ts';
import { metricsRoutes } from './routes/metrics.routes.ts';

/** Every operation that is served, in the order of their paths. */
export const ROUTES: readonly Route<ApiPorts & BillingPorts>[] = [
  ...MAIN_ROUTES,
  ...Object.values(billingRoutes),
  ...Object.values(metricsRoutes),
].toSorted(byPath);
