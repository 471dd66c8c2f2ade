import type { InstanceSize, RegionCode } from '../../contract/regions.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { newExecutionId, newProjectRef, type OrganizationSlug } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ConditionFailed, Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import { type Actor, type Principal, judge } from '../organization/principal.ts';
import { forbidden } from './access.ts';
import { type Placement } from './cells.port.ts';
import { SMALLEST, canHaveSize } from './compute-size.ts';
import { deadlineOf } from './life-cycle.ts';
import type { ProjectPorts } from './ports.ts';
import { newProjectSecret } from './project-secret.ts';
import type { Project } from './project.ts';
import { type Catalogue, type Feature, type ProjectTemplate, type Target, findTemplate } from './template.ts';

export interface CreateProject {
  readonly name: string;
  readonly organization?: OrganizationSlug;
  readonly region?: RegionCode;
  readonly databasePassword?: string;
  readonly template?: string;
  readonly features: readonly Feature[];
  readonly tier?: Project['tier'];
  readonly size?: InstanceSize;
}

export type CreatePorts = Pick<
  ProjectPorts,
  'projects' | 'secrets' | 'workflows' | 'catalogue' | 'cells' | 'clock' | 'random'
>;

const NO_SUCH_ORGANIZATION = fail('not_found', 'Organization not found.', {
  field: 'body.organization_slug',
  suggestion: 'GET /v1/organizations lists the organizations that this token reaches.',
});

/** Each failed one means that another project was made, of which a plan that counts them has few. */
const ATTEMPTS = 8;

export async function createProject(
  principal: Principal,
  actor: Actor,
  request: CreateProject,
  ports: CreatePorts,
): Promise<Result<Project, DomainError>> {
  const organization = chooseOrganization(principal, request.organization);
  if (!organization.ok) return organization;
  const placement = ports.cells.place(request.region);
  if (placement === undefined) return regionTaken(request.region, ports);
  const template = chooseTemplate(request, placement.cell.target, ports.catalogue);
  if (!template.ok) return template;

  const possible = canHaveSize(template.value, request.size ?? SMALLEST, 'body.desired_instance_size');
  if (!possible.ok) return possible;
  const allowed = await ports.projects.mayHave(organization.value, request);
  if (!allowed.ok) return allowed;
  const project = newProject(request, organization.value, placement, template.value, ports);
  const { ref } = project;
  const at = new Date(project.created_at);
  const audit = { organization: organization.value, action: 'project.create', subject: ref, actor, at };
  const { databasePassword } = request;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const room = await ports.projects.roomIn(organization.value);
    if (!room.ok) return room;
    const begun = await beginProject(project, [...room.value, auditWrite(audit)], ports, databasePassword);
    if (begun.ok) return ok(project);
    if (begun.error.write === 2) return NO_SUCH_ORGANIZATION;
    if (begun.error.write === 1)
      return fail('conflict', `The organization already has a project named "${request.name}".`, {
        field: 'body.name',
        suggestion: 'Choose another name, or delete or rename the other project.',
      });
  }
  return fail('conflict', 'Others are making projects in the organization at this moment.', {
    suggestion: 'Try again.',
  });
}

/** Writes the project's record with `more` and sets about making it; fails as `ProjectStore.create` does. */
export async function beginProject(
  project: Project,
  more: readonly Write[],
  ports: Pick<ProjectPorts, 'projects' | 'secrets' | 'workflows' | 'random'>,
  databasePassword?: string,
): Promise<Result<void, ConditionFailed>> {
  const { ref, execution, created_at } = project;
  const written = await ports.projects.create(project, more);
  if (!written.ok) return written;
  const secret = {
    now: new Date(created_at),
    random: ports.random,
    ...(databasePassword === undefined ? {} : { databasePassword }),
  };
  await ports.secrets.create(project, newProjectSecret(ref, secret));
  if (execution !== null) await ports.workflows.start('provision', { ref, execution });
  return ok(undefined);
}

function chooseOrganization(
  principal: Principal,
  asked: OrganizationSlug | undefined,
): Result<OrganizationSlug, DomainError> {
  const own = principal.memberships.map((each) => each.organization);
  const slug = asked ?? (own.length === 1 ? own[0] : undefined);
  if (slug === undefined) {
    return fail(
      'validation_failed',
      'organization_slug is needed: this token reaches no or several organizations.',
      {
        field: 'body.organization_slug',
        suggestion:
          own.length === 0 ? 'Create one with POST /v1/organizations.' : `Choose one of: ${own.join(', ')}.`,
      },
    );
  }
  const verdict = judge(principal, slug, 'organization_projects_create');
  if (verdict === 'granted') return ok(slug);
  if (verdict === 'denied') return forbidden('organization_projects_create');
  return NO_SUCH_ORGANIZATION;
}

function regionTaken(region: RegionCode | undefined, { cells }: Pick<ProjectPorts, 'cells'>) {
  return fail('validation_failed', `No cell takes new projects in ${region ?? 'any region'}.`, {
    field: 'body.region',
    suggestion: `Choose one of: ${cells.regions().join(', ')}.`,
  });
}

function chooseTemplate(
  request: CreateProject,
  target: Target,
  catalogue: Catalogue,
): Result<ProjectTemplate, DomainError> {
  const name = request.template ?? catalogue.standard;
  const template = findTemplate(catalogue, name);
  const here = catalogue.templates.filter((each) => each.targets.includes(target)).map((each) => each.name);
  if (template === undefined || !here.includes(name)) {
    const what = template === undefined ? 'does not exist' : `cannot run on the ${target} target`;
    return fail('validation_failed', `The template "${name}" ${what}.`, {
      field: 'body.template',
      suggestion: `Choose one of: ${here.join(', ')}.`,
    });
  }
  const foreign = request.features.find(
    (each) => !template.offers.includes(each) && !template.includes.includes(each),
  );
  if (foreign === undefined) return ok(template);
  return fail('validation_failed', `The template "${name}" has no feature "${foreign}".`, {
    field: 'body.features',
    suggestion:
      template.offers.length === 0 ? 'It offers none.' : `It offers: ${template.offers.join(', ')}.`,
  });
}

export function newProject(
  request: Pick<CreateProject, 'name' | 'features' | 'size' | 'tier'>,
  organization: OrganizationSlug,
  { cell, region }: Placement,
  template: ProjectTemplate,
  ports: Pick<ProjectPorts, 'clock' | 'random'>,
): Project {
  const now = ports.clock.now();
  return {
    ref: newProjectRef(ports.random),
    name: request.name,
    organization,
    region,
    cell: cell.id,
    template: template.name,
    template_version: template.version,
    coming_version: null,
    features: [...new Set([...template.includes, ...request.features])],
    tier: request.tier ?? 'pooled',
    size: request.size ?? SMALLEST,
    size_before: null,
    status: 'COMING_UP',
    deadline: deadlineOf('COMING_UP', now)?.toISOString() ?? null,
    execution: newExecutionId(now, ports.random),
    failure: null,
    generation: 1,
    revision: { wanted: 0, begun: 0 },
    tools: { wanted: false, stack: false, before: false },
    branch: null,
    recovery: null,
    active_since: null,
    idle_exempt: false,
    idle_pause: null,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
}
