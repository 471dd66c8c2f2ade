import type { InstanceSize } from '../../contract/regions.ts';
import { whileRunning } from '../database/run-query.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { NO_SUCH_PROJECT } from '../project/access.ts';
import { type Branch, parentOf } from '../project/branch.ts';
import { cellOf } from '../project/cells.port.ts';
import { type CreatePorts, beginProject, newProject } from '../project/create-project.ts';
import type { ProjectPorts } from '../project/ports.ts';
import { canHaveSize } from '../project/compute-size.ts';
import type { Project } from '../project/project.ts';
import { findTemplate } from '../project/template.ts';
import { type BranchProject, DEFAULT_BRANCH } from './branch.ts';
import { mayBeCopied } from './data-source.ts';

export interface CreateBranch {
  readonly name: string;
  readonly gitBranch?: string;
  readonly persistent: boolean;
  /** It begins as a copy of what the project holds, instead of with its migrations alone. */
  readonly withData: boolean;
  readonly size?: InstanceSize;
}

/** Each failed attempt means that the parent was changed otherwise, so a handful is plenty. */
const ATTEMPTS = 8;

/**
 * Begins a project of its own that takes over the parent's migrations, in the parent's cell. It changes the parent's
 * record in the same write, so that a deletion of the parent and a branch that begins cannot both succeed.
 */
export async function createBranch(
  { ref: parentRef }: Project,
  request: CreateBranch,
  actor: Actor,
  ports: CreatePorts & Pick<ProjectPorts, 'backups'>,
): Promise<Result<BranchProject, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await ports.projects.find(parentRef);
    if (read === undefined) return NO_SUCH_PROJECT;
    const parent = read.value;
    const may = mayBranch(parent, request.name);
    if (!may.ok) return may;
    const copied = request.withData ? await mayBeCopied(parent, ports) : may;
    if (!copied.ok) return copied;
    const room = await ports.projects.roomForBranch(parent);
    if (!room.ok) return room;
    const project = branchOf(parent, request, ports);
    if (!project.ok) return project;
    const { ref, organization, name, created_at } = project.value;
    const at = new Date(created_at);
    const details = { name, parent: parent.ref, with_data: request.withData };
    const audit = auditWrite({ organization, action: 'branch.create', subject: ref, actor, at, details });
    const branched = ports.projects.replacing(read, {
      ...parent,
      branch: parent.branch ?? defaultOf(parent),
    });
    const begun = await beginProject(project.value, [branched, audit], ports);
    if (begun.ok) return project;
    if (begun.error.write === 1) {
      return fail('conflict', `The project already has a branch named "${name}".`, {
        field: 'body.branch_name',
        suggestion: 'Choose another name, or delete or rename the other branch.',
      });
    }
  }
  return fail('conflict', 'The project is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}

function mayBranch(parent: Project, name: string): Result<undefined, DomainError> {
  const field = 'body.branch_name';
  if (parentOf(parent) !== undefined) {
    return fail('conflict', 'A branch has no branches of its own.', {
      suggestion: 'Create the branch from the project that this one comes from.',
    });
  }
  if (name.toLowerCase() === DEFAULT_BRANCH)
    return fail('conflict', `"${DEFAULT_BRANCH}" is the default branch: the project itself.`, { field });
  return whileRunning(parent);
}

function branchOf(
  parent: Project,
  { name, size, gitBranch, persistent, withData }: CreateBranch,
  ports: CreatePorts,
): Result<BranchProject, DomainError> {
  const template = findTemplate(ports.catalogue, parent.template);
  if (template === undefined)
    return fail('conflict', `There is no template "${parent.template}" any more to make a branch of.`);
  const possible = canHaveSize(template, size ?? parent.size, 'body.desired_instance_size');
  if (!possible.ok) return possible;
  const placement = { cell: cellOf(ports.cells, parent), region: parent.region };
  // A copy of a whole cluster is one.
  const tier = withData ? parent.tier : 'pooled';
  const request = { name, features: parent.features, size: size ?? parent.size, tier };
  const project = newProject(request, parent.organization, placement, template, ports);
  const branch = {
    ...defaultOf(parent),
    status: 'CREATING_PROJECT' as const,
    persistent,
    with_data: withData,
  };
  return ok({ ...project, branch: { ...branch, git_branch: gitBranch ?? null } });
}

const defaultOf = ({ ref }: Project): Branch => ({
  of: ref,
  git_branch: null,
  persistent: true,
  with_data: false,
  status: 'MIGRATIONS_PASSED',
  failure: null,
  up_to: null,
  review_requested_at: null,
  deletion_scheduled_at: null,
  run: null,
});
