import type { Plan } from '../../contract/plans.ts';
import { PLAN_LIMITS } from '../organization/plans.ts';

const DAY_MS = 24 * 3600_000;

/** Milliseconds without a use after which projects on a plan are paused; null: never. */
export type IdleAfter = (plan: Plan) => number | null;

/** `everywhere`: the same for every plan. */
export function idleAfter(everywhere?: number): IdleAfter {
  return (plan) => {
    const { idle_pause_days: days } = PLAN_LIMITS[plan];
    return everywhere ?? (days === null ? null : days * DAY_MS);
  };
}
