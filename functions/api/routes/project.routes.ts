import { REGIONS, type RegionCode } from '../../contract/regions.ts';
import { type createProjectBody, projectOperations } from '../../contract/project.contract.ts';
import type { z } from 'zod';
import { type DomainError, fail } from '../../core/kernel/errors.ts';
import { organizationSlugSchema } from '../../core/kernel/ids.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import type { Versioned } from '../../core/kernel/table.port.ts';
import { judge } from '../../core/organization/principal.ts';
import { type ProjectRequest, beginTransition } from '../../core/project/begin-transition.ts';
import { parentOf } from '../../core/project/branch.ts';
import { type CreateProject, createProject } from '../../core/project/create-project.ts';
import { projectHealth } from '../../core/project/project-health.ts';
import type { Project } from '../../core/project/project.ts';
import { renameProject } from '../../core/project/rename-project.ts';
import type { ApiPorts, Caller } from '../call.ts';
import { renderProject, renderRef, renderWithDatabase } from '../render-project.ts';
import { type Route, onCaller, onProject } from '../route.ts';

const O = projectOperations;

export const projectRoutes: Record<keyof typeof projectOperations, Route> = {
  createProject: onCaller(O.createProject, async ({ body, principal, actor, ports }) => {
    const request = createRequest(body, ports.cells.regions());
    if (!request.ok) return request;
    const created = await createProject(principal, actor, request.value, ports);
    return created.ok ? ok(renderProject(created.value, ports)) : created;
  }),

  listProjects: onCaller(O.listProjects, async ({ principal, ports }) => {
    const readable = principal.memberships.filter(
      ({ organization }) => judge(principal, organization, 'projects_read') === 'granted',
    );
    const lists = await Promise.all(readable.map((each) => ports.projects.ofOrganization(each.organization)));
    const projects = lists.flat().filter((project) => parentOf(project) === undefined);
    return ok(projects.map((project) => renderWithDatabase(project, ports)));
  }),

  getProject: onProject(O.getProject, async ({ project, ports }) =>
    ok(renderWithDatabase(project.value, ports)),
  ),

  updateProject: onProject(O.updateProject, async ({ project, body, actor, ports }) => {
    const renamed = await renameProject(project, body.name, actor, ports);
    return renamed.ok ? ok(renderRef(renamed.value)) : renamed;
  }),

  deleteProject: onProject(O.deleteProject, async ({ project, actor, ports }) => {
    const going = await beginTransition(project.value.ref, 'remove', actor, ports);
    return going.ok ? ok(renderRef(going.value)) : going;
  }),

  getProjectHealth: onProject(O.getProjectHealth, async ({ project, query, ports }) => {
    const health = await projectHealth(project.value, query.services, ports);
    return ok(health.map((each) => ({ ...each, healthy: each.status === 'ACTIVE_HEALTHY' })));
  }),

  pauseProject: onProject(O.pauseProject, (call) => request('pause', call)),
  restoreProject: onProject(O.restoreProject, (call) => request('restore', call)),
  restartProject: onProject(O.restartProject, (call) => request('restart', call)),
};

async function request(
  event: ProjectRequest,
  {
    project,
    actor,
    ports,
  }: Pick<Caller, 'actor'> & { readonly project: Versioned<Project>; readonly ports: ApiPorts },
): Promise<Result<undefined, DomainError>> {
  const begun = await beginTransition(project.value.ref, event, actor, ports);
  return begun.ok ? ok(undefined) : begun;
}

/** From the names of the wire to those of the domain. */
function createRequest(
  body: z.infer<typeof createProjectBody>,
  open: readonly RegionCode[],
): Result<CreateProject, DomainError> {
  const { region_selection: selection } = body;
  if (selection !== undefined && body.region !== undefined) {
    return fail('validation_failed', 'Only one of region and region_selection can be given.', {
      field: 'body.region',
    });
  }
  const chosen =
    selection?.type === 'smartGroup'
      ? open.find((code) => REGIONS[code].group === selection.code)
      : selection?.code;
  if (selection !== undefined && chosen === undefined) {
    return fail('validation_failed', `No region of the group "${selection.code}" takes new projects.`, {
      field: 'body.region_selection.code',
      suggestion: `Choose one of: ${open.join(', ')}.`,
    });
  }
  const slug = body.organization_slug ?? body.organization_id;
  const organization = organizationSlugSchema.optional().safeParse(slug);
  if (!organization.success) {
    return fail('validation_failed', 'body.organization_id: not a slug', { field: 'body.organization_id' });
  }
  const region = body.region ?? chosen;
  return ok({
    name: body.name,
    features: body.features ?? [],
    ...(organization.data === undefined ? {} : { organization: organization.data }),
    ...(region === undefined ? {} : { region }),
    ...(body.db_pass === undefined ? {} : { databasePassword: body.db_pass }),
    ...(body.template === undefined ? {} : { template: body.template }),
    ...(body.database_tier === undefined ? {} : { tier: body.database_tier }),
    ...(body.desired_instance_size === undefined ? {} : { size: body.desired_instance_size }),
  });
}
