import type { ProjectRef } from '../kernel/ids.ts';
import type { Organization } from '../organization/organization.ts';
import { type MeteredProject, meteredProjects } from '../project/metered-project.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { runsOf } from '../project/runs.ts';
import { type Catalogue, findTemplate } from '../project/template.ts';
import { type CostLine, costOf, sumOfCosts } from './cost.ts';
import { type Month, startOfMonth } from './period.ts';
import { type StatementPorts, statementOf } from './statement.ts';

export interface CostPorts extends StatementPorts {
  readonly projects: ProjectStore;
  readonly catalogue: Catalogue;
}

export interface OrganizationCosts {
  readonly billed_cents: number;
  readonly cost_cents: number;
  readonly projects: readonly ProjectCosts[];
}

interface ProjectCosts {
  readonly ref: ProjectRef;
  readonly name: string;
  /** What of the bill it has brought about; the plan and its credits are nobody's. */
  readonly billed_cents: number;
  readonly cost_cents: number;
  readonly lines: readonly CostLine[];
}

/** What an organization is billed for a month, and beside it what its projects cost whoever runs the installation. */
export async function organizationCosts(
  organization: Organization,
  month: Month,
  ports: CostPorts,
): Promise<OrganizationCosts> {
  const [bill, metered] = await Promise.all([
    statementOf(organization, month, ports),
    meteredProjects(organization.slug, ports.table),
  ]);
  const all = await Promise.all(
    metered.map(async (project) => {
      const lines = await linesOf(project, month, ports);
      const billed_cents = bill.projects.find(({ ref }) => ref === project.ref)?.cents ?? 0;
      const { ref, name } = project;
      return { ref, name, billed_cents, cost_cents: sumOfCosts(lines), lines };
    }),
  );
  const projects = all.filter(({ lines }) => lines.length > 0);
  const sums = projects.map(({ cost_cents: cents }) => ({ cents }));
  return { billed_cents: bill.total_cents, cost_cents: sumOfCosts(sums), projects };
}

async function linesOf(
  { ref, tier, template }: MeteredProject,
  month: Month,
  { projects, table, usage, clock, catalogue }: CostPorts,
): Promise<readonly CostLine[]> {
  const [found, certificate, runs, { totals }] = await Promise.all([
    projects.find(ref),
    projects.certificate(ref),
    runsOf(ref, table),
    usage.month(ref, month),
  ]);
  // Of one that went before certificates were kept nothing tells when.
  const there = found?.value ?? certificate;
  const from = there === undefined ? startOfMonth(month) : new Date(there.created_at);
  const to =
    found === undefined && certificate !== undefined ? new Date(certificate.removed_at) : clock.now();
  return costOf({ month, tier, template: findTemplate(catalogue, template), runs, totals, from, to });
}
