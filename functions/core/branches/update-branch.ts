import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { parentOf } from '../project/branch.ts';
import type { ProjectPorts } from '../project/ports.ts';
import { type BranchProject, IS_DEFAULT } from './branch.ts';

interface UpdateBranch {
  readonly name?: string | undefined;
  readonly gitBranch?: string | undefined;
  readonly persistent?: boolean | undefined;
  readonly review?: boolean | undefined;
}

/** What is not given stays. */
export async function updateBranch(
  { value, version }: Versioned<BranchProject>,
  { name = value.name, gitBranch, persistent, review }: UpdateBranch,
  actor: Actor,
  { projects, clock }: Pick<ProjectPorts, 'projects' | 'clock'>,
): Promise<Result<BranchProject, DomainError>> {
  if (name !== value.name && parentOf(value) === undefined) return IS_DEFAULT;
  const at = clock.now();
  const updated_at = at.toISOString();
  const branch = {
    ...value.branch,
    git_branch: gitBranch ?? value.branch.git_branch,
    persistent: persistent ?? value.branch.persistent,
    ...(review === undefined ? {} : { review_requested_at: review ? updated_at : null }),
  };
  const next = { ...value, name, branch, updated_at };
  const { organization, ref: subject } = value;
  const audit = auditWrite({ organization, action: 'branch.update', subject, actor, at, details: { name } });
  const written = await projects.update({ value, version }, next, [audit]);
  if (written.ok) return ok(next);
  return written.error.write === 0
    ? fail('conflict', 'The branch was changed by others at this moment.', { suggestion: 'Try again.' })
    : fail('conflict', `The project already has a branch named "${name}".`, { field: 'body.branch_name' });
}
