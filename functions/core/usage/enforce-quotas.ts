import type { ProjectRef } from '../kernel/ids.ts';
import { setReadOnly } from '../database/read-only.ts';
import type { Organization } from '../organization/organization.ts';
import type { ProjectPorts } from '../project/ports.ts';
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
  Pick<ProjectPorts, 'databases' | 'organizations' | 'notifier' | 'projects' | 'log'>;

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
    await ports.table.write([restrictionWrite({ ...restriction, organization: slug, since })]);
    if (restriction.effect === 'database_read_only') await put(restriction.ref, 'on', ports);
  }
  for (const each of known) if (!wanted.has(`${each.ref} ${each.item}`)) await release(each, ports);
}

/** Lifts a restriction. Its record goes last: while it is there, this is tried again. */
export async function release({ ref, item, effect }: Restriction, ports: QuotaPorts): Promise<void> {
  if (effect === 'database_read_only' && !(await put(ref, 'off', ports))) return;
  await ports.table.write([{ kind: 'delete', key: restrictionKey(ref, item), if: 'any' }]);
}

/** Whether it is so now. A project that is gone is as it should be. */
async function put(ref: ProjectRef, value: 'on' | 'off', ports: QuotaPorts): Promise<boolean> {
  const project = await ports.projects.find(ref);
  if (project === undefined) return true;
  const done = await setReadOnly(project.value, value, ports);
  if (!done.ok && done.error.code !== 'conflict') throw new Error(done.error.message);
  return done.ok;
}
