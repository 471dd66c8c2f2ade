import { describe, expect, it } from 'vitest';
import { PROJECT_STATUSES, type ProjectStatus } from '../../contract/status.ts';
import { PROJECT_EVENTS, TRANSITIONAL, transition, type ProjectEvent } from './life-cycle.ts';

const NOW = new Date('2026-01-01T00:00:00Z');

/** The legal pairs, written out a second time by hand: the table under test must hold these and no other. */
const LEGAL: Record<ProjectEvent, Partial<Record<ProjectStatus, ProjectStatus>>> = {
  provision: { INIT_FAILED: 'COMING_UP' },
  provisioned: { COMING_UP: 'ACTIVE_HEALTHY' },
  provision_failed: { COMING_UP: 'INIT_FAILED' },
  pause: {
    ACTIVE_HEALTHY: 'PAUSING',
    ACTIVE_UNHEALTHY: 'PAUSING',
    PAUSE_FAILED: 'PAUSING',
    RESTORE_FAILED: 'PAUSING',
  },
  paused: { PAUSING: 'INACTIVE' },
  pause_failed: { PAUSING: 'PAUSE_FAILED' },
  pause_withdrawn: { PAUSING: 'ACTIVE_HEALTHY' },
  restore: {
    INACTIVE: 'RESTORING',
    PAUSE_FAILED: 'RESTORING',
    RESTORE_FAILED: 'RESTORING',
    UNKNOWN: 'RESTORING',
  },
  recover: {
    ACTIVE_HEALTHY: 'RESTORING',
    ACTIVE_UNHEALTHY: 'RESTORING',
    RESTORE_FAILED: 'RESTORING',
  },
  restored: { RESTORING: 'ACTIVE_HEALTHY', ACTIVE_UNHEALTHY: 'ACTIVE_HEALTHY', UNKNOWN: 'ACTIVE_HEALTHY' },
  restore_failed: {
    RESTORING: 'RESTORE_FAILED',
    ACTIVE_HEALTHY: 'RESTORE_FAILED',
    ACTIVE_UNHEALTHY: 'RESTORE_FAILED',
    UNKNOWN: 'RESTORE_FAILED',
  },
  cancel_restore: { RESTORING: 'PAUSING' },
  restart: { ACTIVE_HEALTHY: 'RESTARTING', ACTIVE_UNHEALTHY: 'RESTARTING' },
  resize: { ACTIVE_HEALTHY: 'RESIZING', ACTIVE_UNHEALTHY: 'RESIZING' },
  upgrade: { ACTIVE_HEALTHY: 'UPGRADING', ACTIVE_UNHEALTHY: 'UPGRADING' },
  reset: { ACTIVE_HEALTHY: 'COMING_UP', ACTIVE_UNHEALTHY: 'COMING_UP' },
  redeployed: { RESTARTING: 'ACTIVE_HEALTHY', RESIZING: 'ACTIVE_HEALTHY', UPGRADING: 'ACTIVE_HEALTHY' },
  rolled_back: { RESTARTING: 'ACTIVE_HEALTHY', RESIZING: 'ACTIVE_HEALTHY', UPGRADING: 'ACTIVE_HEALTHY' },
  sickened: { ACTIVE_HEALTHY: 'ACTIVE_UNHEALTHY', UNKNOWN: 'ACTIVE_UNHEALTHY' },
  recovered: { ACTIVE_UNHEALTHY: 'ACTIVE_HEALTHY', UNKNOWN: 'ACTIVE_HEALTHY' },
  remove: Object.fromEntries(
    PROJECT_STATUSES.filter((status) => status !== 'GOING_DOWN' && status !== 'REMOVED').map((status) => [
      status,
      'GOING_DOWN',
    ]),
  ),
  removed: { GOING_DOWN: 'REMOVED' },
};

describe.each(PROJECT_STATUSES)('a project that is %s', (status) => {
  it.each(PROJECT_EVENTS)('on %s', (event) => {
    const expected = LEGAL[event][status];
    const actual = transition(status, event, NOW);
    if (expected === undefined) {
      expect(actual).toMatchObject({ ok: false, error: { code: 'illegal_transition', status, event } });
      return;
    }
    expect(actual).toMatchObject({ ok: true, value: { status: expected } });
  });
});

describe('the life cycle as a whole', () => {
  it('gives every transitional status a deadline, and no other one', () => {
    for (const [event, pairs] of Object.entries(LEGAL)) {
      for (const from of PROJECT_STATUSES) {
        if (pairs[from] === undefined) continue;
        const known = PROJECT_EVENTS.find((name) => name === event);
        const result = transition(from, known ?? 'remove', NOW);
        const value = result.ok ? result.value : undefined;
        expect(value?.deadline !== null).toBe(value !== undefined && TRANSITIONAL.includes(value.status));
      }
    }
  });

  it('lets every project but a deleted one be deleted in the end', () => {
    for (const status of PROJECT_STATUSES.filter((each) => each !== 'REMOVED')) {
      const going = status === 'GOING_DOWN' ? status : 'remove';
      const first =
        going === 'remove' ? transition(status, 'remove', NOW) : { ok: true as const, value: { status } };
      expect(first.ok && transition(first.value.status, 'removed', NOW).ok).toBe(true);
    }
  });
});
