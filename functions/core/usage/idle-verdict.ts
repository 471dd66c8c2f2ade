import { type Activity, type Use, lastUse } from '../project/activity.ts';
import type { IdleEvidence } from '../project/idle.ts';
import type { Project } from '../project/project.ts';

const DAY_MS = 24 * 3600_000;

/** How long before it is paused somebody is told: a day of a week, and never more than a quarter of the time. */
const noticeMs = (idleAfterMs: number) => Math.min(DAY_MS, idleAfterMs / 4);

/** That somebody was told, of which idle time. */
export interface IdleWarning {
  readonly idle_since: string;
  readonly warned_at: string;
}

export interface IdleFacts {
  readonly project: Pick<Project, 'created_at' | 'active_since' | 'idle_exempt'>;
  readonly activity: Activity;
  /** Null: the plan never pauses. */
  readonly idleAfterMs: number | null;
  readonly warning: IdleWarning | undefined;
  readonly now: Date;
}

/**
 * `exempt`, `never`: it is not paused, whatever happens. `in_use`: it has been used lately enough. `to_warn`: it is
 * time to say that it will be paused. `warned`: that has been said. `to_pause`: its time has come.
 */
type IdleVerdictKind = 'exempt' | 'never' | 'in_use' | 'to_warn' | 'warned' | 'to_pause';

export interface IdleVerdict {
  readonly kind: IdleVerdictKind;
  readonly idleSince: Date;
  readonly lastUse: { readonly use: Use; readonly at: string } | null;
  /** Null: never. */
  readonly warnsAt: Date | null;
  readonly pausesAt: Date | null;
}

/** What is to become of a project that runs, and why. Nobody is paused without half of the notice, however late jobs run. */
export function idleVerdict(facts: IdleFacts): IdleVerdict {
  const { project, activity, idleAfterMs, now } = facts;
  const last = lastUse(activity);
  const idleSince = latest([project.created_at, project.active_since, last?.at]);
  const known = { idleSince, lastUse: last ?? null };
  if (project.idle_exempt || idleAfterMs === null)
    return { ...known, kind: project.idle_exempt ? 'exempt' : 'never', warnsAt: null, pausesAt: null };
  const notice = noticeMs(idleAfterMs);
  const planned = idleSince.getTime() + idleAfterMs;
  const warnsAt = new Date(planned - notice);
  const warnedAt = validWarning(facts, idleSince);
  const pausesAt = new Date(Math.max(planned, (warnedAt ?? now).getTime() + notice / 2));
  return { ...known, kind: kindOf({ warnsAt, warnedAt, pausesAt, now }), warnsAt, pausesAt };
}

interface Times {
  readonly warnsAt: Date;
  readonly warnedAt: Date | undefined;
  readonly pausesAt: Date;
  readonly now: Date;
}

function kindOf({ warnsAt, warnedAt, pausesAt, now }: Times): IdleVerdictKind {
  if (now < warnsAt) return 'in_use';
  if (warnedAt === undefined) return 'to_warn';
  return now < pausesAt ? 'warned' : 'to_pause';
}

/** A warning of an idle time that was ended by a use counts for nothing. */
function validWarning({ warning }: IdleFacts, idleSince: Date): Date | undefined {
  return warning?.idle_since === idleSince.toISOString() ? new Date(warning.warned_at) : undefined;
}

/** What a verdict to pause is kept as. */
export function evidenceOf(
  verdict: IdleVerdict,
  { idleAfterMs, warning, now }: IdleFacts,
): IdleEvidence | undefined {
  if (verdict.kind !== 'to_pause' || idleAfterMs === null || warning === undefined) return undefined;
  return {
    decided_at: now.toISOString(),
    idle_since: verdict.idleSince.toISOString(),
    idle_after_seconds: idleAfterMs / 1000,
    last_use: verdict.lastUse,
    warned_at: warning.warned_at,
  };
}

function latest(times: readonly (string | null | undefined)[]): Date {
  return new Date(Math.max(...times.flatMap((time) => (typeof time === 'string' ? [Date.parse(time)] : []))));
}
