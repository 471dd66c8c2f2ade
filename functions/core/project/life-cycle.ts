import { PROJECT_STATUSES, type ProjectStatus } from '../../contract/status.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export const PROJECT_EVENTS = [
  'provision',
  'provisioned',
  'provision_failed',
  'pause',
  'paused',
  'pause_failed',
  'pause_withdrawn',
  'restore',
  'recover',
  'restored',
  'restore_failed',
  'cancel_restore',
  'restart',
  'resize',
  'upgrade',
  'reset',
  'redeployed',
  'rolled_back',
  'sickened',
  'recovered',
  'remove',
  'removed',
] as const;

export type ProjectEvent = (typeof PROJECT_EVENTS)[number];

interface StatusRow {
  /** The status as people read it. */
  readonly label: string;
  /** Minutes after which a project still in this status is taken up by the reconciler; null: it may stay. */
  readonly minutes: number | null;
  readonly on: Partial<Record<ProjectEvent, ProjectStatus>>;
  /** Said to a person whose event this status does not permit. */
  readonly because: string;
}

/** What a running project permits, well or not. */
const RUNNING = {
  pause: 'PAUSING',
  restart: 'RESTARTING',
  recover: 'RESTORING',
  resize: 'RESIZING',
  upgrade: 'UPGRADING',
  reset: 'COMING_UP',
  remove: 'GOING_DOWN',
} as const;

/** How it ends when a project that should run is brought up again, after its machine was lost for example. */
const REVIVED = { restored: 'ACTIVE_HEALTHY', restore_failed: 'RESTORE_FAILED' } as const;

/** How a redeployment of any kind ends. */
const REDEPLOYING = {
  redeployed: 'ACTIVE_HEALTHY',
  rolled_back: 'ACTIVE_HEALTHY',
  remove: 'GOING_DOWN',
} as const;

/**
 * The whole life of a project. The minutes are a little above the worst case of the workflow that drives the
 * status (a test holds them to it).
 */
const LIFE_CYCLE: Record<ProjectStatus, StatusRow> = {
  COMING_UP: {
    label: 'Coming up',
    minutes: 60,
    on: { provisioned: 'ACTIVE_HEALTHY', provision_failed: 'INIT_FAILED', remove: 'GOING_DOWN' },
    because: 'the project is being created; wait until it is ACTIVE_HEALTHY',
  },
  ACTIVE_HEALTHY: {
    label: 'Healthy',
    minutes: null,
    on: { ...RUNNING, sickened: 'ACTIVE_UNHEALTHY', restore_failed: 'RESTORE_FAILED' },
    because: 'the project is running',
  },
  ACTIVE_UNHEALTHY: {
    label: 'Unhealthy',
    minutes: null,
    on: { ...RUNNING, recovered: 'ACTIVE_HEALTHY', ...REVIVED },
    because: 'the project is running, though not healthy',
  },
  PAUSING: {
    label: 'Pausing',
    minutes: 45,
    on: {
      paused: 'INACTIVE',
      pause_failed: 'PAUSE_FAILED',
      pause_withdrawn: 'ACTIVE_HEALTHY',
      remove: 'GOING_DOWN',
    },
    because: 'the project is being paused; wait until it is INACTIVE',
  },
  INACTIVE: {
    label: 'Paused',
    minutes: null,
    on: { restore: 'RESTORING', remove: 'GOING_DOWN' },
    because: 'the project is paused; restore it first',
  },
  RESTORING: {
    label: 'Restoring',
    // Of a backup; waking takes minutes, and what comes to nothing then says so by itself.
    minutes: 120,
    on: {
      restored: 'ACTIVE_HEALTHY',
      restore_failed: 'RESTORE_FAILED',
      cancel_restore: 'PAUSING',
      remove: 'GOING_DOWN',
    },
    because: 'the project is being restored; wait until it is ACTIVE_HEALTHY',
  },
  RESTARTING: {
    label: 'Restarting',
    minutes: 60,
    on: REDEPLOYING,
    because: 'the project is restarting; wait until it is ACTIVE_HEALTHY',
  },
  RESIZING: {
    label: 'Resizing',
    minutes: 60,
    on: REDEPLOYING,
    because: 'the project is being resized; wait until it is ACTIVE_HEALTHY',
  },
  UPGRADING: {
    label: 'Upgrading',
    minutes: 60,
    on: REDEPLOYING,
    because: 'the project is being upgraded; wait until it is ACTIVE_HEALTHY',
  },
  GOING_DOWN: {
    label: 'Being deleted',
    minutes: 60,
    on: { removed: 'REMOVED' },
    because: 'the project is being deleted',
  },
  REMOVED: {
    label: 'Deleted',
    minutes: null,
    on: {},
    because: 'the project has been deleted',
  },
  INIT_FAILED: {
    label: 'Creation failed',
    minutes: null,
    on: { provision: 'COMING_UP', remove: 'GOING_DOWN' },
    because: 'the project could not be created and holds nothing; retry its creation or delete it',
  },
  PAUSE_FAILED: {
    label: 'Pause failed',
    minutes: null,
    on: { pause: 'PAUSING', restore: 'RESTORING', remove: 'GOING_DOWN' },
    because: 'the last pause failed; pause or restore it again',
  },
  RESTORE_FAILED: {
    label: 'Restore failed',
    minutes: null,
    on: { restore: 'RESTORING', recover: 'RESTORING', pause: 'PAUSING', remove: 'GOING_DOWN' },
    because: 'the last restore failed; restore it again',
  },
  UNKNOWN: {
    label: 'Unknown',
    minutes: null,
    on: {
      recovered: 'ACTIVE_HEALTHY',
      sickened: 'ACTIVE_UNHEALTHY',
      restore: 'RESTORING',
      remove: 'GOING_DOWN',
      ...REVIVED,
    },
    because: 'what became of the project is not known yet; it is being looked into',
  },
};

export interface Transition {
  readonly status: ProjectStatus;
  /** When the reconciler takes the project up if it is still in `status`; null where it may stay. */
  readonly deadline: Date | null;
}

export interface IllegalTransition {
  readonly code: 'illegal_transition';
  readonly status: ProjectStatus;
  readonly event: ProjectEvent;
  readonly because: string;
}

/** The one judge of what may follow what. */
export function transition(
  status: ProjectStatus,
  event: ProjectEvent,
  now: Date,
): Result<Transition, IllegalTransition> {
  const next = LIFE_CYCLE[status].on[event];
  if (next === undefined) {
    return err({ code: 'illegal_transition', status, event, because: LIFE_CYCLE[status].because });
  }
  return ok({ status: next, deadline: deadlineOf(next, now) });
}

export function deadlineOf(status: ProjectStatus, now: Date): Date | null {
  const { minutes } = LIFE_CYCLE[status];
  return minutes === null ? null : new Date(now.getTime() + minutes * 60_000);
}

/** The statuses that a workflow has to end. */
export const TRANSITIONAL: readonly ProjectStatus[] = PROJECT_STATUSES.filter(
  (status) => LIFE_CYCLE[status].minutes !== null,
);

/** A status for people: what it is called, and what it means, a sentence. */
export function wordsFor(status: ProjectStatus): { readonly label: string; readonly meaning: string } {
  const { label, because } = LIFE_CYCLE[status];
  return { label, meaning: sentence(because) };
}

export const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
