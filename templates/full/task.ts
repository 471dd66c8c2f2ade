import type { ContainerSpec, TaskSpec } from '../container.ts';
import { AUTH, IMGPROXY, META, REALTIME, REST, STORAGE, kong } from './containers.ts';
import { FUNCTIONS } from './functions.ts';
import { PORTS, projectRoutes } from './routes.ts';

const SERVICES: readonly ContainerSpec[] = [AUTH, REST, REALTIME, STORAGE, IMGPROXY, META, FUNCTIONS];

/**
 * The real Supabase containers as one task. Kong comes last: while its port is closed, the edge takes the project for
 * one that is still waking.
 */
export function fullTask(options: { readonly tools: boolean }): TaskSpec {
  const gateway = kong(projectRoutes(options), {
    port: PORTS.kong,
    after: Object.fromEntries(SERVICES.map(({ name }) => [name, 'HEALTHY'] as const)),
    share: 110,
  });
  return {
    containers: [gateway, ...SERVICES],
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
