import type { Service } from '../server/service.ts';
import { noRoute, serviceOff } from './refusal.ts';

export type Route = { kind: 'service'; service: Service } | { kind: 'none'; answer: Response };
export type Routes = (path: string) => Route;

/** Supabase's paths; those that no running service has are answered with the name of what is missing. */
const KNOWN: Readonly<Record<string, string>> = {
  '/rest/v1': 'rest',
  '/graphql/v1': 'graphql',
  '/auth/v1': 'auth',
  '/storage/v1': 'storage',
  '/realtime/v1': 'realtime',
  '/functions/v1': 'functions',
  '/pg': 'meta',
  '/analytics/v1': 'analytics',
};

export function createRoutes(services: readonly Service[]): Routes {
  return (path) => {
    const within = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
    const service = services.find((candidate) => within(candidate.prefix));
    if (service !== undefined) return { kind: 'service', service };
    const known = Object.entries(KNOWN).find(([prefix]) => within(prefix));
    return { kind: 'none', answer: known === undefined ? noRoute() : serviceOff(known[1]) };
  };
}
