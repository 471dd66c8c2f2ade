import { createAuthenticate } from '../gateway/authenticate.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createKeyResolver } from '../gateway/keys.ts';
import { createRoutes } from '../gateway/routes.ts';
import { createAuthService } from '../auth/service.ts';
import { connectAs, disconnect } from '../database/connections.ts';
import { createFunctionsService } from '../functions/service.ts';
import { createGraphqlService } from '../graphql/service.ts';
import { createMetaService } from '../meta/service.ts';
import { createRealtimeService } from '../realtime/service.ts';
import { createRestService } from '../rest/service.ts';
import { createStorageService } from '../storage/service.ts';
import type { Config } from '../settings/config.ts';
import { createCustomerMetrics, observeDatabase, observeNode } from './customer-metrics.ts';
import { CUSTOMER_METRICS, createCustomerPage } from './customer-page.ts';
import { createHealth } from './health.ts';
import { createIdleMemory } from './idle-memory.ts';
import { listen } from './listener.ts';
import { type Log, logOf } from './log.ts';
import { Metrics } from './metrics.ts';
import { createMetricsPage } from './metrics-page.ts';
import { observeConnections, observeProcess } from './process-metrics.ts';
import { createRequestMeter } from './request-meter.ts';
import type { PartName, ServiceFactory } from './service.ts';
import { createUpgrade } from './upgrade.ts';

const FACTORIES: Partial<Record<PartName, ServiceFactory>> = {
  rest: createRestService,
  auth: createAuthService,
  storage: createStorageService,
  realtime: createRealtimeService,
  functions: createFunctionsService,
  meta: createMetaService,
  graphql: createGraphqlService,
};

/** GraphQL is the REST API in another language. */
function partsOf({ services }: Config): readonly PartName[] {
  return services.has('rest') ? [...services, 'graphql'] : [...services];
}

/** How long requests in flight may take to finish after the order to stop. */
const GRACE_MS = 5000;

export interface Project {
  readonly address: string;
  close(): Promise<void>;
}

/** Starts the services of one project behind one listener. */
export async function startProject(config: Config, log: Log): Promise<Project> {
  const database = connectAs(config, 'authenticator');
  const metrics = new Metrics();
  const customerMetrics = createCustomerMetrics(config);
  observeDatabase(customerMetrics, database, config);
  observeNode(customerMetrics);
  const services = await Promise.all(
    partsOf(config).flatMap((name) => {
      const create = FACTORIES[name];
      if (create === undefined) return [];
      return [create({ config, database, log: logOf(log, name), metrics, customerMetrics })];
    }),
  );
  const routes = createRoutes(services);
  const resolveKey = createKeyResolver(config);
  const authenticate = createAuthenticate(config, resolveKey);
  const { refusalOf } = config;
  const pages = {
    '/health': createHealth(database, services),
    '/metrics': createMetricsPage(metrics, authenticate),
    [CUSTOMER_METRICS]: createCustomerPage(customerMetrics, resolveKey),
  };
  const memory = createIdleMemory();
  memory.touch();
  const meter = createRequestMeter(metrics);
  const handle = createGateway({
    routes,
    authenticate,
    refusalOf,
    pages,
    onUse: () => memory.touch(),
    meter,
    log,
  });
  const listener = await listen(
    config.listen,
    handle,
    createUpgrade({ routes, authenticate, refusalOf, log }),
  );
  observeProcess(metrics);
  observeConnections(metrics, { listener, database });
  return {
    address: listener.address,
    async close() {
      for (const service of services) service.farewell?.();
      await listener.close(GRACE_MS);
      memory.close();
      await Promise.all(services.map((service) => service.close()));
      await disconnect(database);
    },
  };
}
