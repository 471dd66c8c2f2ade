import type { ContainerSpec, TaskSpec } from '../container.ts';
import { AUTH, IMGPROXY, META, REST, STORAGE, kong, realtime } from './containers.ts';
import type { ConfiguredStack, SettingsEnvironment } from '../settings/environment.ts';
import { fullEnvironments, tenantOf } from '../settings/full.ts';
import { FUNCTIONS } from './functions.ts';
import { PORTS, projectRoutes } from './routes.ts';

/**
 * The real Supabase containers as one task. Kong comes last: while its port is closed, the edge takes the project for
 * one that is still waking.
 */
export function fullTask(options: { readonly tools: boolean }, stack: ConfiguredStack): TaskSpec {
  const environments = fullEnvironments(stack);
  const services = [AUTH, REST, realtime(tenantOf(stack)), STORAGE, IMGPROXY, META, FUNCTIONS].map(
    (container) => configured(container, environments[container.name]),
  );
  const gateway = kong(projectRoutes(options), {
    port: PORTS.kong,
    after: Object.fromEntries(services.map(({ name }) => [name, 'HEALTHY'] as const)),
    share: 110,
  });
  return {
    containers: [gateway, ...services],
    // Supabase asks for 4 GiB for all its containers: half of it without the database, Studio and analytics.
    sizes: {
      nano: { cpu: 512, memory: 2048 },
      micro: { cpu: 512, memory: 3072 },
      small: { cpu: 1024, memory: 4096 },
      medium: { cpu: 2048, memory: 8192 },
      large: { cpu: 4096, memory: 16384 },
    },
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
