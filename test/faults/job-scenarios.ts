import { expect } from 'vitest';
import { type JobName } from '../../functions/contract/jobs.ts';
import { cellIdSchema, type ProjectRef } from '../../functions/core/kernel/ids.ts';
import { beginTransition } from '../../functions/core/project/begin-transition.ts';
import { Sightings } from '../../functions/core/project/sightings.ts';
import { followSubscription } from '../../functions/core/billing/follow-subscription.ts';
import { meterHour } from '../../functions/core/usage/meter-hour.ts';
import { hourOf, monthOf } from '../../functions/core/usage/period.ts';
import { recordEvents } from '../../functions/core/usage/record-usage.ts';
import { usageOwed } from '../../functions/core/usage/statement.ts';
import { UsageStore } from '../../functions/core/usage/usage-store.ts';
import { reportAllUsage } from '../../functions/jobs/report-usage.ts';
import { keepBackups } from '../../functions/jobs/keep-backups.ts';
import { pauseIdle } from '../../functions/jobs/pause-idle.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { organizationItem } from '../../functions/core/organization/organization-store.ts';
import { newStack } from '../contracts/stack-fixture.ts';
import type { World } from './world.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const CELLS = [cellIdSchema.parse('local')];

export interface JobScenario {
  readonly job: JobName;
  /** What there is for the job to do. */
  readonly prepare: (world: World, ref: ProjectRef) => Promise<void>;
  readonly work: (world: World, ref: ProjectRef) => Promise<void>;
  /** What must be so in the end, whatever went wrong meanwhile. */
  readonly holds: (world: World, ref: ProjectRef, story: string) => Promise<void>;
}

const tidy = (world: World) =>
  sweep(CELLS, { ...world.ports, sightings: new Sightings(world.ports.table, world.ports.clock) });
const weekly = (world: World) => pauseIdle({ ...world.ports, idleAfter: () => 7 * DAY });
const status = (world: World, ref: ProjectRef) => world.statusOf(ref);
const record = async (world: World, ref: ProjectRef) => (await world.ports.projects.find(ref))?.value;

/** It runs, and has all that it needs to. */
async function runs(world: World, ref: ProjectRef, story: string): Promise<void> {
  const { generation = 0, status: now } = (await record(world, ref)) ?? {};
  const { database, published, stacks, secret, promoted } = world.cloud.of(ref);
  expect(
    {
      now,
      state: database?.state,
      published,
      stacks: [...stacks.keys()],
      promoted,
      secret: secret?.db_password,
    },
    story,
  ).toEqual({
    now: 'ACTIVE_HEALTHY',
    state: 'available',
    published: true,
    stacks: [generation],
    promoted: generation,
    secret: database?.ownerPassword,
  });
}

const warnings = (world: World) =>
  [...world.cloud.mails.values()].filter(({ subject }) => subject.endsWith('will be paused'));

async function meter(world: World, ref: ProjectRef): Promise<void> {
  const { ports } = world;
  const usage = new UsageStore(ports.table);
  const at = new Date(Date.parse('2026-01-01T00:30:00Z'));
  const events = [1, 2, 3].map((id) => ({ id: `line ${id}`, at, amounts: { requests_rest: 1 } }));
  await recordEvents(ref, 'edge', events, { ...ports, usage });
  await meterHour(ref, { amounts: { database_bytes: 1000 } }, { ...ports, usage });
}

const GB = 1024 ** 3;

async function organizationOf(world: World, ref: ProjectRef) {
  const slug = (await record(world, ref))?.organization;
  const organization = slug && (await world.ports.organizations.organization(slug));
  if (organization === undefined) throw new Error('the organization is lost');
  return organization;
}

async function subscribe(world: World, ref: ProjectRef): Promise<string> {
  const { money, ports, actor } = world;
  const organization = await organizationOf(world, ref);
  const customer = await money.customerFor(organization.slug);
  const item = organizationItem({ ...organization, plan: 'free', payment: { customer, subscription: null } });
  await ports.organizations.write([{ kind: 'put', if: 'any', item }]);
  await money.checkout({ customer, plan: 'pro', cycle: new Date(0) });
  const id = money.pay();
  await followSubscription(organization.slug, customer, money, actor, ports);
  return id;
}

const useEgress = (world: World, ref: ProjectRef, egress: number) =>
  recordEvents(
    ref,
    'edge',
    [{ id: `${egress}`, at: world.ports.clock.now(), amounts: { egress_bytes_rest: egress } }],
    { ...world.ports, usage: new UsageStore(world.ports.table) },
  );

const report = ({ ports, payments }: World) =>
  reportAllUsage({ ...ports, payments, usage: new UsageStore(ports.table) });

export const JOB_SCENARIOS: Readonly<Record<string, JobScenario>> = {
  'warn of a pause': {
    job: 'pause-idle',
    prepare: async (world) => world.pass(6 * DAY),
    work: weekly,
    async holds(world, ref, story) {
      await runs(world, ref, story);
      expect(warnings(world), story).toHaveLength(1);
    },
  },
  'pause what is idle': {
    job: 'pause-idle',
    async prepare(world) {
      world.pass(6 * DAY);
      await weekly(world);
      world.pass(DAY);
    },
    work: weekly,
    async holds(world, ref, story) {
      const now = await status(world, ref);
      // What could not be told for certain was let run on; what could not be stopped says so.
      expect(['INACTIVE', 'ACTIVE_HEALTHY', 'PAUSE_FAILED'], story).toContain(now);
      if (now === 'ACTIVE_HEALTHY') return runs(world, ref, story);
      const { stacks, published } = world.cloud.of(ref);
      if (now === 'INACTIVE')
        expect({ stacks: stacks.size, published }, story).toEqual({ stacks: 0, published: false });
      expect((await record(world, ref))?.idle_pause, story).not.toBeNull();
    },
  },
  'leave alone what is used at the last moment': {
    job: 'pause-idle',
    async prepare(world, ref) {
      world.pass(6 * DAY);
      await weekly(world);
      world.pass(DAY);
      world.cloud.busySessions = 1;
      expect(await status(world, ref)).toBe('ACTIVE_HEALTHY');
    },
    work: weekly,
    async holds(world, ref, story) {
      const now = await status(world, ref);
      // Where the machine died, the session did too.
      if (now === 'INACTIVE' || now === 'PAUSE_FAILED') return;
      await runs(world, ref, story);
    },
  },
  'take up what is overdue': {
    job: 'reconcile',
    async prepare(world, ref) {
      world.fail(({ port }) =>
        port === 'compute' ? { at: 'before', error: () => new Promise<never>(() => {}) } : undefined,
      );
      await beginTransition(ref, 'pause', world.actor, world.ports);
      world.crash();
      world.pass(2 * HOUR);
    },
    work: (world) => reconcile('tick', world.ports),
    async holds(world, ref, story) {
      expect(['INACTIVE', 'PAUSE_FAILED'], story).toContain(await status(world, ref));
    },
  },
  'bring back a database and an address': {
    job: 'sweep',
    async prepare(world, ref) {
      const project = world.cloud.of(ref);
      project.published = false;
      if (project.database !== undefined) project.database.state = 'stopped';
    },
    work: tidy,
    async holds(world, ref, story) {
      // A restore that failed for good was put back to rest; it is woken by the next request.
      if ((await status(world, ref)) === 'RESTORE_FAILED') return;
      await runs(world, ref, story);
    },
  },
  'bring back a secret': {
    job: 'sweep',
    async prepare(world, ref) {
      delete world.cloud.of(ref).secret;
    },
    work: tidy,
    holds: runs,
  },
  'remove what belongs to nobody': {
    job: 'sweep',
    async prepare(world) {
      const orphan = world.cloud.of(newStack().ref);
      orphan.objects = true;
      orphan.prepared = true;
      orphan.published = true;
      await tidy(world);
      world.pass(HOUR);
    },
    work: tidy,
    async holds(world, ref, story) {
      const others = [...world.cloud.projects.keys()].filter((each) => each !== ref);
      expect(
        others.flatMap((each) => world.cloud.remnants(each)),
        story,
      ).toEqual([]);
      await runs(world, ref, story);
    },
  },
  'take a backup': {
    job: 'keep-backups',
    prepare: async (world) => world.pass(5 * HOUR),
    work: (world) => keepBackups(world.ports),
    async holds(world, ref, story) {
      expect(world.cloud.of(ref).database?.backups?.size ?? 0, story).toBeGreaterThan(0);
    },
  },
  'report what was used': {
    job: 'report-usage',
    async prepare(world, ref) {
      await subscribe(world, ref);
      await useEgress(world, ref, 350 * GB);
    },
    work: report,
    async holds(world, ref, story) {
      // Whatever is left undone the next run does; what was done it does not do again.
      await report(world);
      const ports = { ...world.ports, usage: new UsageStore(world.ports.table) };
      const owed = await usageOwed(await organizationOf(world, ref), monthOf(ports.clock.now()), ports);
      expect([owed, world.money.charged('cus_1')], story).toEqual([900, 900]);
    },
  },
  'end a plan that nobody pays for': {
    job: 'report-usage',
    async prepare(world, ref) {
      world.money.sold(await subscribe(world, ref)).status = 'canceled';
      await report(world);
      world.pass(3 * DAY);
    },
    work: report,
    async holds(world, ref, story) {
      expect((await organizationOf(world, ref)).plan, story).toBe('free');
      const told = [...world.cloud.mails.values()].map(({ subject }) => subject);
      expect(
        told.filter((subject) => subject.endsWith('is on the free plan')),
        story,
      ).toHaveLength(1);
    },
  },
  'meter an hour': {
    job: 'meter',
    prepare: async () => {},
    work: meter,
    async holds(world, ref, story) {
      const usage = new UsageStore(world.ports.table);
      const month = monthOf(new Date('2026-01-01T00:00:00Z'));
      const first = await usage.hour(ref, hourOf(new Date('2026-01-01T00:00:00Z')));
      expect(first, story).toEqual({ requests_rest: 3, database_bytes: 1000 });
      expect((await usage.month(ref, month)).totals, story).toEqual(await usage.recomputed(ref, month));
    },
  },
};
