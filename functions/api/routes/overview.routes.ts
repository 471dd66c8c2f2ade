import { overviewOperations } from '../../contract/overview.contract.ts';
import { PERMISSIONS } from '../../contract/permissions.ts';
import type { OrganizationSlug } from '../../core/kernel/ids.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Principal, judge, roleIn } from '../../core/organization/principal.ts';
import { parentOf } from '../../core/project/branch.ts';
import { TRANSITIONAL, wordsFor } from '../../core/project/life-cycle.ts';
import { permittedActions } from '../../core/project/permitted-actions.ts';
import type { Project } from '../../core/project/project.ts';
import { lastUse, storedActivity } from '../../core/project/activity.ts';
import type { ApiPorts } from '../call.ts';
import { renderProject } from '../render-project.ts';
import { type Route, onCaller, onOrganization, onProject } from '../route.ts';

const O = overviewOperations;

async function renderListed(project: Project, ports: ApiPorts) {
  const { id: _id, organization_id: _organization, ...rendered } = renderProject(project, ports);
  const { label, meaning } = wordsFor(project.status);
  const used = lastUse(await storedActivity(project.ref, ports.table));
  return {
    ...rendered,
    size: project.size,
    status_label: label,
    status_meaning: meaning,
    in_transition: TRANSITIONAL.includes(project.status),
    last_used_at: used?.at ?? null,
    last_used_by: used?.use ?? null,
  };
}

const granted = (principal: Principal, organization: OrganizationSlug) =>
  PERMISSIONS.filter((permission) => judge(principal, organization, permission) === 'granted');

export const overviewRoutes: Record<keyof typeof overviewOperations, Route> = {
  listProjectOverviews: onCaller(O.listProjectOverviews, async ({ principal, ports }) => {
    const readable = principal.memberships.filter(
      ({ organization }) => judge(principal, organization, 'projects_read') === 'granted',
    );
    const lists = await Promise.all(readable.map((each) => ports.projects.ofOrganization(each.organization)));
    const projects = lists.flat().filter((project) => parentOf(project) === undefined);
    return ok(await Promise.all(projects.map((project) => renderListed(project, ports))));
  }),

  getProjectOverview: onProject(O.getProjectOverview, async ({ project: { value }, principal, ports }) =>
    ok({
      ...(await renderListed(value, ports)),
      actions: permittedActions(principal, value, { ...ports, now: ports.clock.now() }),
      permissions: granted(principal, value.organization),
    }),
  ),

  getOrganizationOverview: onOrganization(O.getOrganizationOverview, async ({ organization, principal }) => {
    const { slug, name, plan } = organization;
    return ok({
      slug,
      name,
      plan,
      role: roleIn(principal, slug) ?? 'read_only',
      permissions: granted(principal, slug),
    });
  }),
};
