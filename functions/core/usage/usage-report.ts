import type { OrganizationSlug, ProjectRef } from '../kernel/ids.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { meteredProjects } from '../project/metered-project.ts';
import { runsOf } from '../project/runs.ts';
import { computeHours, monthUntil } from './compute.ts';
import { latestLevels } from './hour-record.ts';
import { type Amounts, addedUp, together } from './meters.ts';
import { type Month, monthOf, startOfHour } from './period.ts';
import type { StatementPorts } from './statement.ts';

export interface UsageReport {
  readonly totals: Amounts;
  readonly levels: Amounts;
  readonly daily: readonly Day[];
  /** Of the hours in which the database was measured, oldest first. */
  readonly sizes: readonly Size[];
}

interface Size {
  readonly at: string;
  readonly database_bytes: number;
  readonly storage_bytes: number;
}

interface Day {
  readonly date: string;
  readonly amounts: Amounts;
}

/** What a project has used in a month, and on which day of it. */
export async function projectUsage(
  ref: ProjectRef,
  month: Month,
  ports: StatementPorts,
): Promise<UsageReport> {
  const { usage, table, clock } = ports;
  const [record, hours, runs] = await Promise.all([
    usage.month(ref, month),
    usage.hours(ref, month),
    runsOf(ref, table),
  ]);
  const until = monthUntil(month, clock.now());
  const byDay = Map.groupBy(hours, ({ hour }) => hour.slice(0, 10));
  const days = eachDay(until).map(({ date, ...range }): Day => {
    const counted = (byDay.get(date) ?? []).map(({ amounts }) => amounts).reduce(together, {});
    return { date, amounts: { ...counted, ...computeHours(runs, range) } };
  });
  return {
    totals: { ...record.totals, ...computeHours(runs, until) },
    levels: latestLevels(record),
    daily: days,
    sizes: hours.flatMap(({ hour, amounts: { database_bytes, storage_bytes = 0 } }) =>
      database_bytes === undefined
        ? []
        : [{ at: startOfHour(hour).toISOString(), database_bytes, storage_bytes }],
    ),
  };
}

const DAY_MS = 24 * 3_600_000;

function eachDay({ from, to }: { readonly from: Date; readonly to: Date }) {
  const days = [];
  for (let at = from.getTime(); at < to.getTime(); at += DAY_MS) {
    const start = new Date(at);
    const end = new Date(Math.min(at + DAY_MS, to.getTime()));
    days.push({ date: start.toISOString().slice(0, 10), from: start, to: end });
  }
  return days;
}

export interface OrganizationReport {
  readonly projects: readonly (UsageReport & { readonly ref: ProjectRef; readonly name: string })[];
  readonly daily: readonly Day[];
}

/** Of every project that the organization had in the month, those that are gone included; sizes are of what is there. */
export async function organizationUsage(
  slug: OrganizationSlug,
  month: Month,
  ports: StatementPorts & { readonly projects: ProjectStore },
): Promise<OrganizationReport> {
  const metered = await meteredProjects(slug, ports.table);
  const reports = await Promise.all(
    metered.map(async ({ ref, name }) => {
      const [report, project] = await Promise.all([
        projectUsage(ref, month, ports),
        ports.projects.find(ref),
      ]);
      const gone = project === undefined && month === monthOf(ports.clock.now());
      return { ref, name: project?.value.name ?? name, ...report, levels: gone ? {} : report.levels };
    }),
  );
  const projects = reports.filter(({ totals }) => Object.keys(totals).length > 0);
  const byDate = Map.groupBy(
    projects.flatMap(({ daily }) => daily),
    ({ date }) => date,
  );
  const daily = Array.from(byDate, ([date, days]) => ({
    date,
    amounts: days.map(({ amounts }) => amounts).reduce(addedUp, {}),
  }));
  return { projects, daily };
}
