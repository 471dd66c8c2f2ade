import type { ApiPorts, BillingPorts } from './call.ts';
import { documented } from './documented.ts';
import type { Serve } from './http.ts';
import { ROUTES } from './routes.ts';
import { serveRoutes } from './serve-routes.ts';

/** All operations in one process. On AWS those about money are a function of their own. */
export const createApp = (ports: ApiPorts & BillingPorts): Serve => documented(serveRoutes(ports, ROUTES));
