import {
  type OrganizationSlug,
  organizationSlugSchema,
  type ProjectRef,
} from '../../functions/core/kernel/ids.ts';
import { JobLedger } from '../../functions/core/jobs/job-ledger.ts';
import { OrganizationStore } from '../../functions/core/organization/organization-store.ts';
import {
  organizationItem,
  membershipItem,
  putNew,
} from '../../functions/core/organization/organization-store.ts';
import type { Principal } from '../../functions/core/organization/principal.ts';
import { systemActor } from '../../functions/core/organization/system-actor.ts';
import { createProject } from '../../functions/core/project/create-project.ts';
import { ProjectStore } from '../../functions/core/project/project-store.ts';
import { wakeProject } from '../../functions/core/project/wake-project.ts';
import { idleAfter } from '../../functions/core/usage/idle-after.ts';
import { meterHour } from '../../functions/core/usage/meter-hour.ts';
import { type UsageEvent, recordEvents } from '../../functions/core/usage/record-usage.ts';
import { UsageStore } from '../../functions/core/usage/usage-store.ts';
import { StoredUse } from '../../functions/core/usage/stored-use.ts';
import type { JobName } from '../../functions/contract/jobs.ts';
import { pauseIdle } from '../../functions/jobs/pause-idle.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import { runJob } from '../../functions/jobs/run-job.ts';
import { type FaultPlan, withFaults } from '../fakes/faults.ts';
import { World } from '../faults/world.ts';
import { pick } from '../kills/seeded.ts';
import { Oracle, databaseBytes } from './oracle.ts';
import type { Habit } from './tenants.ts';

export const HOUR_MS = 3600_000;
export const DAY_MS = 24 * HOUR_MS;
const START = Date.parse('2026-01-01T00:00:00Z');

/** The jobs' interval: every hour is metered all the same. */
const TICK_HOURS = 3;
/** Within the last hour, which is the last one that a sample stands for. */
const TICK_BEFORE_MS = 60_000;

const SERVICES = ['rest', 'auth', 'storage', 'realtime', 'functions'] as const;

interface Line {
  readonly ref: ProjectRef;
  readonly event: UsageEvent;
}

/** What went wrong in the month, by how often. */
export type Mishaps = Record<'crashed' | 'late' | 'twice' | 'lines late' | 'lines twice', number>;

/** A cloud with its users and its jobs, hour by hour. */
export class Simulation {
  readonly world = new World();
  readonly oracle = new Oracle();
  readonly usage: UsageStore;
  readonly mishaps: Mishaps = { crashed: 0, late: 0, twice: 0, 'lines late': 0, 'lines twice': 0 };
  readonly refs: ProjectRef[] = [];
  readonly organizations: OrganizationSlug[] = [];
  /** What must not have happened. */
  readonly wrongs: string[] = [];
  readonly counts = { pauses: 0, wakes: 0, uses: 0 };
  readonly #random: () => number;
  readonly #running = new Map<ProjectRef, boolean>();
  /** Projects that may have an hour to sample. */
  readonly #unsampled = new Set<ProjectRef>();
  readonly #lines = new Map<number, Line[]>();
  readonly #ledger: JobLedger;
  #principal: Principal | undefined;

  constructor(random: () => number) {
    this.#random = random;
    const { table, clock } = this.world.ports;
    this.usage = new UsageStore(table);
    this.#ledger = new JobLedger(table, clock);
  }

  get now(): number {
    return this.world.ports.clock.now().getTime();
  }

  /** The month, tick by tick: what people do meanwhile, and then the jobs. */
  async run(habits: readonly Habit[], hours: number): Promise<void> {
    const owners = await this.world.create('the operator’s');
    await this.world.quiet();
    this.#principal = owners.principal;
    const happenings = habits.flatMap((habit, at) => [
      { at: habit.createdAtMs, run: () => this.#create(habit, at) },
      ...habit.uses.map((use) => ({ at: use, run: () => this.#use(this.#refOf(at)) })),
    ]);
    happenings.sort((a, b) => a.at - b.at);
    let next = 0;
    for (let hour = 0; hour < hours; hour += TICK_HOURS) {
      const end = hour + TICK_HOURS;
      for (let each = happenings[next]; each !== undefined && each.at < end * HOUR_MS;) {
        this.#goTo(START + each.at);
        await each.run();
        next += 1;
        each = happenings[next];
      }
      this.#goTo(START + end * HOUR_MS - TICK_BEFORE_MS);
      for (let past = hour; past < end; past += 1) await this.#ingest(past);
      await this.#tick();
    }
  }

  /** What was on its way arrives, and what was left undone is done. */
  async settle(hours: number): Promise<void> {
    const late = [...this.#lines.keys()].filter((hour) => hour >= hours);
    for (const hour of late) await this.#ingest(hour);
    await this.#sample(jobPorts(this.world, () => undefined));
  }

  readonly #byHabit = new Map<number, ProjectRef>();
  #refOf(habit: number): ProjectRef {
    const ref = this.#byHabit.get(habit);
    if (ref === undefined) throw new Error('used before it was created');
    return ref;
  }

  #goTo(at: number): void {
    this.world.pass(Math.max(0, at - this.now));
  }

  async #create({ plan }: Habit, at: number): Promise<void> {
    const { ports, actor } = this.world;
    const slug = await this.#organization(plan, at);
    const user = this.#principal?.user;
    if (user === undefined) throw new Error('nobody creates it');
    const membership = { organization: slug, user: user.id, role: 'owner' } as const;
    const principal: Principal = { user, memberships: [membership], scopes: null };
    const created = await createProject(principal, actor, { name: `p${at}`, features: [] }, ports);
    if (!created.ok) throw new Error(created.error.message);
    await this.world.quiet();
    const { ref } = created.value;
    this.refs.push(ref);
    this.#byHabit.set(at, ref);
    await this.#look(ref);
  }

  /** Two projects each, which is what a free plan permits. */
  async #organization(plan: Habit['plan'], at: number): Promise<OrganizationSlug> {
    const slug = organizationSlugSchema.parse(`${plan}-${Math.floor(at / 20)}-${at % 10}`);
    if (this.organizations.includes(slug)) return slug;
    const user = this.#principal?.user.id;
    if (user === undefined) throw new Error('nobody owns it');
    const created_at = this.world.ports.clock.now().toISOString();
    await this.world.ports.organizations.write([
      putNew(organizationItem({ slug, name: slug, plan, created_at })),
      putNew(membershipItem({ organization: slug, user, role: 'owner' })),
    ]);
    this.organizations.push(slug);
    return slug;
  }

  /** A request: it wakes the project if that sleeps, is counted, and logged in a line that may come late or twice. */
  async #use(ref: ProjectRef): Promise<void> {
    const { ports } = this.world;
    if ((await ports.projects.find(ref))?.value.status === 'INACTIVE') {
      const arrival = { path: '/rest/v1/', hasKey: true };
      const actor = systemActor({ ip: '', request_id: '' });
      await wakeProject(ref, arrival, actor, { ...ports, services: ['rest'] });
      await this.world.quiet();
      this.counts.wakes += 1;
      await this.#look(ref);
    }
    const service = pick(this.#random, SERVICES);
    await ports.uses.note(ref, service);
    this.counts.uses += 1;
    const at = new Date(this.now);
    const amounts = {
      [`requests_${service}`]: 1,
      [`egress_bytes_${service}`]: 1 + Math.floor(this.#random() * 1_000_000),
    };
    this.oracle.used(ref, at.getTime(), amounts);
    const event = { id: `line ${this.counts.uses}`, at, amounts };
    const hour = Math.floor((at.getTime() - START) / HOUR_MS);
    const isLate = this.#random() < 0.05;
    if (isLate) this.mishaps['lines late'] += 1;
    const arrives = hour + (isLate ? Math.ceil(this.#random() * 30) : 0);
    this.#arrives(arrives, { ref, event });
    if (this.#random() < 0.05) {
      this.mishaps['lines twice'] += 1;
      this.#arrives(arrives + Math.floor(this.#random() * 3), { ref, event });
    }
  }

  #arrives(hour: number, line: Line): void {
    this.#lines.set(hour, [...(this.#lines.get(hour) ?? []), line]);
  }

  async #tick(): Promise<void> {
    await this.#job('reconcile', (ports) => reconcile('tick', ports));
    await this.world.quiet();
    await this.#job('meter', (ports) => this.#sample(ports));
    const before = this.now;
    const whole = await this.#job('pause-idle', (ports) => pauseIdle(ports));
    await this.world.quiet();
    for (const ref of this.refs) if (this.#running.get(ref) === true) await this.#look(ref);
    if (whole) await this.#everyIdleOneIsPaused(before);
  }

  /** Lines are delivered at least once, in any order, by a function that may die. */
  async #ingest(hour: number): Promise<void> {
    const lines = this.#lines.get(hour) ?? [];
    this.#lines.delete(hour);
    for (const [ref, own] of Map.groupBy(lines, (line) => line.ref)) {
      const events = own.map(({ event }) => event);
      if (this.#random() < 0.05) {
        const ports = jobPorts(this.world, this.#death());
        await recordEvents(ref, 'edge', events, { ...ports, usage: ports.usage }).catch(() => {});
      }
      await recordEvents(ref, 'edge', events, { ...this.world.ports, usage: this.usage });
    }
  }

  async #sample(ports: JobPorts): Promise<void> {
    for (const ref of this.#unsampled) {
      await meterHour(ref, { amounts: { database_bytes: databaseBytes(ref) } }, ports);
      if (this.#running.get(ref) !== true) this.#unsampled.delete(ref);
    }
  }

  /** One run, or none, or two, or a part of one. True: one went through. */
  async #job(name: JobName, work: (ports: JobPorts) => Promise<void>): Promise<boolean> {
    const luck = this.#random();
    if (luck < 0.04) {
      this.mishaps.late += 1;
      return false;
    }
    const dies = luck < 0.1;
    if (dies) this.mishaps.crashed += 1;
    if (luck > 0.93) this.mishaps.twice += 1;
    const ports = jobPorts(this.world, dies ? this.#death() : () => undefined);
    const due = new Date(this.now);
    const once = () => runJob(name, due, () => work(ports), { ledger: this.#ledger, log: ports.log });
    const outcome = await once();
    if (luck > 0.93) await once();
    return outcome === 'done' && !dies;
  }

  /** From some write on, before it or after it has taken effect, nothing that the process calls answers any more. */
  #death(): FaultPlan {
    const last = Math.floor(this.#random() * 20);
    const at = this.#random() < 0.5 ? 'before' : 'after';
    let writes = 0;
    let dead = false;
    return ({ method }) => {
      if (dead) return { at: 'before', error: new Error('dead') };
      if (method !== 'write') return undefined;
      writes += 1;
      if (writes <= last) return undefined;
      dead = true;
      return { at, error: new Error('dies') };
    };
  }

  /** Keeps the oracle up to what became of a project, and holds a pause to what the oracle knows. */
  async #look(ref: ProjectRef): Promise<void> {
    const project = (await this.world.ports.projects.find(ref))?.value;
    if (project === undefined) throw new Error(`${ref} is lost`);
    const runs = project.status === 'ACTIVE_HEALTHY';
    if (runs === (this.#running.get(ref) ?? false)) return;
    this.#running.set(ref, runs);
    if (runs) {
      this.#unsampled.add(ref);
      return this.oracle.started(ref, this.now);
    }
    this.oracle.stopped(ref, this.now);
    this.counts.pauses += 1;
    const idle = this.now - this.oracle.idleSince(ref);
    const isFree = project.organization.startsWith('free');
    // The oracle learns of a start some moments after it.
    if (!isFree || idle < 7 * DAY_MS - 60_000) this.wrongs.push(`${ref} was paused after ${idle} ms`);
    if (project.idle_pause === null) this.wrongs.push(`${ref} was paused without a reason`);
  }

  async #everyIdleOneIsPaused(at: number): Promise<void> {
    for (const [ref, runs] of this.#running) {
      const idle = at - this.oracle.idleSince(ref);
      if (!runs || idle < 7 * DAY_MS + 60_000) continue;
      const organization = (await this.world.ports.projects.find(ref))?.value.organization ?? '';
      if (organization.startsWith('free')) this.wrongs.push(`${ref} runs on after ${idle} ms`);
    }
  }
}

type JobPorts = ReturnType<typeof jobPorts>;

/** The ports of a job in a process of its own, which may die. */
function jobPorts({ ports }: World, plan: FaultPlan) {
  const table = withFaults('table', ports.table, plan);
  return {
    ...ports,
    table,
    projects: new ProjectStore(table),
    organizations: new OrganizationStore(table),
    usage: new UsageStore(table),
    uses: new StoredUse({ table, clock: ports.clock, delayMs: 0 }),
    idleAfter: idleAfter(),
    log: { info: () => {}, within: <Done>(_: unknown, work: () => Done) => work(), error: () => {} },
  };
}
