import { describe, expect, it } from 'vitest';
import { type IdleFacts, evidenceOf, idleVerdict } from './idle-verdict.ts';

const DAY = 24 * 3600_000;
const T0 = Date.parse('2026-01-01T00:00:00Z');
const at = (days: number) => new Date(T0 + days * DAY);
const iso = (days: number) => at(days).toISOString();

const facts = (more: Partial<IdleFacts> = {}): IdleFacts => ({
  project: { created_at: iso(0), active_since: null, idle_exempt: false },
  activity: {},
  idleAfterMs: 7 * DAY,
  warning: undefined,
  now: at(1),
  ...more,
});
const warned = (since: number, when: number) => ({ idle_since: iso(since), warned_at: iso(when) });
const kind = (more: Partial<IdleFacts>) => idleVerdict(facts(more)).kind;

describe('a project that nobody has ever used', () => {
  it.each([
    ['is new', { now: at(1) }, 'in_use'],
    ['is told of in time', { now: at(6) }, 'to_warn'],
    ['was told of', { now: at(6.5), warning: warned(0, 6) }, 'warned'],
    ['has had its time', { now: at(7), warning: warned(0, 6) }, 'to_pause'],
  ] as const)('%s', (_, more, expected) => expect(kind(more)).toBe(expected));
});

describe('counts from the last of', () => {
  it.each([
    ['its creation', {}, 0],
    ['its uses, whichever', { activity: { rest: iso(2), realtime: iso(3), auth: iso(1) } }, 3],
    ['its start', { project: { created_at: iso(0), active_since: iso(4), idle_exempt: false } }, 4],
  ] as const)('%s', (_, more, days) => {
    const verdict = idleVerdict(facts({ now: at(5), ...more }));
    expect(verdict.idleSince).toEqual(at(days));
    expect(verdict.pausesAt).toEqual(at(days + 7));
    expect(verdict.warnsAt).toEqual(at(days + 6));
  });
});

it('a use after the warning starts all over', () => {
  expect(kind({ now: at(7), warning: warned(0, 6), activity: { storage: iso(6.9) } })).toBe('in_use');
  expect(kind({ now: at(12.8), warning: warned(0, 6), activity: { storage: iso(6.9) } })).toBe('in_use');
  expect(kind({ now: at(12.9), warning: warned(0, 6), activity: { storage: iso(6.9) } })).toBe('to_warn');
});

it('nobody is paused without half of the notice, however late the warning', () => {
  const late = { now: at(30), warning: undefined };
  expect(kind(late)).toBe('to_warn');
  expect(kind({ now: at(30.4), warning: warned(0, 30) })).toBe('warned');
  expect(kind({ now: at(30.5), warning: warned(0, 30) })).toBe('to_pause');
});

it('what is exempt, or on a plan that never pauses, is not even warned of', () => {
  const project = { created_at: iso(0), active_since: null, idle_exempt: true };
  expect(idleVerdict(facts({ project, now: at(90) }))).toMatchObject({ kind: 'exempt', pausesAt: null });
  expect(kind({ idleAfterMs: null, now: at(90) })).toBe('never');
});

it('a quarter of a short idle time is its notice', () => {
  const verdict = idleVerdict(facts({ idleAfterMs: 40_000, now: new Date(T0) }));
  expect(verdict.warnsAt).toEqual(new Date(T0 + 30_000));
});

it('keeps what a pause was decided on', () => {
  const decided = facts({ now: at(9), warning: warned(2, 8), activity: { auth: iso(2) } });
  expect(evidenceOf(idleVerdict(decided), decided)).toEqual({
    decided_at: iso(9),
    idle_since: iso(2),
    idle_after_seconds: 7 * 24 * 3600,
    last_use: { use: 'auth', at: iso(2) },
    warned_at: iso(8),
  });
});
