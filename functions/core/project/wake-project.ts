import type { ProjectStatus } from '../../contract/status.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from './begin-transition.ts';
import type { Project } from './project.ts';

/** A request to a project that has nothing running to answer it. */
export interface Arrival {
  /** Without the query string. */
  readonly path: string;
  readonly hasKey: boolean;
}

export type Wake =
  /** There is no such project, or none any more. */
  | { readonly kind: 'unknown' }
  /** It runs: the request may be made again. */
  | { readonly kind: 'ready'; readonly status: ProjectStatus }
  /** It is on its way to running. */
  | { readonly kind: 'coming'; readonly status: ProjectStatus }
  /** It stays as it is until somebody does something about it. */
  | { readonly kind: 'asleep'; readonly status: ProjectStatus };

export interface WakePorts extends TransitionPorts {
  /** First segments of the paths that projects answer at. */
  readonly services: readonly string[];
}

type Verdict = Wake['kind'] | { readonly wakesAfterMinutes: number };

/**
 * What a request does to a project in each status. A restore that failed is not tried again at once, or a project
 * that cannot start would be started by every request.
 */
const VERDICTS: Record<ProjectStatus, Verdict> = {
  COMING_UP: 'coming',
  ACTIVE_HEALTHY: 'ready',
  ACTIVE_UNHEALTHY: 'ready',
  PAUSING: 'coming',
  INACTIVE: { wakesAfterMinutes: 0 },
  RESTORING: 'coming',
  RESTARTING: 'coming',
  RESIZING: 'coming',
  UPGRADING: 'coming',
  GOING_DOWN: 'unknown',
  REMOVED: 'unknown',
  INIT_FAILED: 'asleep',
  PAUSE_FAILED: { wakesAfterMinutes: 0 },
  RESTORE_FAILED: { wakesAfterMinutes: 15 },
  UNKNOWN: 'coming',
};

/** Looks at the project and starts to restore it if this request is a reason to. However many ask, one restores. */
export async function wakeProject(
  ref: ProjectRef,
  arrival: Arrival,
  actor: Actor,
  ports: WakePorts,
): Promise<Wake> {
  const found = await ports.projects.find(ref);
  if (found === undefined) return { kind: 'unknown' };
  const { status } = found.value;
  const verdict = VERDICTS[status];
  if (verdict === 'unknown') return { kind: verdict };
  if (verdict !== 'ready' && isWatching(arrival)) return { kind: 'asleep', status };
  if (typeof verdict === 'string') return { kind: verdict, status };
  const rested = isOlder(found.value, verdict.wakesAfterMinutes, ports.clock.now());
  if (!rested || !isMeant(arrival, ports.services)) return { kind: 'asleep', status };
  const begun = await beginTransition(ref, 'restore', actor, ports);
  if (begun.ok) return { kind: 'coming', status: begun.value.status };
  if (begun.error.code === 'not_found') return { kind: 'unknown' };
  if (begun.error.code === 'quota_exceeded') return { kind: 'asleep', status };
  // Another request has changed its status since: what that came to, the next look tells.
  return { kind: 'coming', status };
}

function isOlder({ updated_at }: Project, minutes: number, now: Date): boolean {
  return now.getTime() - Date.parse(updated_at) >= minutes * 60_000;
}

/** Crawlers find the addresses in certificate logs and ask for pages; clients have a key or know the services. */
export function isMeant(arrival: Arrival, services: readonly string[]): boolean {
  const { path, hasKey } = arrival;
  if (isWatching(arrival)) return false;
  return hasKey || services.some((service) => path === `/${service}` || path.startsWith(`/${service}/`));
}

/** Where a project's numbers are. To be watched is no use: it wakes nothing, waits for nothing and keeps nothing awake. */
const NUMBERS = ['/metrics', '/customer/v1/privileged/metrics'];

export const isWatching = ({ path }: Pick<Arrival, 'path'>) => NUMBERS.includes(path);
