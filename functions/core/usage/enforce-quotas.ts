import type { Write } from '../kernel/table.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { setReadOnly } from '../database/read-only.ts';
import type { Organization } from '../organization/organization.ts';
import type { ProjectPorts } from '../project/ports.ts';
import { wantedRevision } from '../project/stack-number.ts';
import { PLAN_LIMITS } from '../organization/plans.ts';
import { latestLevels } from './hour-record.ts';
import { meteredProjects } from '../project/metered-project.ts';
import { noticeOf } from './notices.ts';
import { monthOf } from './period.ts';
import type { RecordPorts } from './record-usage.ts';
import { RESTRICTION_RULES, type Restriction, restrictionKey, restrictionWrite } from './restriction.ts';
import { sampleProject } from './sample-project.ts';
import { type Standing, type StandingProject, standingsOf } from './standings.ts';

export type QuotaPorts = RecordPorts &
  Pick<ProjectPorts, 'databases' | 'organizations' | 'notifier' | 'projects' | 'log'> & {
    /** Who refuses requests: what stands before all projects and reads the restrictions, or each stack by itself. */
    readonly refusedBy: 'gateway' | 'stack';
  };

type Known = readonly Restriction[];

/** Holds an organization to its plan as it stands now: says what comes near, restricts what is past, lifts what is not. */
export async function enforceQuotas(
  organization: Organization,
  known: Known,
  ports: QuotaPorts,
): Promise<void> {
  const standings = standingsOf(organization.plan, await standingProjects(organization, ports));
  for (const standing of standings) await noticeOf(organization, standing, ports);
  await restrict(organization, standings, known, ports);
}

/** Where a plan refuses more, sizes are measured anew each time: what is too large is so now, and what is not is free. */
async function standingProjects(
  { slug, plan }: Organization,
  ports: QuotaPorts,
): Promise<readonly StandingProject[]> {
  const month = monthOf(ports.clock.now());
  const refused = PLAN_LIMITS[plan].overage === 'refused';
  const metered = await meteredProjects(slug, ports.table);
  return Promise.all(
    metered.map(async ({ ref }): Promise<StandingProject> => {
      const [record, project] = await Promise.all([ports.usage.month(ref, month), ports.projects.find(ref)]);
      const { totals } = record;
      // Of what is gone only what happened is left.
      if (project === undefined) return { ref, totals, levels: {} };
      const levels = latestLevels(record);
      const sample = refused ? await sampleProject(project.value, month, ports) : undefined;
      return { ref, totals, levels: sample?.ok ? { ...levels, ...sample.value.amounts } : levels };
    }),
  );
}

async function restrict(
  { slug, plan }: Organization,
  standings: readonly Standing[],
  known: Known,
  ports: QuotaPorts,
): Promise<void> {
  const refused = PLAN_LIMITS[plan].overage === 'refused';
  const wanted = new Map(
    standings.flatMap(({ item, over }) => {
      const rule = RESTRICTION_RULES[item];
      if (!refused || rule === undefined) return [];
      return over.map((ref) => [`${ref} ${item}`, { ref, item, ...rule }] as const);
    }),
  );
  const since = ports.clock.now().toISOString();
  for (const restriction of wanted.values()) {
    if ((await ports.projects.find(restriction.ref)) === undefined) continue;
    const isKnown = known.some(({ ref, item }) => ref === restriction.ref && item === restriction.item);
    const write = restrictionWrite({ ...restriction, organization: slug, since });
    if (!isKnown) await writeRestriction(restriction, write, ports);
    if (restriction.effect === 'database_read_only') await put(restriction.ref, 'on', ports);
  }
  for (const each of known) if (!wanted.has(`${each.ref} ${each.item}`)) await release(each, ports);
}

/** Lifts a restriction. Its record goes last: while it is there, this is tried again. */
export async function release({ ref, item, effect }: Restriction, ports: QuotaPorts): Promise<void> {
  if (effect === 'database_read_only' && !(await put(ref, 'off', ports))) return;
  await writeRestriction(
    { ref, effect },
    { kind: 'delete', key: restrictionKey(ref, item), if: 'any' },
    ports,
  );
}

/** Each failed attempt means that the project has changed; the next run tries again. */
const ATTEMPTS = 5;

/**
 * A stack that refuses by itself has to be another one after that, which the project's record says in the same
 * transaction: whoever looks after stacks that lag deploys it.
 */
async function writeRestriction(
  { ref, effect }: Pick<Restriction, 'ref' | 'effect'>,
  write: Write,
  { table, projects, refusedBy }: QuotaPorts,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await projects.find(ref);
    if (read === undefined || refusedBy === 'gateway' || effect === 'database_read_only')
      return void (await table.write([write]));
    const written = await projects.update(read, { ...read.value, ...wantedRevision(read.value) }, [write]);
    if (written.ok) return;
  }
}

/** Whether it is so now. A project that is gone is as it should be. */
async function put(ref: ProjectRef, value: 'on' | 'off', ports: QuotaPorts): Promise<boolean> {
  const project = await ports.projects.find(ref);
  if (project === undefined) return true;
  const done = await setReadOnly(project.value, value, ports);
  if (!done.ok && done.error.code !== 'conflict') throw new Error(done.error.message);
  return done.ok;
}
