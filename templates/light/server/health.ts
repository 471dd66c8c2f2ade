import type { Config } from '../settings/config.ts';
import type { Health, Service } from './service.ts';

export function createHealth(_config: Config, services: readonly Service[]): () => Promise<Response> {
  return async () => {
    const checks = await Promise.all(
      services.map(async (service) => [service.name, await service.health()] as const),
    );
    const healthy = checks.every(([, health]: readonly [string, Health]) => health.healthy);
    return Response.json(
      { status: healthy ? 'healthy' : 'unhealthy', services: Object.fromEntries(checks) },
      { status: healthy ? 200 : 503 },
    );
  };
}
