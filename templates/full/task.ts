import { type ContainerSpec, FULL_SIZES, type TaskSpec } from '../container.ts';
import { AUTH, IMGPROXY, META, REST, STORAGE, kong, realtime } from './containers.ts';
import type { ConfiguredStack, RefusedRequests, SettingsEnvironment } from '../settings/environment.ts';
import { fullEnvironments, tenantOf } from '../settings/full.ts';
import { FUNCTIONS } from './functions.ts';
import { PORTS, projectRoutes, refusingRoutes } from './routes.ts';

/**
 * The real Supabase containers as one task. Kong comes last: while its port is closed, the edge takes the project for
 * one that is still waking.
 */
export function fullTask(
  options: { readonly tools: boolean; readonly refusals?: RefusedRequests },
  stack: ConfiguredStack,
): TaskSpec {
  const environments = fullEnvironments(stack);
  const services = [AUTH, REST, realtime(tenantOf(stack)), STORAGE, IMGPROXY, META, FUNCTIONS].map(
    (container) => configured(container, environments[container.name]),
  );
  const refused = refusingRoutes(options.refusals ?? []);
  const gateway = kong([...refused, ...projectRoutes(options)], {
    port: PORTS.kong,
    after: Object.fromEntries(services.map(({ name }) => [name, 'HEALTHY'] as const)),
    share: 110,
  });
  return {
    containers: [gateway, ...services],
    sizes: FULL_SIZES,
  };
}

function configured(container: ContainerSpec, settings: SettingsEnvironment | undefined): ContainerSpec {
  if (settings === undefined) return container;
  return {
    ...container,
    environment: { ...container.environment, ...settings.variables },
    secrets: { ...container.secrets, ...settings.secrets },
  };
}
